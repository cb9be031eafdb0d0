"""How SQLite answers: no question about somebody goes through all the grades."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pomichnyk.gradebook import compiled_sqlite
from pomichnyk.gradebook.compiled_sqlite import STATEMENTS

SCANNING = {"top-students", "stream-average"}
"""What is about all grades there are."""
POINT = {
    "best-in-subject",
    "group-average",
    "group-averages",
    "courses-of-teacher",
    "students-in-group",
    "group-grades",
    "last-lesson-grades",
    "courses-of-student",
    "courses-by-teacher",
    "teacher-to-student-average",
    "teacher-average",
}
VALUES = dict.fromkeys(("subject", "group", "teacher", "student", "limit"), 1)


@pytest.fixture(params=[False, True], ids=["no statistics", "analyzed"])
def book(request: pytest.FixtureRequest, empty_book: Path) -> Iterator[sqlite3.Connection]:
    """Return a school of 200 students, with and without statistics for the planner."""
    with closing(sqlite3.connect(":memory:")) as made:
        with closing(sqlite3.connect(empty_book)) as source:
            source.backup(made)
        made.execute("INSERT INTO teachers VALUES (1, 'T', 'T', 't')")
        made.execute("INSERT INTO student_groups VALUES (1, 'G', 'G', 'g'), (2, 'H', 'H', 'h')")
        made.executemany(
            "INSERT INTO subjects (id, name, place, folded, teacher_id) VALUES (?, ?, ?, ?, 1)",
            [(number, *[str(number)] * 3) for number in range(1, 11)],
        )
        made.executemany(
            "INSERT INTO students (id, name, place, folded, group_id) VALUES (?, ?, ?, ?, ?)",
            [(number, *[str(number)] * 3, number % 2 + 1) for number in range(1, 201)],
        )
        made.executemany(
            "INSERT INTO grades (id, student_id, subject_id, value, day, weight, work) "
            "VALUES (?, ?, ?, ?, '2026-09-01', 1, '')",
            [(n, n % 200 + 1, n % 10 + 1, n % 100) for n in range(1, 4001)],
        )
        if request.param:
            made.execute("ANALYZE")
        yield made


def plan(book: sqlite3.Connection, statement: str) -> list[str]:
    return [row[3] for row in book.execute(f"EXPLAIN QUERY PLAN {STATEMENTS[statement]}", VALUES)]


@pytest.mark.parametrize("question", sorted(POINT))
def test_a_question_about_somebody_does_not_scan_the_grades(
    book: sqlite3.Connection, question: str
) -> None:
    steps = plan(book, question)

    assert [step for step in steps if step.startswith("SCAN grades")] == []
    assert not any("AUTOMATIC" in step for step in steps), steps


@pytest.mark.parametrize("question", sorted(SCANNING))
def test_what_is_about_all_grades_reads_an_index_alone(
    book: sqlite3.Connection, question: str
) -> None:
    (scan,) = [step for step in plan(book, question) if step.startswith("SCAN grades")]

    assert "COVERING INDEX" in scan


def test_averages_of_all_groups_begin_with_the_subject(book: sqlite3.Connection) -> None:
    reading = [
        step for step in plan(book, "group-averages") if "students" in step or "grades" in step
    ]

    assert reading[0].startswith("SEARCH grades USING COVERING INDEX")
    assert reading[1].startswith("SEARCH students USING INTEGER PRIMARY KEY")


def test_names_come_in_order_without_sorting(book: sqlite3.Connection) -> None:
    for question in ("students-in-group", "courses-of-teacher"):
        assert not any("TEMP B-TREE" in step for step in plan(book, question))


def test_the_compiled_statements_are_those_that_are_written() -> None:
    script = Path(__file__).parents[3] / "scripts/compile_statements.py"
    program = f"import runpy; print(runpy.run_path({str(script)!r})['module']('gradebook'), end='')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )

    compiled = Path(compiled_sqlite.__file__).read_text(encoding="utf-8")
    assert compiled == done.stdout, "run scripts/compile_statements.py"
