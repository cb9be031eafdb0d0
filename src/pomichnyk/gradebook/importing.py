"""Import: a sheet into the gradebook, in one transaction, with a report for each bad row.

The columns are those of ``exporting``. A row says what its filled cells say: a grade, a student
without grades, a subject, an empty group, a teacher. Whom it names and who is not there is added.
A row with a ``grade_id`` that is stored corrects that grade; one without is new, unless the
student has the very same grade already: taking a file twice adds nothing.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pomichnyk.errors import ConflictError, InvalidValueError, PomichnykError
from pomichnyk.gradebook import fields, grades, sheets
from pomichnyk.gradebook.exporting import COLUMNS
from pomichnyk.gradebook.grades import Grade
from pomichnyk.gradebook.roster import Meant, Roster, identifier
from pomichnyk.gradebook.seed import Track, analyze
from pomichnyk.gradebook.sessions import Database, Session
from pomichnyk.gradebook.sheets import Cells
from pomichnyk.text import Text

Given = tuple[int, int, str, int, str]
"""Subject, value, day, weight and work: what makes two grades of a student alike."""
NEW = Grade(0, 0, "", 0, "", 0, date.min, 1, "")
"""What a grade is made of that is not there yet."""
MANY = 1_000
"""How much must come of an import for the database to count anew what there is."""


class Failure(NamedTuple):
    """A row that was not taken, by its number in the file, and why."""

    row: int
    why: Text


@dataclass(slots=True)
class Report:
    """What came of an import.

    Attributes:
        new: how many were added of each kind, grades among them.
        corrected: how many grades were corrected.
        unchanged: how many rows said nothing new.
        failed: the rows that were not taken.
    """

    new: Counter[str] = field(default_factory=Counter)
    corrected: int = 0
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)

    def changes(self) -> int:
        """Return how much was added and corrected."""
        return self.new.total() + self.corrected


class _UndoneError(Exception):
    """Takes a trial back."""


def import_(database: Database, path: Path, *, dry_run: bool, track: Track) -> Report:
    """Take a .csv or .xlsx file in; bad rows are left out and reported.

    Args:
        database: the gradebook.
        path: the file.
        dry_run: report what would be done, and do nothing.
        track: shows the progress.

    Raises:
        PomichnykError: the file cannot be read or is no sheet; nothing is taken.
    """
    report = Report()
    with suppress(_UndoneError), database.writing() as session:
        job = _Import(session, report)
        for number, cells in track(sheets.read(path, COLUMNS), Text("importing")):
            job.take(number, cells)
        if dry_run:
            raise _UndoneError
        if report.changes() >= MANY:
            analyze(session)
    return report


class _Import:
    """One import; knows the grades of each student that it has met."""

    def __init__(self, session: Session, report: Report) -> None:
        self._session, self._report, self._roster = session, report, Roster(session)
        self._report.new = self._roster.new
        self._alike: dict[int, Counter[Given]] = {}

    def take(self, number: int, cells: Cells) -> None:
        """Take a row, or report why it is not taken; it is taken wholly or not at all."""
        before = self._report.changes()
        try:
            self._row(dict.fromkeys(COLUMNS, "") | {**cells}, cells)
        except PomichnykError as error:
            self._report.failed.append(Failure(number, error.text))
            return
        self._report.unchanged += self._report.changes() == before

    def _row(self, cells: Cells, filled: Cells) -> None:
        # Everything is found or refused before anybody is added.
        subject, student = self._roster.subject(cells), self._roster.student(cells)
        if not any(cells[column] for column in ("grade", "day", "grade_id")):
            _people(subject, student)
            return
        for column, meant in (("student", student), ("subject", subject)):
            if not (meant and (cells[column] or cells.get(f"{column}_id"))):
                raise InvalidValueError(Text("{name}", name=column), "", Text("whose grade it is"))
        assert student
        assert subject
        was = self._was(cells, student, subject)
        now = _read(was, filled)
        self._take(
            was, now._replace(student_id=student.member().id, subject_id=subject.member().id)
        )

    def _was(self, cells: Cells, student: Meant, subject: Meant) -> Grade:
        """Return the grade that a row corrects; one without its number yet if it is new.

        Raises:
            ConflictError: the number is that of another student's or subject's grade.
        """
        number = identifier("grade_id", cells)
        stored = grades.grades(self._session, "grade", number) if number else []
        if not stored:
            return NEW._replace(id=-number)
        whose = (student.stored and student.stored.id, subject.stored and subject.stored.id)
        if whose != (stored[0].student_id, stored[0].subject_id):
            raise ConflictError(
                Text(
                    "grade #{number} is of {student} in {subject}",
                    number=number,
                    student=stored[0].student,
                    subject=stored[0].subject,
                )
            )
        return stored[0]

    def _take(self, was: Grade, now: Grade) -> None:
        alike = self._grades_of(now.student_id)
        if was.id > 0:
            alike[_given(was)] -= 1
            self._report.corrected += was != now
            grades.correct(self._session, was, now)
        elif not was.id and alike[_given(now)] > 0:
            alike[_given(now)] -= 1
        else:
            number = -was.id or grades.after_last(self._session, "grade")
            self._session.run("grade.add", **grades.row(now._replace(id=number)))
            self._report.new["grade"] += 1

    def _grades_of(self, student: int) -> Counter[Given]:
        """Return how many grades of each sort a student had that no row has stood for yet."""
        if student not in self._alike:
            stored = grades.grades(self._session, "student", student)
            self._alike[student] = Counter(map(_given, stored))
        return self._alike[student]


def _people(subject: Meant | None, student: Meant | None) -> None:
    if not (subject or student):
        raise InvalidValueError(Text("row"), "", Text("a student, a group, a subject or a teacher"))
    for meant in filter(None, (subject, student)):
        meant.member()


def _read(was: Grade, filled: Cells) -> Grade:
    """Return a grade as a row has it; what the sheet has no column for stays as it was."""
    weight, work = filled.get("weight"), filled.get("work")
    return was._replace(
        value=fields.value(filled.get("grade", "")),
        day=fields.day(filled.get("day", "")),
        weight=fields.weight(weight) if weight else was.weight,
        work=was.work if work is None else fields.work(work),
    )


def _given(grade: Grade) -> Given:
    return (grade.subject_id, grade.value, str(grade.day), grade.weight, grade.work)
