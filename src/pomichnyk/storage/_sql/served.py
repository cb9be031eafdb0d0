"""PostgreSQL by its driver alone: statements compiled ahead, no SQLAlchemy to import.

Writers follow one another, as they do in a SQLite file: each holds one lock of the database's
(``WRITING``), so that what one looks at is not changed by another before it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from threading import BoundedSemaphore
from typing import Any

import psycopg

from pomichnyk.errors import UnavailableError
from pomichnyk.storage._rules import Words
from pomichnyk.storage._sql.compiled_postgresql import STATEMENTS
from pomichnyk.storage._sql.served_faults import told
from pomichnyk.storage._sql.sessions import (
    BATCH,
    PARTS,
    Database,
    Parts,
    Row,
    Session,
    Values,
    streamed,
)
from pomichnyk.storage._sql.tsearch import matching, number
from pomichnyk.text import Text

Connection = psycopg.Connection[Row]
Connect = Callable[[], Connection]

WRITING = 0x506F6D69
"""The number of the lock that whoever writes holds: “Pomi”."""
READ = b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
LOCK = f"SELECT pg_advisory_xact_lock({WRITING})"
WRITE = f"BEGIN ISOLATION LEVEL READ COMMITTED; {LOCK}".encode()
FEW = 8
"""So many rows are inserted one by one; more are copied."""
AT_ONCE = 100
"""So many records with a number are ranked together; of more, the best are looked for."""


class ServedSession(Session):
    """A transaction on a connection of psycopg."""

    matching = staticmethod(matching)

    def __init__(self, connection: Connection, statements: Mapping[str, str]) -> None:
        self._connection, self._statements = connection, statements
        self._numbers = count()

    def rows(self, statement: str, /, **values: Any) -> list[Row]:
        """Return what a statement selects."""
        return self._executed(statement, values).fetchall()

    def few(self, kind: str, words: Words) -> list[int] | None:
        """Return the records that have a number, if they are few: one journey for all ranks."""
        if not (asked := number(words)):
            return None
        found = self.rows(f"{kind}.find.few", most=AT_ONCE + 1, **asked)
        return [pk for (pk,) in found] if len(found) <= AT_ONCE else None

    def records(self, kind: str, pks: list[int]) -> tuple[list[Row], Parts]:
        """Return the rows of records and what belongs to them, which travel together."""
        parts = PARTS[kind]
        whole = self.rows(f"{kind}.whole", pks=pks)
        own = len(whole[0]) - len(parts) if whole else 0
        owned = {part: {row[0]: row[at] for row in whole} for at, part in enumerate(parts, own)}
        return [row[:own] for row in whole], owned

    def stream(self, statement: str, /, **values: Any) -> Generator[Sequence[Row], None, None]:
        """Yield what a statement selects, a few rows at first, from a cursor of the server's."""
        if values.get("limit", BATCH + 1) <= BATCH:
            yield from filter(None, [self.rows(statement, **values)])
            return
        with self._connection.cursor(f"stream{next(self._numbers)}") as cursor:
            cursor.execute(self._statements[statement].encode(), values)
            yield from streamed(cursor.fetchmany)

    def insert(self, statement: str, rows: Sequence[Values], /) -> None:
        """Store many rows, by COPY if they are more than a few."""
        if len(rows) <= FEW:
            return self.many(statement, rows)
        head, _, values = self._statements[statement].partition(" VALUES ")
        names = re.findall(r"%\((\w+)\)s", values)
        copied = head.replace("INSERT INTO", "COPY", 1) + " FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(copied.encode()) as copy:
            for row in rows:
                copy.write_row([row[name] for name in names])
        return None

    def many(self, statement: str, rows: Iterable[Values], /) -> None:
        """Run a statement that changes once for each row of values."""
        self._executed_many(statement, list(rows))

    def insert_new(self, statement: str, names: Sequence[str], rows: Sequence[Row], /) -> int:
        """Store rows by a statement that leaves out those known; return how many are new."""
        return self._executed_many(statement, [dict(zip(names, row, strict=True)) for row in rows])

    def run(self, statement: str, /, **values: Any) -> None:
        """Run a statement that changes."""
        self._executed(statement, values)

    def _executed_many(self, statement: str, rows: Sequence[Values]) -> int:
        if not rows:
            return 0
        with self._connection.cursor() as cursor:
            cursor.executemany(self._statements[statement].encode(), rows)
            return max(cursor.rowcount, 0)

    def _executed(self, statement: str, values: Values) -> psycopg.Cursor[Row]:
        return self._connection.execute(self._statements[statement].encode(), values)


class ServedDatabase(Database):
    """A database of a server; each session has a connection of its own, kept for the next one.

    At most ``most`` are open at once; who needs one more waits ``patience`` seconds for it.
    """

    def __init__(
        self,
        connect: Connect,
        name: str,
        statements: Mapping[str, str] = STATEMENTS,
        *,
        most: int = 20,
        patience: float = 10.0,
    ) -> None:
        self._connect, self._name, self._statements = connect, name, statements
        self._free, self._patience = BoundedSemaphore(most), patience
        self._idle: list[Connection] = []
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Return a session that reads."""
        with self._transaction(READ) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Return a session that changes, wholly and durably, or not at all."""
        with self._transaction(WRITE) as session:
            yield session

    def close(self) -> None:
        """Free the connections; one that is in use is freed when its session ends."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def connection(self, begin: bytes = READ) -> Iterator[Connection]:
        """Return a connection in a transaction, which is committed in the end."""
        with told(self._name), self._one_of_most():
            connection = self._begun(begin)
            try:
                yield connection
                connection.commit()
            finally:
                self._release(connection)

    @contextmanager
    def _transaction(self, begin: bytes) -> Iterator[Session]:
        with self.connection(begin) as connection:
            yield ServedSession(connection, self._statements)

    @contextmanager
    def _one_of_most(self) -> Iterator[None]:
        if not self._free.acquire(timeout=self._patience):
            raise UnavailableError(
                Text("{path}: too many are working with it at once; try again", path=self._name)
            )
        try:
            yield
        finally:
            self._free.release()

    def _begun(self, begin: bytes) -> Connection:
        """Return a connection on which a transaction has begun.

        One that was idle may have been lost meanwhile, with its server: as nothing was done on it
        yet, another one will do.
        """
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread took the last one
                break
            try:
                return self._begin(connection, begin)
            except psycopg.OperationalError:
                if not connection.closed:
                    raise
        return self._begin(self._connect(), begin)

    def _begin(self, connection: Connection, begin: bytes) -> Connection:
        try:
            connection.execute(begin)
        except BaseException:
            self._release(connection)
            raise
        return connection

    def _release(self, connection: Connection) -> None:
        """Keep a connection for the next session, if it may still be used."""
        try:
            connection.rollback()
        except psycopg.Error:
            connection.close()  # it was lost; whatever was done on it was not committed
        if self._closed:
            connection.close()
        elif not connection.closed:
            self._idle.append(connection)
