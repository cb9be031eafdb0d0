"""Fields of the gradebook: made valid once, here, or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from pomichnyk.domain.fields import line
from pomichnyk.domain.folding import fold
from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Text

HIGHEST = 100
"""The highest grade and the greatest weight; the lowest are 0 and 1."""


def name(typed: str) -> str:
    """Return a name with single blanks.

    Raises:
        InvalidValueError: it is empty, too long, no readable line, or begins with a #.
    """
    made = " ".join(line(Text("name"), typed).split())
    if made.startswith("#") or not fold(made).strip():
        raise InvalidValueError(Text("name"), typed, Text("some text that begins with no #"))
    return made


def work(typed: str) -> str:
    """Return for what a grade is given, with single blanks; it may be empty.

    Raises:
        InvalidValueError: it is too long or no readable line.
    """
    return " ".join(line(Text("work"), typed, empty=True).split())


def whole(field: Text, least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number between two others, refused under the field's name."""

    def read(typed: str) -> int:
        short = typed.isascii() and typed.isdigit() and len(typed) <= len(str(most))
        if not (short and least <= int(typed) <= most):
            expected = Text("a whole number from {least} to {most}", least=least, most=most)
            raise InvalidValueError(field, typed, expected)
        return int(typed)

    return read


value = whole(Text("grade"), 0, HIGHEST)
weight = whole(Text("weight"), 1, HIGHEST)


def day(typed: str) -> date:
    """Return the day that was typed as YYYY-MM-DD or, as spreadsheets write it, DD.MM.YYYY.

    Raises:
        InvalidValueError: there is no such day.
    """
    written = re.sub(r"(\d\d)\.(\d\d)\.(\d{4})", r"\3-\2-\1", typed)
    try:
        if len(written) == len("YYYY-MM-DD"):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise InvalidValueError(Text("day"), typed, Text("a day as YYYY-MM-DD"))
