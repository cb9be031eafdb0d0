"""The site in this process, on a store in memory or in a file, and somebody who visits it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.web.site import Site
from web import Browser, site


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    """Return a site on a SQLite file, without a password."""
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
