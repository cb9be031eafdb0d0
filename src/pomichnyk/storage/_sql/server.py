"""A database of a PostgreSQL server: reached, recognised, upgraded, and checked for damage."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pomichnyk.errors import UnavailableError, UsageError
from pomichnyk.migrations import HEAD
from pomichnyk.storage._sql.compiled_postgresql import STATEMENTS
from pomichnyk.storage._sql.served import LOCK, Connection, ServedDatabase
from pomichnyk.storage._sql.served_faults import reason
from pomichnyk.storage._urls import shown
from pomichnyk.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Engine

# What psycopg would say on stderr of a connection that is lost, we say ourselves, in one line.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

LIMITS = {"timeout": 10.0, "statement_timeout": 300.0, "pool": 20.0}
"""What a URL may limit for us, and what holds if it does not: the seconds that another program's
lock is waited for, those that a statement may take, and the connections there are at once."""
LARGEST = 86_400.0
USUAL = {"connect_timeout": "10", "application_name": "pomichnyk", "client_encoding": "utf8"}
"""What libpq is told where the URL does not say it; seconds."""
AGAIN = (0.1, 0.3, 0.6)
"""Seconds after which a server that is away is tried again: it may be starting."""
AWAY = re.compile("Connection refused|No such file|closed the connection|is (starting|shutting)")
REVISION = re.compile(r"\d{4}")
OTHERS = b"""
SELECT count(*) FROM pg_catalog.pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
"""
INDEXES = b"""
SELECT pg_class.relname, indisvalid AND indisready FROM pg_catalog.pg_index
JOIN pg_catalog.pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = current_schema()::regnamespace ORDER BY pg_class.relname
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One database of a server.

    Attributes:
        name: its URL, without a password.
        conninfo: what libpq is told to reach it.
        patience: seconds that another program's lock is waited for.
        most: how many connections there may be at once.
    """

    name: str
    conninfo: str
    patience: float
    most: int

    def connect(self, *, autocommit: bool = True) -> Connection:
        """Return a new connection, in no transaction; a server that is away is tried again.

        Raises:
            UnavailableError: the server is away, or refuses.
        """
        pauses = iter(AGAIN)
        while True:
            try:
                return psycopg.connect(self.conninfo, autocommit=autocommit)
            except psycopg.OperationalError as error:
                pause = next(pauses, None)
                if pause is None or not AWAY.search(str(error)):
                    raise UnavailableError(
                        Text(
                            "{path}: the server cannot be used: {why}",
                            path=self.name,
                            why=reason(error),
                        )
                    ) from error
                time.sleep(pause)

    def database(self, statements: Mapping[str, str] = STATEMENTS) -> ServedDatabase:
        """Return what runs statements in the database."""
        return ServedDatabase(
            self.connect, self.name, statements, most=self.most, patience=self.patience
        )

    def ready(self, database: ServedDatabase) -> str:
        """Make the schema if there is none, upgrade an older one; return its revision.

        Raises:
            UnavailableError: it is another program's, or is newer than this program.
        """
        revision = self.revision(database)
        if revision > HEAD:
            raise UnavailableError(
                Text(
                    "{path} was made by a newer version of the program: "
                    "its schema is {revision}, this version knows {head}",
                    path=self.name,
                    revision=revision,
                    head=HEAD,
                )
            )
        if revision < HEAD:
            self._upgrade()
        return HEAD

    def revision(self, database: ServedDatabase) -> str:
        """Return the revision of the schema, or nothing if the database is empty.

        Raises:
            UnavailableError: it is another program's.
        """
        with database.connection() as connection:
            try:
                found = connection.execute(b"SELECT version_num FROM alembic_version").fetchall()
            except psycopg.errors.UndefinedTable:
                connection.rollback()
                found = connection.execute(OTHERS).fetchall()
                if found == [(0,)]:
                    return ""
        if len(found) != 1 or not REVISION.fullmatch(str(found[0][0])):
            raise UnavailableError(
                Text("{path} is the database of another program", path=self.name)
            )
        return str(found[0][0])

    def size(self, database: ServedDatabase) -> int:
        """Return the bytes that the database takes on the server's disk."""
        with database.connection() as connection:
            found = connection.execute(b"SELECT pg_database_size(current_database())").fetchall()
            return int(found[0][0])

    def damage(self, database: ServedDatabase) -> list[Text]:
        """Return a line for each index that is lacking or not valid."""
        with database.connection() as connection:
            valid: dict[str, bool] = dict(connection.execute(INDEXES).fetchall())
        return [
            Text("{damage}", damage=f"{index}: {'not valid' if index in valid else 'lacking'}")
            for index in sorted({*valid, *_expected()})
            if not valid.get(index)
        ]

    def engine(self) -> Engine:
        """Return an engine of SQLAlchemy for migrations; each transaction holds the writers' lock.

        So of programs that make the schema at once one does, and the others find it made.
        """
        from sqlalchemy import Connection as EngineConnection
        from sqlalchemy import NullPool, create_engine, event

        made = create_engine(
            "postgresql+psycopg://",
            creator=lambda: self.connect(autocommit=False),
            poolclass=NullPool,
            isolation_level="READ COMMITTED",
        )

        def lock(connection: EngineConnection) -> None:
            connection.exec_driver_sql(LOCK)

        event.listen(made, "begin", lock)
        return made

    def _upgrade(self) -> None:
        from pomichnyk.storage._sql.schema import upgrade

        engine = self.engine()
        try:
            upgrade(engine, self.name)
        finally:
            engine.dispose()


def server(url: str) -> Server:
    """Return the database that a URL names; what it does not say, libpq finds as it always does.

    Raises:
        UsageError: it names none, or asks for what there is not.
    """
    parts = urlsplit(f"postgresql:{url.partition(':')[2]}")
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    limits = {name: _limit(name, asked.pop(name, str(usual))) for name, usual in LIMITS.items()}
    query = urlencode(asked, quote_via=quote)
    try:
        told = conninfo_to_dict(f"postgresql://{parts.netloc}{parts.path}?{query}")
    except psycopg.ProgrammingError as error:
        raise UsageError(Text("{path}: {why}", path=shown(url), why=reason(error))) from error
    return Server(
        shown(url),
        make_conninfo("", **USUAL | told | {"options": _options(told, limits)}),
        limits["timeout"],
        max(int(limits["pool"]), 1),
    )


def _limit(name: str, value: str) -> float:
    if not value.replace(".", "", 1).isdecimal():
        raise UsageError(Text("{name}: “{value}” is no number", name=name, value=value))
    return min(float(value), LARGEST)


def _options(told: Mapping[str, Any], limits: Mapping[str, float]) -> str:
    """Return the settings that each session of the server begins with."""
    settings = {
        "lock_timeout": int(limits["timeout"] * 1000),
        "statement_timeout": int(limits["statement_timeout"] * 1000),
        "jit": "off",  # it takes longer than the statements themselves
    }
    ours = (f"-c {name}={value}" for name, value in settings.items())
    return " ".join(filter(None, (*ours, told.get("options"))))


def _expected() -> set[str]:
    """Return the names of the indexes that the models and the search need."""
    from pomichnyk.database import Base
    from pomichnyk.storage._sql.statements import BEST, TABLES

    every = Base.metadata.tables.values()
    named = {str(index.name) for table in every for index in table.indexes}
    named |= {str(table.primary_key.name) for table in every}
    searched = (TABLES[kind].name for kind in BEST)
    return named | {f"ix_{table}_{one}" for table in searched for one in ("words", "parts")}
