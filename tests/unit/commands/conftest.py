"""Commands run as lines of words, on a store in memory, without a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.commands._dispatch import execute
from pomichnyk.config import Config
from pomichnyk.text import translations
from pomichnyk.views import View


@pytest.fixture
def app() -> Iterator[App]:
    view = View.named("plain")(StringIO(), StringIO(), translations("en"))
    with App(Config("memory:"), view) as made:
        yield made


@pytest.fixture
def run(app: App) -> Callable[..., tuple[int, str, str]]:
    """Run one command in a view, plain or by name; give its code, its output and its errors."""

    def run(*words: str, view: str = "plain") -> tuple[int, str, str]:
        out, err = StringIO(), StringIO()
        app.view = View.named(view)(out, err, app.view.catalogue)
        return execute(app, words), out.getvalue(), err.getvalue()

    return run
