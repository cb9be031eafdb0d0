"""The twelve questions: a function each, each one statement, answered in rows with names.

Whom and what they are about is given by number; ``references.find`` tells it from a name.
An average is that of all grades as they are, unweighted; None where there are no grades.
Lists are in the order of names (by the Ukrainian alphabet), then of numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pomichnyk.gradebook.sessions import Row, Session

BEST = 5
"""How many of the best students are named unless told otherwise."""


class StudentAverage(NamedTuple):
    """A student and the average of their grades."""

    id: int
    name: str
    average: float


class GroupAverage(NamedTuple):
    """A group and the average of its students' grades, None if they have none."""

    id: int
    name: str
    average: float | None


class Named(NamedTuple):
    """A student or a subject."""

    id: int
    name: str


class Received(NamedTuple):
    """A grade and the student who got it; ``grade`` is the number of the grade."""

    id: int
    name: str
    grade: int
    value: int
    day: date


def top_students(session: Session, limit: int = BEST) -> list[StudentAverage]:
    """Return the students with the best averages over all subjects, the best first.

    They are so many at most. Of those with equal averages the one who was added first comes
    first. Students without grades have no average and are left out.
    """
    return [*map(StudentAverage._make, session.rows("top-students", limit=limit))]


def best_in_subject(session: Session, subject: int) -> list[StudentAverage]:
    """Return the student with the best average in a subject: all of them where several tie.

    Nobody has a grade in it: nobody is best.
    """
    return [*map(StudentAverage._make, session.rows("best-in-subject", subject=subject))]


def group_average(session: Session, group: int, subject: int) -> list[GroupAverage]:
    """Return the average of a group in a subject: one row, or none if there is no such group."""
    found = session.rows("group-average", group=group, subject=subject)
    return [*map(GroupAverage._make, found)]


def group_averages(session: Session, subject: int) -> list[GroupAverage]:
    """Return the average of every group that has grades in a subject."""
    return [*map(GroupAverage._make, session.rows("group-averages", subject=subject))]


def stream_average(session: Session) -> float | None:
    """Return the average of all grades there are."""
    return _only(session.rows("stream-average"))


def courses_of_teacher(session: Session, teacher: int) -> list[Named]:
    """Return the subjects that a teacher teaches, also those without grades."""
    return _named(session.rows("courses-of-teacher", teacher=teacher))


def students_in_group(session: Session, group: int) -> list[Named]:
    """Return the students of a group."""
    return _named(session.rows("students-in-group", group=group))


def group_grades(session: Session, group: int, subject: int) -> list[Received]:
    """Return the grades of a group in a subject: by student, then day, then number."""
    return _received(session.rows("group-grades", group=group, subject=subject))


def last_lesson_grades(session: Session, group: int, subject: int) -> list[Received]:
    """Return a group's grades of the last day on which anyone in it got one in a subject."""
    return _received(session.rows("last-lesson-grades", group=group, subject=subject))


def courses_of_student(session: Session, student: int) -> list[Named]:
    """Return the subjects in which a student has grades."""
    return _named(session.rows("courses-of-student", student=student))


def courses_by_teacher(session: Session, student: int, teacher: int) -> list[Named]:
    """Return the subjects of a teacher in which a student has grades."""
    return _named(session.rows("courses-by-teacher", student=student, teacher=teacher))


def teacher_to_student_average(session: Session, teacher: int, student: int) -> float | None:
    """Return the average that a student has in all subjects of a teacher together."""
    return _only(session.rows("teacher-to-student-average", teacher=teacher, student=student))


def teacher_average(session: Session, teacher: int) -> float | None:
    """Return the average of all grades in the subjects of a teacher."""
    return _only(session.rows("teacher-average", teacher=teacher))


def _named(rows: Iterable[Row]) -> list[Named]:
    return [*map(Named._make, rows)]


def _received(rows: Iterable[Row]) -> list[Received]:
    return [
        Received(student, name, grade, value, date.fromisoformat(day))
        for student, name, grade, value, day, _ in rows
    ]


def _only(rows: list[Row]) -> float | None:
    average: float | None = rows[0][0]
    return average
