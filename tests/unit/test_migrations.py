"""The history of the schema: one line, forwards and back, and what the models say."""

from __future__ import annotations

import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Inspector, Table, inspect

from pomichnyk import migrations
from pomichnyk.database import Base, engine
from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Name, Phone, Tag
from pomichnyk.errors import UnavailableError
from pomichnyk.migrations import HEAD
from pomichnyk.storage import open_storage
from pomichnyk.storage._sql import file as sqlite_file
from pomichnyk.storage._sql.schema import config, upgrade
from pomichnyk.storage._sql.server import server
from postgresql_server import PostgresqlServer

ROWS = ("contacts", "notes", "messages")
ENTRY = Entry(
    Contact(name=Name("Анна"), phones=(Phone("+380671234567"),), tags=(Tag("друзі"),)),
    Card("BEGIN:VCARD", "uid", "digest"),
)
FULL_TEXT = {f"ix_{rows}_{one}" for rows in ROWS for one in ("words", "parts")}
SCHEMA = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name",
    "postgresql": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
        UNION SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'pomichnyk_%%'
        UNION SELECT table_name || column_name, data_type || is_nullable
        FROM information_schema.columns WHERE table_schema = 'public'
        ORDER BY 1, 2
    """,
}
NEXT = f"{int(HEAD) + 1:04}"
LATER = '''
"""A later revision."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{next}", "{head}"

def upgrade():
    with op.batch_alter_table("contacts", recreate="always") as contacts:
        contacts.add_column(sa.Column("pronouns", sa.Text(), nullable=True))
    {more}

def downgrade():
    pass
