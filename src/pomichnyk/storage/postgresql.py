"""Contacts, notes and messages in a PostgreSQL database: ``postgresql://me@host/book``.

The URL is as libpq takes it, several hosts and ``?sslmode=`` included; what it does not say comes
from PGPASSWORD, ``~/.pgpass`` and the like. For us it may also say ``timeout``, the seconds that
another program's lock is waited for; ``statement_timeout``, those that a statement may take; and
``pool``, how many connections there are at once.
"""

from __future__ import annotations

from collections.abc import Mapping

from pomichnyk.errors import PomichnykError
from pomichnyk.storage import Info
from pomichnyk.storage._sql.served import ServedDatabase
from pomichnyk.storage._sql.server import server
from pomichnyk.storage._sql.storage import SqlStorage
from pomichnyk.text import Text


class PostgresqlStorage(SqlStorage):
    """A home on a server, which many programs may use at once."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self._server = server(url)
        self._served = self._server.database()
        try:
            self._server.ready(self._served)
        except BaseException:
            self._served.close()
            raise
        self._use(self._served)

    def beside(self, statements: Mapping[str, str]) -> ServedDatabase:
        """Return the same database as run with other statements, for what else is kept in it."""
        return self._server.database(statements)

    def info(self) -> Info:
        """Return what there is to know about the storage."""
        version, size = self._server.revision(self._served), self._server.size(self._served)
        return Info(self._server.name, version, *self._counts(), size=size)

    def upgrade(self) -> str:
        """Bring the schema up to date; return its revision."""
        return self._server.ready(self._served)

    def check(self) -> list[Text]:
        """Look for indexes and words that disagree with the records; return a line for each."""
        found: list[Text] = []
        try:
            found += self._server.damage(self._served)
            found += super().check()
        except PomichnykError as error:
            found.append(error.text)
        return found
