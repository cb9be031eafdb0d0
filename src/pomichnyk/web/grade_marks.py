"""Grades: given, corrected and erased by forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.responses import Response

from pomichnyk.gradebook import fields, grades, references
from pomichnyk.gradebook.grades import Grade
from pomichnyk.gradebook.queries import Named
from pomichnyk.web.grades import everyone
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit

READ = {"value": fields.value, "day": fields.day, "weight": fields.weight, "work": fields.work}
"""What reads each field of a grade."""


def given(visit: Visit) -> Response:
    """Show the form of a new grade of a student."""
    return _form(visit, {"day": str(datetime.now().astimezone().date()), "weight": "1"})


def give(visit: Visit) -> Response:
    """Store a new grade, or show what is wrong beside the fields."""
    read = _read(visit)
    subject = visit.form.text("subject")
    with visit.app.gradebook.writing() as session:
        whose = references.find(session, "student", f"#{visit.path['id']}")
        found = references.meant(session, "subject", f"#{subject}") if subject else []
        if not found:
            visit.form.errors["subject"] = references.unknown("subject", subject)
        if not visit.form.errors:
            value, day = read.pop("value"), read.pop("day")
            grades.give(session, whose.id, found[0].id, value, day, **read)
            return visit.moved(f"/grades/student/{whose.id}", did="saved")
    typed = {name: visit.form.text(name) for name in (*READ, "subject")}
    return _form(visit, typed, status=422)


def shown(visit: Visit) -> Response:
    """Show the form of a grade."""
    return _mark(visit, _grade(visit))


def correct(visit: Visit) -> Response:
    """Store what is right, or erase the grade; what it was stays in its history."""
    was = _grade(visit)
    whose = f"/grades/student/{was.student_id}"
    if "erase" in visit.form:
        with visit.app.gradebook.writing() as session:
            grades.erase(session, "grade", was.id)
        return visit.moved(whose, did="removed")
    read = _read(visit)
    if visit.form.errors:
        return _mark(visit, was, status=422)
    with visit.app.gradebook.writing() as session:
        now = grades.get(session, f"#{was.id}")
        grades.correct(session, now, now._replace(**read))
    return visit.moved(whose, did="saved")


def _grade(visit: Visit) -> Grade:
    with visit.app.gradebook.reading() as session:
        return grades.get(session, f"#{visit.path['id']}")


def _read(visit: Visit) -> dict[str, Any]:
    """Return what the fields say; what is wrong is kept beside its field."""
    found = {name: visit.form.read(name, read) for name, read in READ.items()}
    return {name: value for name, value in found.items() if name not in visit.form.errors}


def _form(visit: Visit, values: dict[str, str], *, status: int = 200) -> Response:
    with visit.app.gradebook.reading() as session:
        whose = references.find(session, "student", f"#{visit.path['id']}")
        subjects = everyone(session, "subject")
    return visit.page(
        "mark.html",
        status=status,
        student=whose,
        subjects=subjects,
        values=dict.fromkeys((*READ, "subject"), "") | values,
        errors=visit.form.errors,
        grade=None,
    )


def _mark(visit: Visit, grade: Grade, *, status: int = 200) -> Response:
    typed = {name: visit.form.text(name) for name in READ}
    stored = {name: str(getattr(grade, name)) for name in READ}
    return visit.page(
        "mark.html",
        status=status,
        student=Named(grade.student_id, grade.student),
        subjects=[],
        values=typed if visit.form.errors else stored,
        errors=visit.form.errors,
        grade=grade,
    )


routes = [
    page("/grades/student/{id:int}/mark", get=given, post=give),
    page("/grades/mark/{id:int}", get=shown, post=correct),
]
