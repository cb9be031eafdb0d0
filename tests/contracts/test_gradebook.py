"""The twelve answers are those of plain Python over all rows, on every database, ties included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from pomichnyk.bootstrap import App
from pomichnyk.config import Config
from pomichnyk.database import engine
from pomichnyk.domain.folding import fold, place
from pomichnyk.gradebook import editing, exporting, grades, importing, queries, seed
from pomichnyk.gradebook.sessions import Database, Session
from pomichnyk.text import translations
from pomichnyk.views.plain import PlainView
from postgresql_server import PostgresqlServer

SEEDS = 50
NAMES = ("Ґалаґан", "Гончар", "Єва", "Ема", "Ivan", "ʼярослав", "Іван", "їжак", "Йосип", "10", "9")
TABLES = ("grade_changes", "grades", "students", "subjects", "teachers", "student_groups")

Answer = object


@dataclass(frozen=True)
class Student:
    id: int
    name: str
    group: int


@dataclass(frozen=True)
class Subject:
    id: int
    name: str
    teacher: int


@dataclass(frozen=True)
class Grade:
    id: int
    student: int
    subject: int
    value: int
    day: date


@dataclass(frozen=True)
class School:
    """All that a gradebook holds."""

    groups: dict[int, str]
    teachers: dict[int, str]
    subjects: dict[int, Subject]
    students: dict[int, Student]
    grades: list[Grade]

    def top_students(self, limit: int) -> Answer:
        return [
            (number, self.students[number].name, average)
            for number, average in self._ranked(self.grades)[:limit]
        ]

    def best_in_subject(self, subject: int) -> Answer:
        ranked = self._ranked(grade for grade in self.grades if grade.subject == subject)
        best = [(number, average) for number, average in ranked if average == ranked[0][1]]
        named = [(number, self.students[number].name, average) for number, average in best]
        return sorted(named, key=lambda one: (place(one[1]), one[0]))

    def group_average(self, group: int, subject: int) -> Answer:
        return [(group, self.groups[group], mean(self._of_group(group, subject)))]

    def group_averages(self, subject: int) -> Answer:
        found = [
            (group, name, mean(self._of_group(group, subject)))
            for group, name in self.groups.items()
            if self._of_group(group, subject)
        ]
        return sorted(found, key=lambda one: (place(one[1]), one[0]))

    def stream_average(self) -> Answer:
        return mean(self.grades)

    def courses_of_teacher(self, teacher: int) -> Answer:
        return named(one for one in self.subjects.values() if one.teacher == teacher)

    def students_in_group(self, group: int) -> Answer:
        return named(one for one in self.students.values() if one.group == group)

    def group_grades(self, group: int, subject: int) -> Answer:
        found = [
            (one.student, self.students[one.student].name, one.id, one.value, one.day)
            for one in self._of_group(group, subject)
        ]
        return sorted(found, key=lambda one: (place(one[1]), one[0], one[4], one[2]))

    def last_lesson_grades(self, group: int, subject: int) -> Answer:
        received = self._of_group(group, subject)
        last = max((one.day for one in received), default=None)
        every = self.group_grades(group, subject)
        assert isinstance(every, list)
        return [one for one in every if one[4] == last]

    def courses_of_student(self, student: int) -> Answer:
        return named({self.subjects[one.subject] for one in self._of(student)})

    def courses_by_teacher(self, student: int, teacher: int) -> Answer:
        return named({self.subjects[one.subject] for one in self._of(student, teacher)})

    def teacher_to_student_average(self, teacher: int, student: int) -> Answer:
        return mean(self._of(student, teacher))

    def teacher_average(self, teacher: int) -> Answer:
        return mean(one for one in self.grades if self.subjects[one.subject].teacher == teacher)

    def _of_group(self, group: int, subject: int) -> list[Grade]:
        return [
            one
            for one in self.grades
            if one.subject == subject and self.students[one.student].group == group
        ]

    def _of(self, student: int, teacher: int | None = None) -> list[Grade]:
        return [
            one
            for one in self.grades
            if one.student == student and teacher in {None, self.subjects[one.subject].teacher}
        ]

    def _ranked(self, grades: Iterable[Grade]) -> list[tuple[int, float]]:
        by_student: dict[int, list[Grade]] = defaultdict(list)
        for grade in grades:
            by_student[grade.student].append(grade)
        averages = [(student, mean(every) or 0.0) for student, every in by_student.items()]
        return sorted(averages, key=lambda one: (-one[1], one[0]))


def mean(grades: Iterable[Grade]) -> float | None:
    values = [grade.value for grade in grades]
    return sum(values) / len(values) if values else None


def named(ones: Iterable[Student | Subject]) -> list[tuple[int, str]]:
    return sorted(((one.id, one.name) for one in ones), key=lambda one: (place(one[1]), one[0]))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the URL of a database of each kind that carries a gradebook."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('gradebook')}/book.db"
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return server.url(server.database())


@pytest.fixture(scope="module")
def book(url: str) -> Iterator[Database]:
    """Return the gradebook of a database."""
    view = PlainView(StringIO(), StringIO(), translations("en"))
    with App(Config(url), view) as app:
        yield app.gradebook


@pytest.fixture(scope="module")
def raw(url: str) -> Iterator[Engine]:
    """Return an engine of the same database, which knows nothing of our statements."""
    made = engine(url.replace("postgresql:", "postgresql+psycopg:"))
    yield made
    made.dispose()


def fill(book: Database, raw: Engine, start: int) -> School:
    """Put a random school in the place of what there was; return what is stored."""
    clear(raw)
    random = Random(start)
    with book.writing() as session:
        _people(session, random)
        students, subjects = range(1, random.randint(0, 12) + 1), range(1, 5)
        for number in students:
            editing.insert(session, "student", random.choice(NAMES), random.randint(1, 3), number)
        worst = random.randint(8, 12)  # few different grades: averages tie
        session.many(
            "grade.add", [_grade(random, one, subjects, worst) for one in _given(random, students)]
        )
    return stored(raw)


def clear(raw: Engine) -> None:
    """Remove everything and everybody, the history too."""
    with raw.begin() as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"DELETE FROM {table}")


def _people(session: Session, random: Random) -> None:
    for kind, count in (("group", 4), ("teacher", 3), ("subject", 5)):
        names = {fold(name): name for name in random.sample(NAMES, len(NAMES))}
        for number, name in zip(range(1, count + 1), names.values(), strict=False):
            owner = random.randint(1, 2) if kind == "subject" else None
            editing.insert(session, kind, name, owner, number)


def _given(random: Random, students: Iterable[int]) -> Iterable[tuple[int, int]]:
    every = [student for student in students for _ in range(random.choice((0, 1, 2, 4, 9)))]
    return enumerate(random.sample(every, len(every)), 1)


def _grade(
    random: Random, numbered: tuple[int, int], subjects: range, worst: int
) -> Mapping[str, Any]:
    return {
        "id": numbered[0],
        "student_id": numbered[1],
        "subject_id": random.choice(subjects),
        "value": random.randint(worst, 12),
        "day": str(date(2026, 9, random.randint(1, 4))),
        "weight": random.randint(1, 3),
        "work": "",
    }


def stored(raw: Engine) -> School:
    """Return all rows, as the database itself gives them out."""
    with raw.connect() as connection:
        rows = {
            table: [row._mapping for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
            for table in TABLES
        }
    return School(
        {row["id"]: row["name"] for row in rows["student_groups"]},
        {row["id"]: row["name"] for row in rows["teachers"]},
        {row["id"]: Subject(row["id"], row["name"], row["teacher_id"]) for row in rows["subjects"]},
        {row["id"]: Student(row["id"], row["name"], row["group_id"]) for row in rows["students"]},
        [
            Grade(
                row["id"],
                row["student_id"],
                row["subject_id"],
                row["value"],
                date.fromisoformat(row["day"]),
            )
            for row in rows["grades"]
        ],
    )


@pytest.mark.parametrize("number", range(SEEDS))
def test_answers_are_those_of_plain_python(book: Database, raw: Engine, number: int) -> None:
    school = fill(book, raw, number)
    groups, subjects = [*school.groups], [*school.subjects]
    students, teachers = [*school.students], [*school.teachers]
    asked: list[tuple[str, Iterable[tuple[int, ...]]]] = [
        ("top_students", [(1,), (3,), (5,), (100,)]),
        ("best_in_subject", product(subjects)),
        ("group_average", product(groups, subjects)),
        ("group_averages", product(subjects)),
        ("stream_average", [()]),
        ("courses_of_teacher", product(teachers)),
        ("students_in_group", product(groups)),
        ("group_grades", product(groups, subjects)),
        ("last_lesson_grades", product(groups, subjects)),
        ("courses_of_student", product(students)),
        ("courses_by_teacher", product(students, teachers)),
        ("teacher_to_student_average", product(teachers, students)),
        ("teacher_average", product(teachers)),
    ]

    with book.reading() as session:
        for question, every in asked:
            for arguments in every:
                answer = getattr(queries, question)(session, *arguments)
                expected = getattr(school, question)(*arguments)

                assert answer == expected, (question, arguments)


def test_the_random_schools_have_what_is_hard(book: Database, raw: Engine) -> None:
    schools = [fill(book, raw, number) for number in range(SEEDS)]
    best = [
        answer
        for school in schools
        for subject in school.subjects
        if isinstance(answer := school.best_in_subject(subject), list)
    ]

    assert any(len(one) > 1 for one in best), "a tie"
    assert any(not one for one in best), "a subject without grades"
    assert any(not school.students_in_group(4) for school in schools), "an empty group"
    assert any(
        {*school.students} - {grade.student for grade in school.grades} for school in schools
    ), "a student without grades"
    assert any(
        len({one.name for one in school.students.values()}) < len(school.students)
        for school in schools
    ), "students of one name"


def test_sheets_come_back_exactly(book: Database, raw: Engine, tmp_path: Path) -> None:
    school = fill(book, raw, 3)
    with book.reading() as session:
        exported = [*exporting.rows(session)]
        count = exporting.export(session, tmp_path / "school.csv")

    report = importing.import_(
        book, tmp_path / "school.csv", dry_run=True, track=lambda items, *_: iter(items)
    )
    assert (report.unchanged, report.failed) == (count, [])

    clear(raw)
    report = importing.import_(
        book, tmp_path / "school.csv", dry_run=False, track=lambda items, *_: iter(items)
    )
    assert report.new["grade"] == len(school.grades) > 0
    with book.reading() as session:
        assert [*exporting.rows(session)] == exported


def test_what_is_erased_is_history_and_its_number_is_not_given_again(
    book: Database, raw: Engine
) -> None:
    school = fill(book, raw, 3)
    last = max(school.grades, key=lambda grade: grade.id)

    with book.writing() as session:
        was = grades.get(session, f"#{last.id}")
        grades.correct(session, was, was._replace(value=77))
        grades.erase(session, "student", last.student)
        editing.remove(session, "student", f"#{last.student}")
    with book.writing() as session:
        done = [(one.value, one.done) for one in grades.history(session, "grade", last.id)]
        given = grades.give(session, min(school.students), 1, 50, date(2026, 9, 1))

    assert done == [(last.value, "corrected"), (77, "erased")]
    assert given.id == last.id + 1


def test_a_school_is_seeded(book: Database, raw: Engine) -> None:
    clear(raw)
    sizes = seed.Sizes(students=600, groups=20)

    with book.writing() as session:
        seed.seed(
            session,
            sizes,
            language="uk",
            year=2026,
            seed=7,
            track=lambda items, *_: iter(items),
        )
    with book.reading() as session:
        average = queries.stream_average(session)

    assert len(stored(raw).grades) == 12_000
    assert average == stored(raw).stream_average()
