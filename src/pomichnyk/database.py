"""What everything relational shares: the base of the models, names of constraints, engines.

Only what makes or upgrades a schema, and the servers' storages, load this module: it imports
SQLAlchemy, which costs more than a whole command on a SQLite file does.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints and indexes are named: a migration can only drop what has a name."""

BUSY = 10.0
"""Seconds that a SQLite file locked by another program is waited for."""


class Base(DeclarativeBase):
    """The base of every model; its metadata is what migrations are compared with."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


def engine(url: str | URL, *, busy: float = BUSY, foreign_keys: bool = True) -> Engine:
    """Return an engine for a database; on SQLite its transactions also cover the schema.

    A connection with the execution option ``writing`` locks a SQLite file as it begins.
    ``foreign_keys`` is False for migrations alone, which drop and make anew whole tables.
    """
    made = create_engine(url)
    if made.dialect.name == "sqlite":

        def prepare(connection: Any, _: object) -> None:
            connection.isolation_level = None  # pysqlite's own BEGIN leaves out the schema
            connection.execute(f"PRAGMA busy_timeout = {int(busy * 1000)}")
            connection.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
            connection.execute("PRAGMA synchronous = FULL")

        event.listen(made, "connect", prepare)
        event.listen(made, "begin", _begin)
    return made


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
