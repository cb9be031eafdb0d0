"""Sessions as the gradebook needs them: transactions in which its statements run by name.

The storages' own databases fit; ``bootstrap`` gives the one of the storage that was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = tuple[Any, ...]


class Session(Protocol):
    """One transaction; what it reads is one moment of the gradebook."""

    def rows(self, statement: str, /, **values: Any) -> list[Row]:
        """Return what a statement selects, or returns of what it adds."""

    def stream(self, statement: str, /, **values: Any) -> Iterator[Sequence[Row]]:
        """Yield what a statement selects, some hundreds of rows at a time."""

    def insert(self, statement: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Store many rows by a statement that inserts one, as many as possible at once."""

    def many(self, statement: str, rows: Iterable[Mapping[str, Any]], /) -> None:
        """Run a statement that changes once for each row of values."""

    def run(self, statement: str, /, **values: Any) -> None:
        """Run a statement that changes."""


class Database(Protocol):
    """Gives sessions, and turns what a driver raises into an error of ours."""

    def reading(self) -> AbstractContextManager[Session]:
        """Return a session that reads."""

    def writing(self) -> AbstractContextManager[Session]:
        """Return a session that changes, wholly and durably, or not at all."""
