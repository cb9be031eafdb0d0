"""Types of arguments: what is not valid is refused under the name of its field."""

from __future__ import annotations

from datetime import date

import pytest

from pomichnyk.commands._arguments import MOST, day, natural
from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Text


@pytest.mark.parametrize(("typed", "number"), [("1", 1), ("007", 7), (str(MOST), MOST)])
def test_natural_number_is_read(typed: str, number: int) -> None:
    assert natural(Text("days"))(typed) == number


@pytest.mark.parametrize("typed", ["", "0", "-1", "1.5", "ten", "²", str(MOST + 1), "9" * 5000])
def test_other_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match=r"days: .*whole number"):
        natural(Text("days"))(typed)


def test_day_is_read() -> None:
    assert day("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize("typed", ["", "today", "2023-02-29", "29.02.2024", "9999-12-31"])
def test_other_day_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match=r"day: .*YYYY-MM-DD"):
        day(typed)