'''


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return an engine of an empty database of each kind that has migrations."""
    if request.param == "sqlite":
        made = engine(f"sqlite:///{tmp_path}/empty.db", foreign_keys=False)
    else:
        there: PostgresqlServer = request.getfixturevalue("postgresql_server")
        made = server(there.url(there.database())).engine()
    yield made
    made.dispose()


def scripts() -> ScriptDirectory:
    """Return the tree of revisions."""
    made = engine("sqlite://")
    try:
        with made.connect() as connection:
            return ScriptDirectory.from_config(config(connection))
    finally:
        made.dispose()


def revisions() -> list[str]:
    """Return every revision, the oldest first."""
    return [script.revision for script in scripts().walk_revisions()][::-1]


def test_the_history_is_one_line_and_its_head_is_the_one_that_is_known() -> None:
    assert scripts().get_heads() == [HEAD]
    assert revisions() == sorted(revisions())


def ours(connection: Connection) -> set[str]:
    """Return the tables that are there, but for those that SQLite's indexes consist of."""
    return {
        name
        for name in inspect(connection).get_table_names()
        if not name.startswith(sqlite_file.INDEXES)
    }


def test_the_schema_is_what_the_models_say(empty: Engine) -> None:
    upgrade(empty, "empty")

    with empty.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda item, name, kind, *_: (
                    not name.startswith(sqlite_file.INDEXES) and name not in FULL_TEXT
                )
            },
        )
        assert compare_metadata(context, Base.metadata) == []
        assert ours(connection) == {*Base.metadata.tables, "alembic_version"}


def test_names_of_constraints_and_columns_are_those_of_the_models(empty: Engine) -> None:
    upgrade(empty, "empty")

    with empty.connect() as connection:
        found = inspect(connection)
        for table in Base.metadata.sorted_tables:
            same_names(found, table)


def same_names(found: Inspector, table: Table) -> None:
    assert {column["name"] for column in found.get_columns(table.name)} == {*table.c.keys()}
    key = found.get_pk_constraint(table.name)
    assert (key["name"], key["constrained_columns"]) == (
        table.primary_key.name,
        [*table.primary_key.columns.keys()],
    )
    assert {one["name"] for one in found.get_foreign_keys(table.name)} == {
        one.name for one in table.foreign_key_constraints
    }


def test_every_step_goes_down_and_up_again(empty: Engine) -> None:
    upgrade(empty, "empty")
    before = schema(empty)

    for down, up in zip(["base", *revisions()], revisions(), strict=False):
        with empty.connect() as connection:
            connection.execution_options(writing=True)
            with connection.begin():
                command.downgrade(config(connection), down)
                if down == "base":
                    assert ours(connection) == {"alembic_version"}
        upgrade(empty, "empty", up)
        upgrade(empty, "empty")

    assert schema(empty) == before


def schema(made: Engine) -> list[tuple[str, str]]:
    """Return the statements that a database's schema consists of."""
    with made.connect() as connection:
        found = connection.exec_driver_sql(SCHEMA[made.dialect.name])
        return [(name, sql) for name, sql in found]


def test_an_upgrade_that_fails_leaves_the_schema_as_it_was(
    later: Callable[..., None], tmp_path: Path
) -> None:
    book = made(tmp_path)
    later(more='op.execute("DELETE FROM nowhere")')

    with pytest.raises(UnavailableError, match="nowhere"):
        open_storage(f"sqlite:///{book}")

    assert revision_of(book) == revision_of(tmp_path / f"book.{HEAD}.db") == HEAD


def test_an_upgrade_that_would_leave_rows_without_owners_is_taken_back(
    later: Callable[..., None], tmp_path: Path
) -> None:
    book = made(tmp_path)
    later(more='op.execute("DELETE FROM contacts")')

    with pytest.raises(UnavailableError, match="would lose data"):
        open_storage(f"sqlite:///{book}")

    assert revision_of(book) == HEAD


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what adds a revision to a copy of the history, as a later version would have it."""

    def add(more: str = "pass") -> None:
        history = tmp_path / "migrations"
        shutil.copytree(Path(migrations.__file__).parent, history)
        later = LATER.format(next=NEXT, head=HEAD, more=more)
        (history / f"versions/{NEXT}_later.py").write_text(later)
        monkeypatch.setattr(migrations, "__file__", str(history / "__init__.py"))
        monkeypatch.setattr(sqlite_file, "HEAD", NEXT)

    return add


def made(folder: Path) -> Path:
    """Return a file with one contact, of the schema there is now."""
    book = folder / "book.db"
    with open_storage(f"sqlite:///{book}") as storage:
        storage.contacts.put([ENTRY])
    return book


def revision_of(book: Path) -> str:
    """Return the revision that a file says it has."""
    with closing(sqlite3.connect(book)) as connection:
        ((revision,),) = connection.execute("SELECT version_num FROM alembic_version")
        return str(revision)


def test_an_older_file_is_upgraded_with_all_its_data_and_a_copy_of_it_is_kept(
    later: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, copy = made(tmp_path), tmp_path / f"book.{HEAD}.db"
    later()

    with open_storage(f"sqlite:///{book}") as storage:
        assert storage.info().version == NEXT
        assert [*storage.contacts.entries()] == [ENTRY]
    assert revision_of(book) == NEXT
    assert copy.stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(sqlite_file, "HEAD", HEAD)
    with open_storage(f"sqlite:///{copy}") as storage:
        assert [*storage.contacts.entries()] == [ENTRY]
        assert storage.check() == []


def test_an_earlier_copy_is_never_overwritten(later: Callable[..., None], tmp_path: Path) -> None:
    book = made(tmp_path)
    for name in (f"book.{HEAD}.db", f"book.{HEAD}-1.db"):
        tmp_path.joinpath(name).write_text("kept")
    later()

    open_storage(f"sqlite:///{book}").close()

    assert tmp_path.joinpath(f"book.{HEAD}.db").read_text() == "kept"
    assert tmp_path.joinpath(f"book.{HEAD}-1.db").read_text() == "kept"
    assert revision_of(tmp_path / f"book.{HEAD}-2.db") == HEAD


def test_a_file_is_not_upgraded_when_no_copy_can_be_kept(
    later: Callable[..., None], tmp_path: Path
) -> None:
    book = made(tmp_path)
    later()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, limits[1]))
    try:
        with pytest.raises(UnavailableError, match="the disk"):
            open_storage(f"sqlite:///{book}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert revision_of(book) == HEAD
    assert [*tmp_path.glob(f"book.{HEAD}*")] == []


def test_a_file_is_not_upgraded_where_the_copy_s_place_is_taken_by_no_file(
    later: Callable[..., None], tmp_path: Path
) -> None:
    book = made(tmp_path)
    later()
    tmp_path.joinpath(f"book.{HEAD}.db").symlink_to("nowhere")

    with pytest.raises(UnavailableError, match="cannot be made"):
        open_storage(f"sqlite:///{book}")

    assert revision_of(book) == HEAD
