"""Sorting and undoing are killed at any moment: undoing always has the exact tree again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

KILLER = Path(__file__).with_name("tidy_killer.py")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "way", "points"),
    [
        ("threads", "rename", 400),
        ("asyncio", "rename", 300),
        ("threads", "link", 100),
        ("threads", "replace", 100),
        ("threads", "copy", 100),
    ],
)
def test_tree_is_exact_after_a_kill_and_undo(
    tmp_path: Path, engine: str, way: str, points: int
) -> None:
    run = subprocess.run(
        [sys.executable, KILLER, tmp_path, engine, way, str(points), "4"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stderr == ""
    # The others had come to their end before their last step: they are undone as well.
    assert int(run.stdout) >= points * 0.7
