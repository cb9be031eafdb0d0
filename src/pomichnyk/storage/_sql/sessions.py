"""Sessions: a transaction in which statements run by name, whatever runs them.

Nothing that a driver raises leaves a session: what it means is told by an error of ours.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, TypeVar

from pomichnyk.storage._rules import Words

Item = TypeVar("Item")
Row = tuple[Any, ...]
Values = Mapping[str, Any]
Parts = Mapping[str, Mapping[int, Sequence[Sequence[Any]]]]
"""What belongs to records: rows by the name of their table and the record's key."""

PARTS = {"contact": ("details", "tags"), "note": ("tags", "links")}
"""Tables of what belongs to records of a kind, is written with them and always read with them."""
BATCH = 500
"""How many records are read or written with one statement."""
FIRST = 50
"""How many rows a stream yields at first: who wants a few more than these reads on."""


class Session(ABC):
    """One transaction; what it reads is one moment of the database."""

    @staticmethod
    @abstractmethod
    def matching(inside: Words, others: Words, whole: bool) -> tuple[str, Values]:
        """Return the name of the search, and what it asks for.

        That is words inside others, and other words that are whole or begin some.
        """

    def few(self, kind: str, words: Words) -> list[int] | None:
        """Return the keys of all records that have the words, the best first, where one look tells.

        None if ranks are to be asked for one by one, since there may be many or that is as quick.
        """
        del kind, words
        return None

    @abstractmethod
    def rows(self, statement: str, /, **values: Any) -> list[Row]:
        """Return what a statement selects; a value may be a list where many are asked for."""

    def records(self, kind: str, pks: list[int]) -> tuple[list[Row], Parts]:
        """Return the rows of the records with these keys, and what belongs to them."""
        owned = {part: _by_owner(self.rows(f"{kind}.{part}.of", pks=pks)) for part in PARTS[kind]}
        return self.rows(f"{kind}.rows", pks=pks), owned

    @abstractmethod
    def stream(self, statement: str, /, **values: Any) -> Generator[Sequence[Row], None, None]:
        """Yield what a statement selects, ``FIRST`` rows, then ``BATCH`` at a time."""

    @abstractmethod
    def insert(self, statement: str, rows: Sequence[Values], /) -> None:
        """Store many rows by a statement that inserts one."""

    @abstractmethod
    def many(self, statement: str, rows: Iterable[Values], /) -> None:
        """Run a statement that changes once for each row of values."""

    @abstractmethod
    def insert_new(self, statement: str, names: Sequence[str], rows: Sequence[Row], /) -> int:
        """Store rows by a statement that leaves out those known; return how many are new.

        The names of their values are in the order in which the statement has them.
        """

    @abstractmethod
    def run(self, statement: str, /, **values: Any) -> None:
        """Run a statement that changes; a value may be a list where many are meant."""


class Database(ABC):
    """Gives sessions to as many threads as ask for them."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Session]:
        """Return a session that reads.

        Raises:
            UnavailableError: the database cannot be read.
        """

    @abstractmethod
    def writing(self) -> AbstractContextManager[Session]:
        """Return a session that changes, wholly and durably, or not at all.

        Raises:
            UnavailableError: the database cannot be written.
        """

    @abstractmethod
    def close(self) -> None:
        """Free the connections; one that is in use is freed when its session ends."""


def streamed(fetch: Callable[[int], Sequence[Item]]) -> Iterator[Sequence[Item]]:
    """Yield rows as they are fetched, a few at first, then ``BATCH`` at a time."""
    size = FIRST
    while rows := fetch(size):
        yield rows
        size = BATCH


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Yield the items, so many at a time."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def _by_owner(rows: Iterable[Row]) -> dict[int, list[Row]]:
    owned: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        owned[row[0]].append(row[1:])
    return owned
