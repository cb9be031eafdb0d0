"""The gradebook: who there is, the twelve questions, a group, a student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from pomichnyk.commands._grades_ask import answer_table
from pomichnyk.commands._grades_pages import figure, history_table
from pomichnyk.commands._grades_questions import QUESTIONS, Question, answer
from pomichnyk.errors import AmbiguousError, NotFoundError
from pomichnyk.gradebook import grades, queries, references
from pomichnyk.gradebook.grades import Grade
from pomichnyk.gradebook.queries import BEST, Named
from pomichnyk.gradebook.sessions import Session
from pomichnyk.gradebook.statistics import Summary, distribution, grouped, summary
from pomichnyk.text import Text
from pomichnyk.views.pages import Message, Table
from pomichnyk.web.charts import bars, lines
from pomichnyk.web.forms import Form, wrong
from pomichnyk.web.links import link
from pomichnyk.web.paging import number, paged
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit

CHOSEN = ("group", "subject", "teacher")
"""The kinds that are few enough to be chosen from a list; students are named."""
SENTENCES = {name: question.sentence for name, question in QUESTIONS.items()} | {
    "top-students": Text("The students with the best averages.")
}
"""What a page says of each question; the command's own sentence of one tells of an option."""
Choices = Mapping[str, Sequence[Named]]


def overview(visit: Visit) -> Response:
    """Show groups, subjects and teachers, and the questions."""
    with visit.app.gradebook.reading() as session:
        everybody: dict[str, Any] = {kind: session.rows(f"{kind}.all") for kind in CHOSEN}
        students = session.rows("student.count")[0][0]
    return visit.page("grades.html", students=students, sentences=SENTENCES, **everybody)


def students(visit: Visit) -> Response:
    """List the students, or those whose names begin so."""
    query, at = visit.query.get("q", "").strip(), number(visit.query.get("page", ""))
    with visit.app.gradebook.reading() as session:
        if query:
            found: Sequence[tuple[Any, ...]] = references.meant(session, "student", query, 50)
        else:
            found = session.rows("student.all")
    shown = paged(found, at)
    table = Table(
        (Text("name"), Text("no.")),
        shown.items,
        lambda one: (link(one[1], f"/grades/student/{one[0]}"), str(one[0])),
        lambda one: {"id": one[0], "name": one[1]},
        Text("there are none"),
    )
    return visit.page("students.html", table=visit.shown(table), pages=shown, query=query)


def asked(visit: Visit) -> Response:
    """Ask one of the questions about those who are named, if they are."""
    name = str(visit.path["name"])
    if name not in QUESTIONS:
        raise NotFoundError(Text("there is no question “{name}”", name=name))
    question, form, told = QUESTIONS[name], Form(), None
    about = {kind: visit.query.get(kind, "").strip() for kind in question.kinds}
    with visit.app.gradebook.reading() as session:
        choices = _choices(session, question.kinds)
        if not question.kinds or "ask" in visit.query:
            told = _answered(session, name, about, form)
    return visit.page(
        "question.html",
        status=422 if form.errors else 200,
        name=name,
        question=question,
        sentence=SENTENCES[name],
        about=about,
        choices=choices,
        errors=form.errors,
        told=visit.shown(told) if told else None,
    )


def group(visit: Visit) -> Response:
    """Show how the students of a group come on, in one subject or in all."""
    with visit.app.gradebook.reading() as session:
        whose = _find(session, "group", visit)
        subjects = everyone(session, "subject")
        subject = next((one for one in subjects if str(one.id) == visit.query.get("subject")), None)
        people = queries.students_in_group(session, whose.id)
        found = (
            grades.grades_in(session, whose.id, subject.id)
            if subject
            else grades.grades(session, "group", whose.id)
        )
    counts = distribution(grade.value for grade in found)
    return visit.page(
        "group.html",
        group=whose,
        students=people,
        subjects=subjects,
        subject=subject,
        table=visit.shown(_summaries(people, whose, found)),
        bars=bars(counts) if found else [],
    )


