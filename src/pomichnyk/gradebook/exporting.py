"""Export: all that a gradebook holds as one sheet, each row saying what its filled cells say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from pomichnyk.gradebook import sheets
from pomichnyk.gradebook.sessions import Row, Session

COLUMNS = (
    *("student", "student_id", "group", "subject", "teacher"),
    *("grade", "day", "weight", "work", "grade_id"),
)
DAY = COLUMNS.index("day")
WITHOUT = {
    "students": ("student", "student_id", "group"),
    "subjects": ("subject", "teacher"),
    "groups": ("group",),
    "teachers": ("teacher",),
}
"""The cells of a student or subject without grades, and of who has no student or subject."""


def export(session: Session, path: Path) -> int:
    """Write everything but the history to a .csv or .xlsx file; return how many rows it has.

    Raises:
        PomichnykError: it cannot be written; a file that was there is left as it was.
    """
    total = 0

    def counted() -> Iterator[Sequence[object]]:
        nonlocal total
        for total, row in enumerate(rows(session), 1):  # noqa: B007  # the last one is the count
            yield row

    sheets.write(path, COLUMNS, counted())
    return total


def rows(session: Session) -> Iterator[Sequence[object]]:
    """Yield the rows: grades by student, subject, day and number; then those without grades."""
    for batch in session.stream("export.grades"):
        yield from map(_dated, batch)
    for kind, columns in WITHOUT.items():
        for row in session.rows(f"export.{kind}"):
            cells = dict(zip(columns, row, strict=True))
            yield [cells.get(column, "") for column in COLUMNS]


def _dated(row: Row) -> Sequence[object]:
    return (*row[:DAY], date.fromisoformat(row[DAY]), *row[DAY + 1 :])
