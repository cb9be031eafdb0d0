"""The site in this process, on a store in memory or in a file, and somebody who visits it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.storage import open_storage
from pomichnyk.web.site import Site
from web import Browser, site


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty SQLite file with its schema, to be copied: making it takes a while."""
    path = tmp_path_factory.mktemp("web") / "empty.db"
    open_storage(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def here(tmp_path: Path, empty_book: Path) -> Iterator[Site]:
    """Return a site on a SQLite file, without a password."""
    shutil.copy(empty_book, tmp_path / "book.db")
    with site(tmp_path / "access", f"sqlite:///{tmp_path}/book.db") as made:
        yield made


@pytest.fixture
def app(here: Site) -> App:
    """Return the parts of the program that the site shows."""
    return here.app


@pytest.fixture
def browser(here: Site) -> Browser:
    """Return somebody who visits the site."""
    return Browser(here)
