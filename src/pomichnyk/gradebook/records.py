"""Records: all that a gradebook keeps, a value for each row, to be copied and backed up exactly.

The numbers of rows come along: a gradebook's history speaks of grades by their numbers.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from pomichnyk.domain.folding import fold, place
from pomichnyk.errors import InvalidValueError
from pomichnyk.gradebook import fields
from pomichnyk.gradebook.references import LARGEST
from pomichnyk.gradebook.sessions import Session
from pomichnyk.text import Text


@dataclass(frozen=True, slots=True)
class Record:
    """A row; ``id`` is its number, from 1 on."""

    id: int

    def __post_init__(self) -> None:
        _number(self.id)


@dataclass(frozen=True, slots=True)
class Named(Record):
    """What groups, teachers, subjects and students have in common."""

    name: str

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        fields.name(self.name)


@dataclass(frozen=True, slots=True)
class Group(Named):
    """A group of students."""


@dataclass(frozen=True, slots=True)
class Teacher(Named):
    """A teacher."""


@dataclass(frozen=True, slots=True)
class Subject(Named):
    """A subject and the number of its teacher."""

    teacher_id: int


@dataclass(frozen=True, slots=True)
class Student(Named):
    """A student and the number of their group."""

    group_id: int


@dataclass(frozen=True, slots=True)
class Grade(Record):
    """A grade, whose it is, in what, and what was given; ``day`` is YYYY-MM-DD."""

    student_id: int
    subject_id: int
    value: int
    day: str
    weight: int
    work: str

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        _given(self)


@dataclass(frozen=True, slots=True)
class Change(Record):
    """What a grade was until a moment (``at``, ISO 8601 in UTC), and what was done to it then."""

    grade_id: int
    student_id: int
    subject_id: int
    student: str
    subject: str
    value: int
    day: str
    weight: int
    work: str
    at: str
    done: str

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        _given(self)
        if self.done not in {"corrected", "erased"}:
            raise InvalidValueError(Text("history"), self.done, Text("corrected, or erased"))
        try:
            datetime.fromisoformat(self.at)
        except ValueError:
            raise InvalidValueError(Text("moment"), self.at, Text("a moment in UTC")) from None


KINDS: Mapping[str, type[Record]] = {
    "group": Group,
    "teacher": Teacher,
    "subject": Subject,
    "student": Student,
    "change": Change,
    "grade": Grade,
}
"""The kinds, each behind those that it belongs to; what grades were comes before what they are."""


def count(session: Session, kind: str) -> int:
    """Return how many records of a kind there are."""
    return int(session.rows(f"{kind}.count")[0][0])


def empty(session: Session) -> bool:
    """Tell whether there is nothing in a gradebook, nor anything in its history."""
    return not any(count(session, kind) for kind in KINDS)


def stored(session: Session, kind: str) -> Generator[Record, None, None]:
    """Yield the records of a kind in the order of their numbers.

    Raises:
        InvalidValueError: what is stored is not valid.
    """
    for rows in session.stream(f"{kind}.records"):
        for row in rows:
            try:
                yield KINDS[kind](*row)
            except InvalidValueError as error:
                field = Text("#{number}: {field}", number=row[0], field=error.field)
                raise InvalidValueError(field, error.value, error.expected) from error


def add(session: Session, kind: str, records: Iterable[Record]) -> None:
    """Store records under numbers that are not there yet."""
    session.insert(f"{kind}.add", [*map(_row, records)])


def change(session: Session, kind: str, records: Iterable[Record]) -> None:
    """Store records in place of those with the same numbers."""
    session.many(f"{kind}.change", [{**_row(one), "at": one.id} for one in records])


def _row(record: Record) -> dict[str, Any]:
    made = asdict(record)
    if isinstance(record, Named):
        made |= {"folded": fold(record.name), "place": place(record.name)}
    return made


def _given(one: Grade | Change) -> None:
    """See that what was given can be a grade.

    Raises:
        InvalidValueError: it cannot.
    """
    fields.value(_written(one.value))
    fields.weight(_written(one.weight))
    fields.work(one.work)
    try:
        date.fromisoformat(one.day)
    except ValueError:
        raise InvalidValueError(Text("day"), one.day, Text("a day as YYYY-MM-DD")) from None


def _written(number: int) -> str:
    return str(number) if type(number) is int else ""


def _number(number: int) -> None:
    if type(number) is not int or not 1 <= number <= LARGEST:
        expected = Text("a whole number from {least} to {most}", least=1, most=LARGEST)
        raise InvalidValueError(Text("number"), number, expected)
