"""A SQLite file: made, recognised, upgraded with a copy kept, and checked for damage."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from itertools import chain, count
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from pomichnyk.errors import UnavailableError
from pomichnyk.migrations import HEAD
from pomichnyk.storage._sql.direct import DirectDatabase
from pomichnyk.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Engine

APPLICATION = 0x506F6D69
"""What the header of a file of ours says: “Pomi” (PRAGMA application_id)."""
PRAGMAS = ("foreign_keys = ON", "synchronous = FULL", "cache_size = -65536")
"""What each connection is told; the cache is in KiB, at most: an index of 2,000,000 grades fits."""
SMALLEST = 512
"""Bytes of the smallest database; SQLite takes a shorter file for an empty one."""
INDEXES = tuple(
    f"{kind}_{one}" for kind in ("contact", "note", "message") for one in ("index", "parts")
)


class SqliteFile:
    """One file; ``timeout`` is how many seconds another program's lock is waited for."""

    def __init__(self, path: str, timeout: float) -> None:
        self.path, self._timeout = Path(path).absolute(), timeout
        self._log = self.path.with_name(f"{self.path.name}-wal")

    def connect(self) -> sqlite3.Connection:
        """Return a new connection, in no transaction; for one thread at a time."""
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?{self._mode()}",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    def engine(self, *, foreign_keys: bool = True) -> Engine:
        """Return an engine of SQLAlchemy for the file."""
        from sqlalchemy import URL

        from pomichnyk.database import engine

        url = URL.create("sqlite", database=str(self.path))
        return engine(url, busy=self._timeout, foreign_keys=foreign_keys)

    def ready(self, database: DirectDatabase) -> str:
        """Make the file if there is none, upgrade an older one; return its revision.

        Raises:
            UnavailableError: it cannot be opened or made, is another program's, or is newer
                than this program.
        """
        self._create()
        with database.connection() as connection:
            revision = self.revision(connection)
        if revision > HEAD:
            raise UnavailableError(
                Text(
                    "{path} was made by a newer version of the program: "
                    "its schema is {revision}, this version knows {head}",
                    path=self.path,
                    revision=revision,
                    head=HEAD,
                )
            )
        if revision < HEAD:
            if revision:
                self._copy(database, revision)
            self._upgrade(database)
        return HEAD

    def revision(self, connection: sqlite3.Connection) -> str:
        """Return the revision of the schema, or nothing if the file is empty.

        Raises:
            UnavailableError: it is another program's file.
        """
        ((application,),) = connection.execute("PRAGMA application_id")
        if application == APPLICATION:
            versions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            if len(versions) != 1:
                raise UnavailableError(Text("{path} is damaged: no schema", path=self.path))
            return str(versions[0][0])
        ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master")
        if application or tables or 0 < self.path.stat().st_size < SMALLEST:
            raise UnavailableError(Text("{path} is the file of another program", path=self.path))
        return ""

    def damage(self, connection: sqlite3.Connection) -> list[Text]:
        """Return a line for each damage of the file, and of its indexes if it may be written."""
        lines = [line for (line,) in connection.execute("PRAGMA integrity_check") if line != "ok"]
        lines += [
            f"{table}: a row belongs to nothing in {other}"
            for table, _, other, _ in connection.execute("PRAGMA foreign_key_check")
        ]
        lines += [
            f"{index}: {why}" for index in INDEXES if (why := _index_damage(connection, index))
        ]
        return [Text("{damage}", damage=line) for line in lines]

    def size(self) -> int:
        """Return the bytes of the file and of the log beside it."""
        return sum(file.stat().st_size for file in (self.path, self._log) if file.exists())

    def _mode(self) -> str:
        # Where no log can be made, SQLite reads a file only on the word that nobody writes it.
        alone = not os.access(self.path.parent, os.W_OK) and not self._log.exists()
        return "mode=ro&immutable=1" if alone else "mode=rw"

    def _create(self) -> None:
        try:
            if not self.path.exists():
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.close(os.open(self.path, os.O_CREAT, 0o600))
        except OSError as error:
            raise _unmade(self.path, error) from error

    def _upgrade(self, database: DirectDatabase) -> None:
        from pomichnyk.storage._sql.schema import upgrade

        engine = self.engine(foreign_keys=False)
        try:
            upgrade(engine, str(self.path))
        finally:
            engine.dispose()
        with database.connection() as connection:
            self._write_ahead(connection)

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Switch to a log that is written ahead: for this SQLite itself waits for nobody."""
        end = monotonic() + self._timeout
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > end:
                    raise
                sleep(0.01)
            else:
                return

    def _copy(self, database: DirectDatabase, revision: str) -> None:
        """Keep the file as it is beside it, under a name that is not taken."""
        copy = _made_beside(self.path, revision)
        try:
            with database.connection() as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        except BaseException:
            copy.unlink()
            raise


def _made_beside(path: Path, revision: str) -> Path:
    """Make an empty file named after the path and the revision, and return where it is."""
    marks = chain([revision], (f"{revision}-{number}" for number in count(1)))
    names = (path.with_name(f"{path.stem}.{mark}{path.suffix}") for mark in marks)
    copy = next(name for name in names if not name.exists())
    try:
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise _unmade(copy, error) from error
    return copy


def _unmade(path: Path, error: OSError) -> UnavailableError:
    return UnavailableError(Text("{path} cannot be made: {why}", path=path, why=error.strerror))


def _index_damage(connection: sqlite3.Connection, index: str) -> str:
    # Rank 1 also compares the index with the text that it is of.
    statement = f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"  # noqa: S608  # our own names
    try:
        connection.execute(statement)
    except sqlite3.DatabaseError as error:
        return "" if error.sqlite_errorcode == sqlite3.SQLITE_READONLY else str(error)
    return ""
