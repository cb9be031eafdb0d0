"""The page on dependencies names each one, with the licence and types it really has."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/decisions/dependencies.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
DEPENDENCIES = sorted(
    {
        re.split(r"[^\w.-]", wanted, maxsplit=1)[0]
        for wanted in chain(
            PROJECT["project"]["dependencies"],
            *EXTRAS.values(),
            PROJECT["dependency-groups"]["dev"],
        )
    }
)


def rows() -> dict[str, list[str]]:
    """Return the cells of each package's row, by its name."""
    found = {}
    for row in re.findall(r"^\| (.+) \|$", PAGE, re.MULTILINE):
        cells = row.split(" | ")
        name = cells[1] if cells[0] in EXTRAS and len(cells) == 5 else cells[0]
        found[name] = cells
    return {name: cells for name, cells in found.items() if name not in {"package", "extra"}}


def test_every_dependency_has_a_row_and_every_row_is_a_dependency() -> None:
    assert sorted(rows()) == DEPENDENCIES


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_row_states_the_licence_and_types_of_the_installed_package(name: str) -> None:
    package = metadata.distribution(name)
    licence, typed = rows()[name][-2:]
    stated = " ".join(
        value
        for header in ("License-Expression", "License", "Classifier")
        for value in package.metadata.get_all(header, [])
    )
    kept = [
        path.name
        for path in package.files or []
        if path.suffix == ".pyi" or path.name == "py.typed"
    ]

    assert licence.split(":")[0] in stated
    assert typed == "yes" if kept else typed != "yes"
