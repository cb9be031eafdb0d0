"""Paging: a long list, so many at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from pomichnyk.storage import FOUND

Item = TypeVar("Item")
LAST = 100_000


@dataclass(frozen=True, slots=True)
class Paged(Generic[Item]):
    """One page of a list: its number from 1 on, what is on it, and whether more follow."""

    number: int
    items: list[Item]
    more: bool


def number(typed: str) -> int:
    """Return the number of the page that is asked for; the first if it makes no sense."""
    sensible = typed.isdecimal() and typed.isascii() and len(typed) <= len(str(LAST))
    return max(1, int(typed)) if sensible else 1


def paged(items: Iterable[Item], at: int, size: int = FOUND) -> Paged[Item]:
    """Return the page of that number."""
    found = [*islice(items, (at - 1) * size, at * size + 1)]
    return Paged(at, found[:size], len(found) > size)
