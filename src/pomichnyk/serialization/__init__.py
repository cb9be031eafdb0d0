"""Serialization: values to bytes and files and back, equal in value and type.

A format is one file: a class with a ``name`` and a ``suffix``. What cannot be kept is refused
before a byte is written; what is read runs no code and imports nothing, and whatever is wrong
with it is told by one ``SerializationError``.

Kept: None, bool, int, float, complex, str, bytes, bytearray, list, tuple, dict with any keys,
set, frozenset, range, deque, defaultdict, OrderedDict, Counter, ChainMap, Decimal, Fraction,
datetime, date, time, timedelta, timezone, ZoneInfo, UUID, paths, and the classes that the
caller names. Containers that are shared, or hold themselves, keep their shape at any depth.
"""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from pomichnyk.errors import PomichnykError, SerializationError
from pomichnyk.files import replacing
from pomichnyk.meta import Meta
from pomichnyk.serialization._kinds import DamagedError, UnkeepableError
from pomichnyk.serialization._known import Known
from pomichnyk.serialization._places import unkeepable
from pomichnyk.text import Text

VERSION = 1
"""The version of both formats; a file of a newer one is refused."""


class SerializationInterface(metaclass=Meta):
    """Turns values into bytes and files, and back.

    Attributes:
        suffix: how the names of its files end.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]

    def __init__(self, types: Iterable[type[Any]] = ()) -> None:
        """Keep the caller's own classes too: dataclasses, enums, named tuples, kinds of str.

        A class goes by its name, so files can be read as long as the name stays.

        Raises:
            TypeError: instances of a class cannot be kept.
            ValueError: two classes go by one name.
        """
        self._known = Known(types)

    def dumps(self, obj: Any) -> bytes:
        """Return the bytes of a value.

        Raises:
            SerializationError: it cannot be kept; the message says where in it, and why.
        """
        try:
            return self._written(obj)
        except UnkeepableError as error:
            path, value, reason = unkeepable(obj, self._known) or ("$", obj, error.reason)
            raise SerializationError(
                Text(
                    "{path}: a {type} cannot be kept: {reason}",
                    path=path,
                    type=type(value).__qualname__,
                    reason=reason,
                )
            ) from error

    def loads(self, data: bytes) -> Any:
        """Return the value of the bytes.

        Raises:
            SerializationError: they are not what was written, or by a newer version.
        """
        try:
            return self._read(data)
        except SerializationError:
            raise
        except (DamagedError, UnkeepableError) as error:
            raise _damaged(error.reason) from error
        except PomichnykError as error:
            raise _damaged(error.text) from error
        except Exception as error:
            # The caller's own classes may raise anything at all.
            raise _damaged(type(error).__name__) from error

    def dump(self, obj: Any, path: str | os.PathLike[str]) -> None:
        """Write a value to a file, which holds all of it or is left as it was.

        Raises:
            SerializationError: it cannot be kept; nothing is written.
            OSError: the file cannot be written.
        """
        data = self.dumps(obj)
        with replacing(path) as file:
            file.write(data)

    def load(self, path: str | os.PathLike[str]) -> Any:
        """Return the value in a file.

        Raises:
            SerializationError: the file is not what was written, or by a newer version.
            OSError: the file cannot be read.
        """
        return self.loads(Path(path).read_bytes())

    def _prove(self, data: bytes) -> None:
        """Make sure that bytes with references can be read.

        Raises:
            UnkeepableError: they cannot: a hash depends on what is made only later, or takes
                too long.
        """
        try:
            self.loads(data)
        except SerializationError as error:
            raise UnkeepableError(Text("{problem}", problem=error.text)) from error

    @abstractmethod
    def _written(self, obj: Any) -> bytes:
        """Return the bytes of a value, or raise ``UnkeepableError``."""

    @abstractmethod
    def _read(self, data: bytes) -> Any:
        """Return the value of the bytes; what it raises is told as damage."""


def _damaged(reason: Text | str) -> SerializationError:
    return SerializationError(Text("the content is damaged: {reason}", reason=reason))


def newer(version: object) -> SerializationError:
    """Return the error that tells of a file of a newer version."""
    return SerializationError(
        Text("it was written by a newer version ({version}) of the format", version=version)
    )
