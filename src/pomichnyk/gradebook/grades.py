"""Grades: given, corrected and erased; what they were before is kept for ever."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

from pomichnyk.errors import NotFoundError
from pomichnyk.gradebook import references
from pomichnyk.gradebook.sessions import Row, Session

Done = Literal["corrected", "erased"]


class Grade(NamedTuple):
    """A grade, whose it is, in what, and what was given; ``id`` is its number."""

    id: int
    student_id: int
    student: str
    subject_id: int
    subject: str
    value: int
    day: date
    weight: int
    work: str


class Change(NamedTuple):
    """What a grade was until a moment, and what was done to it then."""

    grade: int
    student: str
    subject: str
    value: int
    day: date
    weight: int
    work: str
    at: datetime
    done: Done


def grades(session: Session, kind: str, number: int) -> list[Grade]:
    """Return the grades of a group, a student or a subject, or the one of that number.

    They are ordered by student, subject, day and number.
    """
    return [*map(_grade, session.rows(f"grades.of.{kind}", of=number))]


def grades_in(session: Session, group: int, subject: int) -> list[Grade]:
    """Return the grades of a group in a subject, in the order of ``grades``."""
    rows = session.rows("grades.of.group.subject", of=group, subject=subject)
    return [*map(_grade, rows)]


def get(session: Session, ref: str) -> Grade:
    """Return the grade of a number, typed as ``17`` or ``#17``.

    Raises:
        NotFoundError: there is none.
    """
    found = grades(session, "grade", references.number(ref))
    if not found:
        raise NotFoundError(references.unknown("grade", ref))
    return found[0]


def give(
    session: Session,
    student: int,
    subject: int,
    value: int,
    day: date,
    *,
    weight: int = 1,
    work: str = "",
) -> Grade:
    """Give a student a grade in a subject."""
    number = after_last(session, "grade")
    row = {
        "id": number,
        "student_id": student,
        "subject_id": subject,
        "value": value,
        "day": str(day),
        "weight": weight,
        "work": work,
    }
    session.run("grade.add", **row)
    return get(session, str(number))


def correct(session: Session, was: Grade, now: Grade) -> None:
    """Put a grade in the place of what it was; nothing is done if it is the same."""
    if was == now:
        return
    keep(session, [was], "corrected")
    session.run("grade.change", at=was.id, **row(now))


def erase(session: Session, kind: str, number: int) -> list[Grade]:
    """Erase the grades of a student or a subject, or the one of that number; return them."""
    erased = grades(session, kind, number)
    keep(session, erased, "erased")
    session.run(f"grades.remove.{kind}", of=number)
    return erased


def history(session: Session, kind: str, number: int) -> list[Change]:
    """Return what was done to the grades of a student or a subject, or to one, oldest first."""
    rows = session.rows(f"history.{kind}", of=number)
    return [
        Change._make(
            (*named, date.fromisoformat(day), weight, work, datetime.fromisoformat(at), done)
        )
        for *named, day, weight, work, at, done in rows
    ]


def keep(session: Session, changed: Iterable[Grade], done: Done) -> None:
    """Enter into the history what grades were before they are changed."""
    first, now = after_last(session, "change"), datetime.now(UTC).isoformat()
    session.many(
        "change.add",
        [
            {
                **row(was),
                "id": first + place,
                "grade_id": was.id,
                "student": was.student,
                "subject": was.subject,
                "at": now,
                "done": done,
            }
            for place, was in enumerate(changed)
        ],
    )


def after_last(session: Session, kind: str) -> int:
    """Return the number of the next one; a number that a history knows is never given again."""
    last: int = session.rows(f"{kind}.last")[0][0]
    return last + 1


def row(grade: Grade) -> dict[str, object]:
    """Return a grade as the values of its row."""
    values = {**grade._asdict(), "day": str(grade.day)}
    return {name: value for name, value in values.items() if name not in {"student", "subject"}}


def _grade(row: Row) -> Grade:
    *whose, day, weight, work = row
    return Grade._make((*whose, date.fromisoformat(day), weight, work))
