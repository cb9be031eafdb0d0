"""Codec: values to the bytes that a cache keeps, and back, believing nothing it did not write.

Every value goes behind a head: a letter for the serializer, and a seal over what follows it and
over the key it is kept under. With a secret the seal is an HMAC, and nothing is read that was not
written, for this key, by whoever knows it. Without one it is a checksum: it finds what is foreign,
cut off or misplaced, and stops nobody who means ill; hence ``pickle``, which runs what it reads,
is not to be had without.
"""

from __future__ import annotations

import hmac
import pickle
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import isfinite
from typing import Any, Protocol
from zlib import crc32

from pomichnyk.cache.errors import BadValueError
from pomichnyk.errors import SerializationError
from pomichnyk.text import Text

VERSION = b"P2"
"""What all values begin with; it changes when the format does."""
_CHECKSUM = 4
_HMAC = 32
_LEAVES = {str, int, bool, type(None)}
_NESTS = {list, dict}
_PLAIN = _LEAVES | _NESTS | {float}
_MARKED = b'{"$pomichnyk":'
"""How begins what JSON itself does not have."""
_FEW = 64
"""How many lists, dicts and values one is looked through for, rather than by ``JsonSerializer``."""


class Serializer(Protocol):
    """Whatever turns values into bytes, or text, and back."""

    def dumps(self, value: Any, /) -> bytes | str:
        """Return the bytes of a value."""

    def loads(self, data: bytes, /) -> Any:
        """Return the value of bytes."""


def codec(serializer: str | Serializer = "json", secret: str | bytes | None = None) -> Codec:
    """Return the codec of a serializer.

    Args:
        serializer: ``"json"`` or ``"binary"``, which keep values equal in value and type, or
            refuse them; ``"pickle"``; or any object with ``dumps`` and ``loads``.
        secret: known to all who share the cache, and to nobody else.

    Raises:
        ValueError: there is no such serializer, it is pickle without a secret, or the secret is
            empty.
    """
    check(serializer, secret)
    key = secret.encode() if isinstance(secret, str) else secret
    if isinstance(serializer, str):
        return Codec(serializer[:1].encode(), _NAMED[serializer](), key)
    return Codec(b"p" if serializer is pickle else b"o", serializer, key)


def check(serializer: str | Serializer, secret: str | bytes | None) -> None:
    """Refuse what there is no codec for, before one is needed.

    Raises:
        ValueError: there is none, as ``codec`` says.
    """
    if secret is not None and not secret:
        raise ValueError("the secret= is empty")
    if (serializer is pickle or serializer == "pickle") and not secret:
        raise ValueError("pickle runs what it reads: give a secret=, by which values are signed")
    if isinstance(serializer, str) and serializer not in _NAMED:
        raise ValueError(f"serializer={serializer!r} is none of {', '.join(_NAMED)}")


class Codec:
    """Turns values into bytes and back; two are alike if serializer and secret are.

    No key may begin with another one: the seal has nothing between the key and the value.
    """

    def __init__(self, letter: bytes, serializer: Serializer, key: bytes | None) -> None:
        self._serializer = serializer
        self._head = VERSION + (letter.upper() if key else letter)
        self._seal = partial(_hmac, key) if key else _checksum
        self._start = len(self._head) + (_HMAC if key else _CHECKSUM)

    def dumps(self, value: Any, key: bytes) -> bytes:
        """Return the bytes of a value that will be kept under a key.

        Raises:
            SerializationError: it cannot be kept; the message names its type.
        """
        try:
            body = self._serializer.dumps(value)
        except SerializationError:
            raise
        except Exception as error:
            raise SerializationError(
                Text(
                    "a {type} cannot be kept: {reason}",
                    type=type(value).__qualname__,
                    reason=f"{type(error).__name__}: {error}",
                )
            ) from error
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        return self._head + self._seal(self._head + key + body) + body

    def loads(self, data: bytes, key: bytes) -> Any:
        """Return the value of bytes that were kept under a key.

        Raises:
            BadValueError: they are not what a codec like this one wrote for it, or the value has no
                place in this program any more. Nothing of them was run.
        """
        head, body = self._head, data[self._start :]
        if not data.startswith(head):
            raise BadValueError(Text("it was not written by this cache"))
        if not hmac.compare_digest(data[len(head) : self._start], self._seal(head + key + body)):
            raise BadValueError(Text("it is cut off or forged"))
        try:
            return self._serializer.loads(body)
        except Exception as error:
            # Any serializer may be given, and a class that was pickled may be gone.
            raise BadValueError(
                Text("it cannot be read: {reason}", reason=type(error).__name__)
            ) from error


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


def _checksum(data: bytes) -> bytes:
    return crc32(data).to_bytes(_CHECKSUM, "big")


class _Pickle:
    """Pickle as it is; nothing comes here whose signature was not found to be right."""

    def dumps(self, value: Any) -> bytes:
        """Return the bytes of a value."""
        return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)

    def loads(self, data: bytes) -> Any:
        """Return the value of bytes."""
        return pickle.loads(data)  # noqa: S301  # signed by whoever knows the secret


class _Json:
    """What ``JsonSerializer`` writes and reads; in a shorter way what is JSON's own.

    What is sealed was written so: it need not be proven that nothing of it is lost.
    """

    def __init__(self) -> None:
        import orjson

        from pomichnyk.serialization.json import JsonSerializer

        self._any, self._simple = JsonSerializer(), orjson

    def dumps(self, value: Any) -> bytes:
        """Return the bytes of a value."""
        if _is_simple(value):
            with suppress(TypeError):  # a text or a number that JSON does not have
                return self._simple.dumps(value)
        return self._any.dumps(value)

    def loads(self, data: bytes) -> Any:
        """Return the value of bytes."""
        return (self._any if data.startswith(_MARKED) else self._simple).loads(data)


def _is_simple(value: Any) -> bool:
    """Tell whether a value is but a few lists and dicts of what JSON itself has, none met twice.

    Of dicts, orjson will refuse all keys but text.
    """
    if type(value) not in _NESTS:
        return type(value) in _LEAVES
    met = [value]
    for one in met:  # to which those inside are added
        inside = one if type(one) is list else one.values()
        kinds = {*map(type, inside)}
        if len(one) + len(met) > _FEW or not kinds <= _PLAIN:
            return False
        if float in kinds and not all(map(_is_finite, inside)):
            return False
        if not kinds <= _LEAVES:
            met += [each for each in inside if type(each) in _NESTS]
    return len({*map(id, met)}) == len(met) and "$pomichnyk" not in value


def _is_finite(value: Any) -> bool:
    return type(value) is not float or isfinite(value)


def _binary() -> Serializer:
    from pomichnyk.serialization.binary import BinarySerializer

    return BinarySerializer()


_NAMED: dict[str, Callable[[], Serializer]] = {
    "json": _Json,
    "binary": _binary,
    "pickle": _Pickle,
}
