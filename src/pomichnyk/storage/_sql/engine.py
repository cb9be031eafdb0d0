"""The same statements run by an engine of SQLAlchemy, for the databases that are servers."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from sqlite3 import Error
from typing import Any

from sqlalchemy import Connection, Engine, Executable
from sqlalchemy.exc import DBAPIError, IntegrityError

from pomichnyk.errors import ConflictError, PomichnykError, UnavailableError
from pomichnyk.storage._sql.faults import meaning, told
from pomichnyk.storage._sql.search import fts5
from pomichnyk.storage._sql.sessions import BATCH, Database, Row, Session, Values, streamed
from pomichnyk.text import Text


class EngineSession(Session):
    """A transaction on a connection of SQLAlchemy."""

    matching = staticmethod(fts5)

    def __init__(self, connection: Connection, statements: Mapping[str, Executable]) -> None:
        self._connection, self._statements = connection, statements

    def rows(self, statement: str, /, **values: Any) -> list[Row]:
        """Return what a statement selects."""
        found = self._connection.execute(self._statements[statement], values)
        return [tuple(row) for row in found]

    def stream(self, statement: str, /, **values: Any) -> Generator[Sequence[Row], None, None]:
        """Yield what a statement selects, a few rows at first."""
        options = {"stream_results": True, "yield_per": BATCH}
        selected = self._connection.execute(
            self._statements[statement], values, execution_options=options
        )
        with closing(selected) as found:
            for rows in streamed(found.fetchmany):
                yield [tuple(row) for row in rows]

    def insert(self, statement: str, rows: Sequence[Values], /) -> None:
        """Store many rows by a statement that inserts one."""
        self.many(statement, rows)

    def many(self, statement: str, rows: Iterable[Values], /) -> None:
        """Run a statement that changes once for each row of values."""
        if every := list(rows):
            self._connection.execute(self._statements[statement], every)

    def insert_new(self, statement: str, names: Sequence[str], rows: Sequence[Row], /) -> int:
        """Store rows by a statement that leaves out those known; return how many are new."""
        if not (every := [dict(zip(names, row, strict=True)) for row in rows]):
            return 0
        counted = {"preserve_rowcount": True}
        return self._connection.execute(
            self._statements[statement], every, execution_options=counted
        ).rowcount

    def run(self, statement: str, /, **values: Any) -> None:
        """Run a statement that changes."""
        self._connection.execute(self._statements[statement], values)


class EngineDatabase(Database):
    """A database behind an engine; the engine keeps the connections."""

    def __init__(self, engine: Engine, statements: Mapping[str, Executable], name: str) -> None:
        self._engine, self._statements, self._name = engine, statements, name
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Return a session that reads."""
        with self._connected() as connection, connection.begin():
            yield EngineSession(connection, self._statements)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Return a session that changes, wholly and durably, or not at all."""
        with self._connected() as connection:
            connection.execution_options(writing=True)
            with connection.begin():
                yield EngineSession(connection, self._statements)

    def close(self) -> None:
        """Free the connections; one that is in use is freed when its session ends."""
        self._closed = True
        self._engine.dispose()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with engine_told(self._name), self._engine.connect() as connection:
            try:
                yield connection
            finally:
                if self._closed and not connection.invalidated:
                    connection.detach()  # to be closed, not given back to those freed already


@contextmanager
def engine_told(name: str) -> Iterator[None]:
    """Turn what a driver raises through SQLAlchemy into an error of ours; see ``told``."""
    try:
        with told(name):
            yield
    except DBAPIError as error:
        if isinstance(error.orig, Error):
            raise meaning(error.orig, name) from error
        raise _server_meaning(error, name) from error


def _server_meaning(error: DBAPIError, name: str) -> PomichnykError:
    """Return the error of ours that says what a failure of a server means."""
    why = str(error.orig).strip().partition("\n")[0]
    if isinstance(error, IntegrityError):
        return ConflictError(Text("{path}: it was stored meanwhile: {why}", path=name, why=why))
    return UnavailableError(Text("{path}: {why}", path=name, why=why))