def student(visit: Visit) -> Response:
    """Show the grades of a student, subject by subject."""
    with visit.app.gradebook.reading() as session:
        whose = _find(session, "student", visit)
        ((group_name,),) = session.rows("student.group", at=whose.id)
        subjects = everyone(session, "subject")
        found = grades.grades(session, "student", whose.id)
    courses = grouped(found, lambda grade: grade.subject)
    points = {name: [(one.day, one.value) for one in every] for name, every in courses.items()}
    return visit.page(
        "student.html",
        student=whose,
        group=group_name,
        subjects=subjects,
        courses={name: visit.shown(_grade_table(every)) for name, every in courses.items()},
        sums={name: _figures(summary(every)) for name, every in courses.items()},
        altogether=_figures(summary(found)),
        lines=lines(points),
        days=(min(one.day for one in found), max(one.day for one in found)) if found else (),
    )


def history(visit: Visit) -> Response:
    """Show what the grades of a student were before they were corrected or erased."""
    with visit.app.gradebook.reading() as session:
        whose = _find(session, "student", visit)
        table = history_table(grades.history(session, "student", whose.id))
    return visit.page("grade_history.html", student=whose, table=visit.shown(table))


def _answered(
    session: Session, name: str, about: Mapping[str, str], form: Form
) -> Message | Table[Any] | None:
    question = QUESTIONS[name]
    missing = [kind for kind, whom in about.items() if not whom and not _optional(question, kind)]
    for kind in missing:
        form.errors[kind] = Text("expected: {expected}", expected=Text("a name or a number"))
    for kind, whom in about.items():
        try:
            if whom:
                references.find(session, kind, whom)
        except (NotFoundError, AmbiguousError) as error:
            form.errors[kind] = wrong(error)
    if form.errors:
        return None
    found = answer(session, name, [*filter(None, about.values())], BEST)
    if question.row is None:
        said = Text("no grades") if found is None else Text("{value}", value=figure(found))
        return Message(said, {"average": found})
    return answer_table(getattr(question.row, "_fields", ()), found)


def _optional(question: Question, kind: str) -> bool:
    return question.optional and kind == question.kinds[0]


def _choices(session: Session, kinds: Sequence[str]) -> Choices:
    return {kind: everyone(session, kind) for kind in kinds if kind in CHOSEN}


def everyone(session: Session, kind: str) -> list[Named]:
    """Return all of a kind, in the order of their names."""
    return [Named(*row[:2]) for row in session.rows(f"{kind}.all")]


def _find(session: Session, kind: str, visit: Visit) -> Named:
    return references.find(session, kind, f"#{visit.path['id']}")


def _figures(summed: Summary) -> Mapping[str, str]:
    return {name: figure(value) for name, value in summed._asdict().items()}


def _summaries(
    people: Sequence[Named], whose: Named, found: Sequence[Grade]
) -> Table[tuple[Markup | str, Summary]]:
    of_each = grouped(found, lambda grade: grade.student_id)
    rows: list[tuple[Markup | str, Summary]] = [
        (link(one.name, f"/grades/student/{one.id}"), summary(of_each.get(one.id, [])))
        for one in people
    ]
    return Table(
        (
            *(Text("student"), Text("grades"), Text("average"), Text("weighted average")),
            *(Text("median"), Text("lowest"), Text("highest")),
        ),
        [*rows, (whose.name, summary(found))] if rows else [],
        lambda row: (row[0], *map(figure, row[1])),
        lambda row: row[1]._asdict(),
        Text("There is nobody in this group yet."),
    )


def _grade_table(found: Sequence[Grade]) -> Table[Grade]:
    return Table(
        (Text("grade"), Text("day"), Text("what for"), Text("weight"), Text("grade no.")),
        found,
        lambda one: (
            link(str(one.value), f"/grades/mark/{one.id}"),
            str(one.day),
            one.work,
            str(one.weight),
            str(one.id),
        ),
        lambda one: one._asdict(),
        Text("no grades"),
    )


routes = [
    page("/grades", get=overview),
    page("/grades/students", get=students),
    page("/grades/questions/{name}", get=asked),
    page("/grades/group/{id:int}", get=group),
    page("/grades/student/{id:int}", get=student),
    page("/grades/student/{id:int}/history", get=history),
]
