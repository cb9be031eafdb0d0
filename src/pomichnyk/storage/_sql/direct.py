"""SQLite by the standard library alone: statements compiled ahead, no SQLAlchemy to import."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cache
from threading import Lock
from typing import Any

from pomichnyk.errors import PomichnykError
from pomichnyk.storage._sql.compiled_sqlite import STATEMENTS
from pomichnyk.storage._sql.faults import told
from pomichnyk.storage._sql.search import fts5
from pomichnyk.storage._sql.sessions import (
    BATCH,
    Database,
    Row,
    Session,
    Values,
    batches,
    streamed,
)

_NAMED = re.compile(r":(\w+)")
PARAMETERS = 32_766
"""How many values SQLite takes with one statement."""
Connect = Callable[[], sqlite3.Connection]


class DirectSession(Session):
    """A transaction on a connection of ``sqlite3``."""

    matching = staticmethod(fts5)

    def __init__(self, connection: sqlite3.Connection, statements: Mapping[str, str]) -> None:
        self._connection, self._statements = connection, statements

    def rows(self, statement: str, /, **values: Any) -> list[Row]:
        """Return what a statement selects."""
        return self._executed(statement, values).fetchall()

    def stream(self, statement: str, /, **values: Any) -> Generator[Sequence[Row], None, None]:
        """Yield what a statement selects, a few rows at first."""
        with closing(self._executed(statement, values)) as cursor:
            yield from streamed(cursor.fetchmany)

    def insert(self, statement: str, rows: Sequence[Values], /) -> None:
        """Store many rows, a batch at once: FTS5 writes its index at each statement.

        Not more: Python keeps the last 128 statements as SQLite prepared them, and one for each
        number of rows that comes along would be in the way of those that come again.
        """
        head, _, values = self._statements[statement].partition(" VALUES ")
        names = _NAMED.findall(values)
        row = f"({', '.join('?' * len(names))})"
        for some in batches(rows, min(BATCH, PARAMETERS // len(names))):
            self._connection.execute(
                f"{head} VALUES {', '.join([row] * len(some))}",
                [one[name] for one in some for name in names],
            )

    def many(self, statement: str, rows: Iterable[Values], /) -> None:
        """Run a statement that changes once for each row of values."""
        self._connection.executemany(self._statements[statement], rows)

    def insert_new(self, statement: str, names: Sequence[str], rows: Sequence[Row], /) -> int:
        """Store rows by a statement that leaves out those known; return how many are new."""
        del names
        by_position = _positional(self._statements[statement])
        return max(self._connection.executemany(by_position, rows).rowcount, 0)

    def run(self, statement: str, /, **values: Any) -> None:
        """Run a statement that changes."""
        self._executed(statement, values)

    def _executed(self, statement: str, values: Values) -> sqlite3.Cursor:
        return self._connection.execute(self._statements[statement], _bound(values))


class DirectDatabase(Database):
    """A SQLite file; each session has a connection of its own, kept for the next one."""

    def __init__(
        self, connect: Connect, path: str, statements: Mapping[str, str] = STATEMENTS
    ) -> None:
        self._connect, self._path, self._statements = connect, path, statements
        self._idle: list[sqlite3.Connection] = []
        self._closed, self._turn = False, Lock()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Return a session that reads."""
        with self._transaction("BEGIN") as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Return a session that changes, wholly and durably, or not at all.

        Threads take turns: SQLite itself lets whoever comes at the right moment go first, so
        that one of many may wait in vain.
        """
        with self._turn, self._transaction("BEGIN IMMEDIATE") as session:
            yield session

    def close(self) -> None:
        """Free the connections; one that is in use is freed when its session ends."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """Return a connection outside of any transaction, for what is no statement of ours."""
        with told(self._path):
            connection = self._taken()
            try:
                yield connection
            except (PomichnykError, GeneratorExit):
                self._release(connection)
                raise
            except BaseException:
                connection.close()  # it may be the fault of the connection
                raise
            self._release(connection)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Session]:
        with self.connection() as connection:
            connection.execute(begin)
            yield DirectSession(connection, self._statements)
            connection.execute("COMMIT")

    def _taken(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:  # asking first would let another thread take the last one
            return self._connect()

    def _release(self, connection: sqlite3.Connection) -> None:
        connection.rollback()
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)


@cache
def _positional(statement: str) -> str:
    """Return a statement that takes its values by position.

    SQLite finds a value by its name anew for each row, at a sixth of what storing the row takes.
    """
    return _NAMED.sub("?", statement)


def _bound(values: Values) -> Values:
    """Return the values with each list as JSON, as the compiled statements take it."""
    if not any(type(value) is list for value in values.values()):
        return values
    return {
        name: json.dumps(value) if type(value) is list else value for name, value in values.items()
    }
