"""The twelve questions as a person asks them: by name, about somebody named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pomichnyk.errors import UsageError
from pomichnyk.gradebook import queries, references
from pomichnyk.gradebook.queries import GroupAverage, Named, Received, StudentAverage
from pomichnyk.gradebook.sessions import Session
from pomichnyk.text import Text

Answer = Sequence[Named] | Sequence[Received] | Sequence[StudentAverage] | Sequence[GroupAverage]
Ask = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One of the twelve.

    Attributes:
        kinds: the kinds of what it is about, in the order in which they are named.
        row: what a row of its answer is; None if it is one number.
        optional: whether the first of what it is about may be left out.
    """

    ask: Ask
    kinds: Sequence[str]
    row: type[tuple[Any, ...]] | None
    sentence: Text
    optional: bool = False

    def arguments(self) -> str:
        """Return what follows its name, such as ``GROUP SUBJECT``."""
        first, *rest = [*map(str.upper, self.kinds), ""]
        return " ".join(filter(None, (f"[{first}]" if self.optional else first, *rest)))


QUESTIONS = {
    "top-students": Question(
        queries.top_students,
        (),
        StudentAverage,
        Text("The students with the best averages; --limit says how many."),
    ),
    "best-in-subject": Question(
        queries.best_in_subject,
        ("subject",),
        StudentAverage,
        Text("Who has the best average in a subject; all of them if several do."),
    ),
    "group-average": Question(
        queries.group_average,
        ("group", "subject"),
        GroupAverage,
        Text("The average of a group in a subject; of every group if none is named."),
        optional=True,
    ),
    "stream-average": Question(
        queries.stream_average, (), None, Text("The average of all grades there are.")
    ),
    "courses-of-teacher": Question(
        queries.courses_of_teacher, ("teacher",), Named, Text("The subjects of a teacher.")
    ),
    "students-in-group": Question(
        queries.students_in_group, ("group",), Named, Text("The students of a group.")
    ),
    "group-grades": Question(
        queries.group_grades,
        ("group", "subject"),
        Received,
        Text("The grades of a group in a subject."),
    ),
    "last-lesson-grades": Question(
        queries.last_lesson_grades,
        ("group", "subject"),
        Received,
        Text("The grades of a group in a subject, on the last day on which there were any."),
    ),
    "courses-of-student": Question(
        queries.courses_of_student,
        ("student",),
        Named,
        Text("The subjects in which a student has grades."),
    ),
    "courses-by-teacher": Question(
        queries.courses_by_teacher,
        ("student", "teacher"),
        Named,
        Text("The subjects in which a student has grades from a teacher."),
    ),
    "teacher-to-student-average": Question(
        queries.teacher_to_student_average,
        ("teacher", "student"),
        None,
        Text("The average of the grades that a teacher gave a student."),
    ),
    "teacher-average": Question(
        queries.teacher_average,
        ("teacher",),
        None,
        Text("The average of all grades that a teacher gave."),
    ),
}


def answer(session: Session, name: str, about: Sequence[str], limit: int) -> Any:
    """Ask one of the questions about those who are named.

    Raises:
        UsageError: it is about more or fewer.
        NotFoundError: there is nobody of that name.
        AmbiguousError: there are several.
    """
    question = QUESTIONS[name]
    if name == "top-students" and not about:
        return queries.top_students(session, limit)
    kinds, ask = question.kinds, question.ask
    if question.optional and len(about) == len(kinds) - 1:
        kinds, ask = kinds[1:], queries.group_averages
    if len(about) != len(kinds):
        raise UsageError(
            Text(
                "{question} is asked so: {asked}",
                question=name,
                asked=f"grades ask {name} {question.arguments()}".strip(),
            )
        )
    meant = [references.find(session, *one) for one in zip(kinds, about, strict=True)]
    return ask(session, *(one.id for one in meant))
