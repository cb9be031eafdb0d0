"""Random people and grades, to try the gradebook with; the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, count
from random import Random
from typing import Any, Protocol, TypeVar

from pomichnyk.domain.folding import fold, place
from pomichnyk.errors import ConflictError, DriverMissingError
from pomichnyk.gradebook import editing
from pomichnyk.gradebook.references import KINDS
from pomichnyk.gradebook.sessions import Session
from pomichnyk.text import Text

Item = TypeVar("Item")

MOST_STUDENTS = 100_000
LOCALES = {"en": "en_US", "uk": "uk_UA"}
SUBJECTS = {
    "en": "Mathematics Physics Chemistry Biology History Geography Literature Music Art IT",
    "uk": "Математика Фізика Хімія Біологія Історія Географія Мова Музика Малювання Інформатика",
}
GROUP = {"en": "G", "uk": "Г"}
WORKS = ("", "", "", "", "", "", "", "", "test", "exam")
WEIGHTS = {"test": 2, "exam": 3}
VALUES = range(1, 101)
LIKELY = [*accumulate(min(value, 3 * (105 - value)) for value in VALUES)]
"""How likely each value is, added up: good grades are more frequent than bad ones."""
BATCH = 500
"""How many students get their grades with one call."""
INDEXES = ("student", "subject")
SCHOOL_WEEK = 5
WEEKS = 38
TAKEN = 10
"""How many subjects a group has at most."""


class Track(Protocol):
    """Yields the items it is given, showing how far along they are; ``View.track`` is one."""

    def __call__(
        self, items: Iterable[Item], doing: Text, total: int | None = None
    ) -> Iterator[Item]:
        """Yield the items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many of each there are to be; ``grades`` is for each student."""

    students: int = 30
    groups: int = 3
    subjects: int = 5
    teachers: int = 3
    grades: int = 20


def seed(
    session: Session,
    sizes: Sizes,
    *,
    language: str,
    year: int,
    seed: int | None,
    track: Track,
) -> None:
    """Fill an empty gradebook; ``seed`` and ``year``, when school begins, make it repeatable.

    Raises:
        ConflictError: there is somebody in it already.
        DriverMissingError: Faker is not installed.
    """
    if any(session.rows(f"{kind}.count")[0][0] for kind in KINDS):
        raise ConflictError(Text("the gradebook is not empty; random people would mix with yours"))
    random = Random(seed)  # noqa: S311  # grades of nobody
    names = _names(language, random)
    _institution(session, sizes, names, language)
    lessons = _lessons(year, sizes.subjects)
    batches = range(1, sizes.students + 1, BATCH)
    with unindexed(session):
        for first in track(batches, Text("seeding"), len(batches)):
            students = range(first, min(first + BATCH, sizes.students + 1))
            session.insert("student.add", [*_students(students, sizes, names)])
            session.insert("grade.add", [*_grades(students, sizes, lessons, random)])


@contextmanager
def unindexed(session: Session) -> Iterator[None]:
    """Store very many grades without their indexes, which are quicker made at once in the end."""
    for index in INDEXES:
        session.run(f"grades.index.{index}.drop")
    yield
    for index in INDEXES:
        session.run(f"grades.index.{index}.make")
    analyze(session)


def analyze(session: Session) -> None:
    """Let the database count what there is, so that its plans for the questions fit."""
    for kind in ("grade", "student"):
        session.run(f"{kind}.analyze")


def _names(language: str, random: Random) -> Iterator[str]:
    """Yield names of people without end, in the order in which a list of a class has them."""
    try:
        from faker import Faker
    except ModuleNotFoundError as missing:
        raise DriverMissingError("faker", "seed") from missing
    fake = Faker(LOCALES[language], use_weighting=False)
    fake.seed_instance(random.getrandbits(64))
    while True:
        yield f"{fake.last_name_female()} {fake.first_name_female()}"
        yield f"{fake.last_name_male()} {fake.first_name_male()}"


def _institution(session: Session, sizes: Sizes, names: Iterator[str], language: str) -> None:
    for number in range(1, sizes.groups + 1):
        editing.insert(session, "group", f"{GROUP[language]}-{100 + number}", None, number)
    for number, name in enumerate(_unlike(names, sizes.teachers), 1):
        editing.insert(session, "teacher", name, None, number)
    subjects = SUBJECTS[language].split()
    for number in range(1, sizes.subjects + 1):
        again, place_ = divmod(number - 1, len(subjects))
        name = f"{subjects[place_]} {again + 1}" if again else subjects[place_]
        editing.insert(session, "subject", name, (number - 1) % sizes.teachers + 1, number)


def _unlike(names: Iterator[str], wanted: int) -> list[str]:
    """Return names of which no two are equal; where they repeat, with a number behind them."""
    found: dict[str, str] = {}
    for turn in count(1):
        if len(found) == wanted:
            break
        name = next(names)
        if fold(name) in found:
            name = f"{name} {turn}"
        found.setdefault(fold(name), name)
    return [*found.values()]


def _lessons(year: int, subjects: int) -> Sequence[Sequence[str]]:
    """Return the days on which each subject has lessons: one of each week, from September on."""
    monday = date(year, 9, 1)
    monday += timedelta(days=-monday.weekday() % 7)
    return [
        [str(monday + timedelta(days=subject % SCHOOL_WEEK, weeks=week)) for week in range(WEEKS)]
        for subject in range(subjects)
    ]


def _students(
    numbers: Iterable[int], sizes: Sizes, names: Iterator[str]
) -> Iterator[Mapping[str, Any]]:
    for number, name in zip(numbers, names, strict=False):
        yield {
            "id": number,
            "name": name,
            "folded": fold(name),
            "place": place(name),
            "group_id": _group(number, sizes),
        }


def _group(student: int, sizes: Sizes) -> int:
    return (student - 1) % sizes.groups + 1


def _grades(
    students: Iterable[int], sizes: Sizes, lessons: Sequence[Sequence[str]], random: Random
) -> Iterator[Mapping[str, Any]]:
    taken = min(TAKEN, sizes.subjects)
    for student in students:
        first = _group(student, sizes) - 1
        number = (student - 1) * sizes.grades
        values = random.choices(VALUES, cum_weights=LIKELY, k=sizes.grades)
        weeks = random.choices(range(WEEKS), k=sizes.grades)
        works = random.choices(WORKS, k=sizes.grades)
        for place_, (value, week, work) in enumerate(zip(values, weeks, works, strict=True)):
            subject = (first + place_ % taken) % sizes.subjects
            yield {
                "id": number + place_ + 1,
                "student_id": student,
                "subject_id": subject + 1,
                "value": value,
                "day": lessons[subject][week],
                "weight": WEIGHTS.get(work, 1),
                "work": work,
            }
