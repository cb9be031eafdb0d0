"""Errors: each has its exit code and status, and is one clear line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pomichnyk import errors
from pomichnyk.errors import (
    AmbiguousError,
    ConflictError,
    DriverMissingError,
    InvalidValueError,
    NotFoundError,
    PomichnykError,
    UnavailableError,
    UsageError,
)
from pomichnyk.text import Text


def heirs(kind: type[PomichnykError]) -> Iterator[type[PomichnykError]]:
    for heir in kind.__subclasses__():
        yield heir
        yield from heirs(heir)


@pytest.mark.parametrize(
    ("kind", "code", "status"),
    [
        (UsageError, 2, 400),
        (NotFoundError, 3, 404),
        (InvalidValueError, 4, 422),
        (ConflictError, 5, 409),
        (AmbiguousError, 5, 409),
        (UnavailableError, 6, 503),
        (DriverMissingError, 6, 503),
    ],
)
def test_error_knows_its_exit_code_and_status(
    kind: type[PomichnykError], code: int, status: int
) -> None:
    assert (kind.exit_code, kind.status) == (code, status)


def test_no_error_has_a_code_of_its_own() -> None:
    assert {kind.exit_code for kind in heirs(PomichnykError)} <= {2, 3, 4, 5, 6}
    assert (errors.PARTLY_DONE, errors.INTERRUPTED) == (7, 130)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a\nb", r"'a\nb'"), (b"\xff", r"b'\xff'"), (7, "7"), ("я" * 100, "я" * 58 + "…")],
)
def test_refused_value_is_shown_short_and_on_one_line(value: object, shown: str) -> None:
    error = InvalidValueError(Text("name"), value, Text("some text"))

    assert shown in str(error)
    assert str(error).startswith("name: ")
    assert str(error).endswith("expected: some text")


def test_ambiguous_reference_names_its_candidates() -> None:
    assert str(AmbiguousError("a", ["b", "c"])) == "“a” fits several: b, c"


def test_missing_driver_names_its_extra() -> None:
    assert "pip install 'pomichnyk[mongodb]'" in str(DriverMissingError("pymongo", "mongodb"))
