"""What a person chose for a run, checked, and what the system answers put into words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypedDict, Unpack

from pomichnyk.errors import InvalidValueError, NotFoundError, UnavailableError
from pomichnyk.text import Text
from pomichnyk.tidy._plan import Rules, rules
from pomichnyk.tidy._report import why
from pomichnyk.tidy._sorter import Sorter

Path = str | os.PathLike[str]


class Options(TypedDict, total=False):
    """What to tidy, and how.

    Attributes:
        by: ``extension`` (the default) or ``category``.
        into: where the destinations are made; by default in the folder itself.
        exclude: patterns of names, or of paths below the folder, that are left alone.
        hidden: whether hidden files and folders are tidied too.
    """

    by: str
    into: Path | None
    exclude: Sequence[str]
    hidden: bool


def places(folder: Path, options: Options) -> tuple[str, str, Rules]:
    """Return the folder and the destination as whole paths, and the rules.

    Raises:
        InvalidValueError: an option has a value that it must not.
    """
    here = os.path.realpath(folder)
    into = options.get("into")
    chosen = rules(
        options.get("by", "extension"),
        options.get("exclude", ()),
        hidden=options.get("hidden", False),
    )
    return here, here if into is None else os.path.realpath(into), chosen


def prepared(folder: Path, **options: Unpack[Options]) -> Sorter:
    """Return a sorter for a folder.

    Raises:
        InvalidValueError: an option has a value that it must not.
    """
    return Sorter(*places(folder, options))


@contextmanager
def opening(folder: Path) -> Iterator[None]:
    """Put into words why a folder cannot be opened.

    Raises:
        NotFoundError: it is not there.
        InvalidValueError: it is no folder.
        UnavailableError: it must not be opened.
    """
    try:
        yield
    except FileNotFoundError:
        raise NotFoundError(Text("there is no folder “{path}”", path=folder)) from None
    except NotADirectoryError as error:
        raise InvalidValueError(Text("path"), error.filename or folder, Text("a folder")) from None
    except OSError as error:
        raise UnavailableError(
            Text("{path}: {reason}", path=error.filename or folder, reason=why(error))
        ) from error
