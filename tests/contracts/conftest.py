"""A storage of every kind there is, each empty and with a home of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import pytest

from pomichnyk.storage import Storage, open_storage

URLS: dict[str, Callable[[Path], str]] = {
    "memory": lambda _: "memory:",
    "sqlite": lambda folder: f"sqlite:///{folder}/book.db",
    "sqlite+pysqlite": lambda folder: f"sqlite+pysqlite:///{folder}/book.db",
}
"""How a storage of each kind is reached; SQLite's statements are run in both ways."""

SERVED = {
    "mongodb": "fresh_mongodb",
    "mongodb alone": "fresh_mongodb_alone",
    "postgresql": "fresh_postgresql",
}
"""The storages that are servers, each with the fixture that makes a new database there."""

Fresh = Callable[[], str]


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Return a folder, in memory where possible: contracts are not about the disk."""
    place = next(filter(os.path.isdir, ["/dev/shm"]), None)
    with TemporaryDirectory(dir=place) as made:
        yield Path(made)


@pytest.fixture(scope="session")
def empty_book(folder: Path) -> Path:
    """Return an empty SQLite file with its schema, to be copied: making it takes a while."""
    path = folder / "empty.db"
    open_storage(f"sqlite:///{path}").close()
    return path


KINDS = sorted({*URLS, *SERVED, *Storage.names()})
FreshOf = Callable[[str], Fresh]


@pytest.fixture
def fresh_of(request: pytest.FixtureRequest, folder: Path, empty_book: Path) -> FreshOf:
    """Return what gives, for a kind of storage, what gives the URL of an empty one."""

    def of(kind: str) -> Fresh:
        def url() -> str:
            if kind in SERVED:
                made: str = request.getfixturevalue(SERVED[kind])()
                return made
            home = Path(mkdtemp(dir=folder))
            if kind.startswith("sqlite"):
                shutil.copy(empty_book, home / "book.db")
            return URLS[kind](home)

        return url

    return of


@pytest.fixture(params=KINDS)
def fresh(request: pytest.FixtureRequest, fresh_of: FreshOf) -> Fresh:
    """Return what gives the URL of an empty storage of some kind, another one at each call."""
    kind: str = request.param
    return fresh_of(kind)


@pytest.fixture
def home(fresh: Fresh) -> str:
    """Return the URL of an empty storage."""
    return fresh()


@pytest.fixture
def storage(home: str) -> Iterator[Storage]:
    """Return an empty storage that is open."""
    with open_storage(home) as opened:
        yield opened
