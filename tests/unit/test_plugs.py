"""Plugs: what is unknown or not installed becomes an error that says what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from pomichnyk.errors import DriverMissingError, UsageError
from pomichnyk.plugs import plug
from pomichnyk.views import View
from pomichnyk.views.plain import PlainView


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    package = tmp_path / "toys"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from pomichnyk.meta import Meta\nclass Toy(metaclass=Meta): ...\n"
    )
    (package / "kite.py").write_text("import no_such_driver\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield import_module("toys")
    del sys.modules["toys"]


def test_plug_is_found_by_its_name() -> None:
    assert plug(View, "plain") is PlainView


def test_unknown_plug_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"“paper” is not one of: .*plain"):
        plug(View, "paper")


def test_missing_driver_is_told_with_the_extra_that_brings_it(toys: ModuleType) -> None:
    with pytest.raises(DriverMissingError, match=r"no_such_driver .* 'pomichnyk\[kite\]'"):
        plug(toys.Toy, "kite")
