"""The schema of a relational database: made and changed by Alembic alone, loaded only for it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from pomichnyk import migrations
from pomichnyk.errors import UnavailableError
from pomichnyk.storage._sql.engine import engine_told
from pomichnyk.text import Text


def upgrade(engine: Engine, name: str, revision: str = "head") -> None:
    """Bring a database up to a revision, wholly or not at all; ``name`` says whose it is.

    Raises:
        UnavailableError: it cannot be written, or rows would be left without their owners.
    """
    with engine_told(name), engine.connect() as connection:
        connection.execution_options(writing=True)
        with connection.begin():
            command.upgrade(config(connection), revision)
            if _orphans(connection):
                raise UnavailableError(Text("{path}: the upgrade would lose data", path=name))


def config(connection: Connection) -> Config:
    """Return what Alembic's commands need to work on a connection."""
    made = Config()
    made.set_main_option("script_location", str(Path(migrations.__file__).parent))
    made.attributes["connection"] = connection
    return made


def _orphans(connection: Connection) -> bool:
    """Tell whether a SQLite file, upgraded without foreign keys, has rows without owners."""
    on_sqlite = connection.dialect.name == "sqlite"
    return on_sqlite and bool(connection.exec_driver_sql("PRAGMA foreign_key_check").first())
