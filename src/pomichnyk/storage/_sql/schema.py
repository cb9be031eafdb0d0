"""The schema of a relational database: made and changed by Alembic alone, loaded only for it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from pomichnyk import migrations


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring a database up to a revision, wholly or not at all."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.connect() as connection:
        connection.execution_options(writing=True)
        with connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
