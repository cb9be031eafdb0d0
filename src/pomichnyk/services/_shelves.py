"""Shelves: the records of one kind in one home, handled alike whatever they are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, Generic, TypeVar

from pomichnyk.text import Text

Item = TypeVar("Item")
Pair = tuple[Item | None, Item | None]
"""A record of the source, and the one of the same id in the target; one of them may be missing."""


@dataclass(frozen=True, slots=True)
class Stored:
    """How many records were not there before, and were there but different."""

    new: int = 0
    updated: int = 0


class Shelf(ABC, Generic[Item]):
    """The records of one kind in one home.

    Attributes:
        name: what the records are called in files.
        title: what a person calls them.
    """

    name: str
    title: Text

    @abstractmethod
    def count(self) -> int:
        """Return how many there are."""

    @abstractmethod
    def all(self) -> Generator[Item, None, None]:
        """Yield them in the order of their keys."""

    @abstractmethod
    def key(self, item: Item) -> Any:
        """Return by what they are ordered, in every home."""

    @abstractmethod
    def called(self, item: Item) -> str:
        """Return how a person is told which one is meant."""

    @abstractmethod
    def twin(self, item: Item) -> Item | None:
        """Return the one here that has the same id, if there is one."""

    @abstractmethod
    def store(
        self, changes: Sequence[tuple[Item, Item | None]], *, over_later: bool = False
    ) -> Stored:
        """Store records of a source, each given with what was seen here in its place.

        One that was changed here later than in the source stays as it is here, unless told so.
        """

    def is_later(self, one: Item, other: Item) -> bool:
        """Tell whether one was changed later than the other; False where nothing says when."""
        del one, other
        return False

    def oldest(self) -> Generator[Item, None, None]:
        """Yield them in the order in which another home is to store them."""
        return self.all()

    def beside(self, source: Iterable[Item]) -> Iterator[Pair[Item]]:
        """Yield the records that a source has and these, each beside its twin if it is seen."""
        with closing(self.all()) as here:
            yield from pairs(source, here, self.key)


def pairs(
    mine: Iterable[Item], theirs: Iterable[Item], key: Callable[[Item], Any]
) -> Iterator[Pair[Item]]:
    """Yield the items of two ordered streams, side by side where their keys are equal."""
    merged = merge(_keyed(0, mine, key), _keyed(1, theirs, key), key=itemgetter(0))
    for _, alike in groupby(merged, key=itemgetter(0)):
        sides = {side: item for _, side, item in alike}
        yield sides.get(0), sides.get(1)


def _keyed(
    side: int, items: Iterable[Item], key: Callable[[Item], Any]
) -> Iterator[tuple[Any, int, Item]]:
    return ((key(item), side, item) for item in items)
