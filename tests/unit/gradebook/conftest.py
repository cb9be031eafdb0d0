"""A gradebook in a new SQLite file, and commands run on it as lines of words."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.commands._dispatch import execute
from pomichnyk.config import Config
from pomichnyk.gradebook.sessions import Session
from pomichnyk.storage import open_storage
from pomichnyk.text import translations
from pomichnyk.views.plain import PlainView

Run = Callable[..., tuple[int, str, str]]

SCHOOL = (
    "add teacher Коваль",
    "add teacher Мороз",
    "add subject Алгебра --teacher Коваль",
    "add subject Музика --teacher Мороз",
    "add group 10",
    "add group 11",
    "add student Шевчук --group 10",
    "add student Бойко --group 10",
    "mark Шевчук Алгебра 90 --day 2026-09-01 --weight 3",
    "mark Шевчук Алгебра 60 --day 2026-09-02 --work test",
    "mark Бойко Алгебра 75 --day 2026-09-02",
)


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty file with its schema, to be copied: making it takes a while."""
    path = tmp_path_factory.mktemp("empty") / "book.db"
    open_storage(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def app(empty_book: Path, tmp_path: Path) -> Iterator[App]:
    shutil.copy(empty_book, tmp_path / "book.db")
    view = PlainView(StringIO(), StringIO(), translations("en"))
    with App(Config(f"sqlite:///{tmp_path}/book.db"), view) as made:
        yield made


@pytest.fixture
def run(app: App) -> Run:
    """Run one command of grades; give its exit code, its output and its errors."""

    def run(*words: str) -> tuple[int, str, str]:
        out, err = app.view.out, app.view.err = StringIO(), StringIO()
        return execute(app, ("grades", *words)), out.getvalue(), err.getvalue()

    return run


@pytest.fixture
def school(run: Run) -> Run:
    """Run commands on a small school of two groups, one of them empty."""
    for line in SCHOOL:
        code, _, error = run(*line.split())

        assert code == 0, error
    return run


@pytest.fixture
def session(app: App) -> Iterator[Session]:
    """Return a session that changes an empty gradebook."""
    with app.gradebook.writing() as opened:
        yield opened
