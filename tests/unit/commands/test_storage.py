"""The storage commands, as lines that a person types."""

from __future__ import annotations

import sqlite3
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.commands.storage import StorageCheck, size
from pomichnyk.config import Config
from pomichnyk.views.pages import Table

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def book(app: App, tmp_path: Path) -> Path:
    """Use a SQLite file instead of memory."""
    app.config = Config(f"sqlite:///{tmp_path}/book.db")
    return tmp_path / "book.db"


def test_info_says_where_everything_is_and_how_much(run: Run, book: Path) -> None:
    run("contact", "add", "Олена")

    code, out, err = run("storage", "info")

    assert (code, err) == (0, "")
    assert f"URL\tsqlite:///{book}\n" in out
    assert "contacts\t1\n" in out
    assert "notes\t0\n" in out
    assert "kB\n" in out


def test_info_of_memory_has_neither_schema_nor_size(run: Run) -> None:
    code, out, _ = run("storage", "info")

    assert code == 0
    assert "memory:" in out
    assert "size" not in out
    assert "schema" not in out


def test_upgrade_says_which_schema_there_is_now(run: Run, book: Path) -> None:
    code, out, _ = run("storage", "upgrade")

    assert code == 0
    with closing(sqlite3.connect(book)) as connection:
        ((revision,),) = connection.execute("SELECT version_num FROM alembic_version")
    assert out == f"the storage is up to date; its schema is {revision}\n"


def test_what_has_no_schema_needs_no_upgrade(run: Run) -> None:
    assert run("storage", "upgrade") == (0, "the storage has no schema to be upgraded\n", "")


def test_a_sound_storage_is_said_to_be(run: Run, book: Path) -> None:
    assert run("storage", "check") == (0, "the storage is sound\n", "")


def test_damage_is_shown_a_line_each_with_an_exit_code(run: Run, app: App, book: Path) -> None:
    run("contact", "add", "Олена")
    with closing(sqlite3.connect(book, isolation_level=None)) as connection:
        connection.execute("UPDATE contacts SET folded = 'інше'")
        connection.execute("DELETE FROM contact_words")

    code, out, _ = run("storage", "check")

    assert code == 7
    assert len(out.splitlines()) == 2
    assert "is found by other words than its own" in out
    assert "miscounted" in out
    page = StorageCheck().run(app, Namespace(url=""))
    assert isinstance(page, Table)
    assert [page.record(problem) for problem in page.items] == [
        {"problem": line} for line in out.splitlines()
    ]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_550_000, "1.6 MB"),
        (2_000_000_000, "2.0 GB"),
    ],
)
def test_sizes_are_said_in_units_that_people_use(count: int, said: str) -> None:
    assert size(count) == said
