"""The gradebook as a teacher uses it: whole processes, from seeding to a report."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    environ = {name: value for name, value in os.environ.items() if "POMICHNYK" not in name}
    environ |= {"POMICHNYK_STORAGE": f"sqlite:///{folder}/book.db", "POMICHNYK_LANG": "en"}
    return subprocess.Popen(
        [sys.executable, "-m", "pomichnyk", *words],
        env=environ,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def run(folder: Path, *words: str) -> str:
    process = started(folder, "grades", *words)
    out, error = process.communicate()

    assert process.returncode == 0, error
    return out


def test_a_day_of_a_teacher(tmp_path: Path) -> None:
    run(tmp_path, "seed", "--seed", "7", "--names", "uk", "--students", "6", "--groups", "2")
    best = json.loads(run(tmp_path, "ask", "top-students", "--limit", "2", "--view", "json"))
    given = json.loads(run(tmp_path, "mark", "#1", "Фізика", "100", "--view", "json"))
    run(tmp_path, "correct", str(given["id"]), "--value", "99")
    run(tmp_path, "export", "grades.csv")

    assert [row["average"] for row in best] == sorted(row["average"] for row in best)[::-1]
    assert len(best) == 2
    assert "0 corrected, 121 unchanged" in run(tmp_path, "import", "grades.csv")
    assert json.loads(run(tmp_path, "history", "student", "1", "--view", "json"))[0]["value"] == 100


def test_sqlite_is_asked_without_sqlalchemy(tmp_path: Path) -> None:
    run(tmp_path, "add", "group", "10")
    program = (
        "import sys; from pomichnyk.cli import main; main(['grades', 'show', 'group']); "
        "print(*{'sqlalchemy', 'alembic', 'matplotlib', 'openpyxl', 'faker'} & {*sys.modules})"
    )
    environ = os.environ | {"POMICHNYK_STORAGE": f"sqlite:///{tmp_path}/book.db"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, check=True, capture_output=True, text=True
    )

    assert done.stdout.split("\n")[1:] == ["", ""], done.stdout


@pytest.mark.slow
def test_a_seeding_that_is_killed_leaves_nothing_and_every_index(tmp_path: Path) -> None:
    run(tmp_path, "show", "group")
    process = started(tmp_path, "grades", "seed", "--students", "20000", "--year", "2026")
    log = tmp_path / "book.db-wal"
    deadline = time.monotonic() + 60
    while not (log.exists() and log.stat().st_size > 1_000_000) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(tmp_path / "book.db")) as book:
        assert book.execute("SELECT count(*) FROM students").fetchone() == (0,)
        names = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'ix_grades_%'"
        assert book.execute(names).fetchone() == (2,)
    assert "6 students" in run(tmp_path, "seed", "--students", "6", "--year", "2026")
