"""Contacts, notes and messages in a SQLite file: ``sqlite:///book.db``, ``sqlite:////home/me/book.db``.

Blanks and the like are written as in any URL (``%20``); ``?timeout=SECONDS`` says how long
another program's lock is waited for. ``sqlite+pysqlite:///`` runs the statements by SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from pomichnyk.errors import PomichnykError, UsageError
from pomichnyk.storage import Info
from pomichnyk.storage._sql.direct import DirectDatabase
from pomichnyk.storage._sql.file import SqliteFile
from pomichnyk.storage._sql.sessions import Database
from pomichnyk.storage._sql.storage import SqlStorage
from pomichnyk.storage._urls import shown
from pomichnyk.text import Text

BUSY = 10.0
"""Seconds that another program's lock is waited for."""
LONGEST_WAIT = 86_400.0


class SqliteStorage(SqlStorage):
    """A home in one file, beside which SQLite keeps its log while it is open."""

    name = "sqlite"

    def __init__(self, url: str) -> None:
        self._url, self._file = url, _file(url)
        self._direct = DirectDatabase(self._file.connect, str(self._file.path))
        try:
            self._file.ready(self._direct)
        except BaseException:
            self._direct.close()
            raise
        by_engine = urlsplit(url).scheme != self.name
        self._use(_engine(self._file) if by_engine else self._direct)

    def beside(self, statements: Mapping[str, str]) -> DirectDatabase:
        """Return the same file as run with other statements, for what else is kept in it."""
        return DirectDatabase(self._file.connect, str(self._file.path), statements)

    def info(self) -> Info:
        """Return what there is to know about the storage."""
        with self._direct.connection() as connection:
            version = self._file.revision(connection)
        return Info(shown(self._url), version, *self._counts(), size=self._file.size())

    def upgrade(self) -> str:
        """Bring the schema up to date; return its revision."""
        return self._file.ready(self._direct)

    def check(self) -> list[Text]:
        """Look for damage of the file, of its indexes and of the words records are found by."""
        try:
            with self._direct.connection() as connection:
                damage = self._file.damage(connection)
            return [*damage, *super().check()]
        except PomichnykError as error:
            return [error.text]

    def close(self) -> None:
        """Free the connections."""
        super().close()
        self._direct.close()


def _file(url: str) -> SqliteFile:
    """Return the file that a URL names.

    Raises:
        UsageError: it names none, or asks for what there is not.
    """
    parts = urlsplit(url)
    path, options = unquote(parts.path.removeprefix("/")), dict(parse_qsl(parts.query))
    timeout = options.pop("timeout", str(BUSY))
    if parts.netloc or parts.fragment or not path or path == ":memory:" or options:
        raise UsageError(
            Text("“{url}” names no file; expected: sqlite:///FILE, or memory:", url=url)
        )
    if not timeout.replace(".", "", 1).isdecimal():
        raise UsageError(Text("timeout: “{value}” is no number of seconds", value=timeout))
    return SqliteFile(path, min(float(timeout), LONGEST_WAIT))


def _engine(file: SqliteFile) -> Database:
    """Return the same file as run by SQLAlchemy."""
    from sqlalchemy.dialects.sqlite import insert

    from pomichnyk.storage._sql.engine import EngineDatabase
    from pomichnyk.storage._sql.statements import full_text, statements

    return EngineDatabase(file.engine(), statements(insert) | full_text(), str(file.path))
