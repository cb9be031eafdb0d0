"""Templates are compiled once, and anew whenever what is kept is not right."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import CodeType

import pytest
from jinja2 import Environment, FileSystemLoader

from pomichnyk.views._bytecode import SEAL, Bytecode

HELLO = "hello {{ name }}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a template, beside which bytecode may be written."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "hello.html").write_text(HELLO)
    (tmp_path / "compiler.py").touch()
    return tmp_path


class Compiling(Environment):
    """Counts what it compiles."""

    compiled = 0

    def _compile(self, source: str, filename: str) -> CodeType:
        self.compiled += 1
        return super()._compile(source, filename)


def asked(folder: Path) -> tuple[str, int]:
    """Return what a new program makes of the template, and how many it had to compile."""
    environment = Compiling(
        loader=FileSystemLoader(folder), bytecode_cache=Bytecode(str(folder / "compiler.py"))
    )
    return environment.get_template("hello.html").render(name="Anna"), environment.compiled


def kept(folder: Path) -> Path:
    """Return the only file that is kept."""
    (path,) = (folder / "__pycache__").iterdir()
    return path


def test_a_template_is_compiled_once(folder: Path) -> None:
    assert asked(folder) == ("hello Anna", 1)
    assert asked(folder) == ("hello Anna", 0)


def test_another_text_is_compiled_anew(folder: Path) -> None:
    asked(folder)
    (folder / "hello.html").write_text("HELLO {{ name }}")

    assert asked(folder) == ("HELLO Anna", 1)
    assert asked(folder) == ("HELLO Anna", 0)


def test_another_compiler_compiles_anew(folder: Path) -> None:
    asked(folder)
    os.utime(folder / "compiler.py", (1, 1))

    assert asked(folder) == ("hello Anna", 1)


@pytest.mark.parametrize("length", [0, SEAL - 1, SEAL, SEAL + 1, -1])
def test_what_is_cut_short_is_compiled_anew(folder: Path, length: int) -> None:
    asked(folder)
    kept(folder).write_bytes(kept(folder).read_bytes()[:length])

    assert asked(folder) == ("hello Anna", 1)
    assert asked(folder) == ("hello Anna", 0)


def test_what_is_damaged_is_compiled_anew(folder: Path) -> None:
    asked(folder)
    whole = kept(folder).read_bytes()
    for place in range(0, len(whole), 23):
        kept(folder).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])

        assert asked(folder) == ("hello Anna", 1)


def test_nothing_is_written_where_python_may_write_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert asked(folder) == ("hello Anna", 1)
    assert not (folder / "__pycache__").exists()


def test_a_folder_that_cannot_be_made_is_no_hindrance(folder: Path) -> None:
    (folder / "__pycache__").touch()

    assert asked(folder) == ("hello Anna", 1)
