"""Students, groups, subjects and teachers: added, changed and removed by forms."""

from __future__ import annotations

from starlette.responses import Response

from pomichnyk.errors import InvalidValueError, NotFoundError, PomichnykError
from pomichnyk.gradebook import editing, references
from pomichnyk.gradebook.queries import Named
from pomichnyk.gradebook.references import KINDS
from pomichnyk.text import Text
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit

OWNERS = {"student": "group", "subject": "teacher"}
"""The kind that each of a kind belongs to."""
NEW = {
    "student": Text("A new student"),
    "group": Text("A new group"),
    "subject": Text("A new subject"),
    "teacher": Text("A new teacher"),
}


def asked(visit: Visit) -> Response:
    """Show the form of somebody new."""
    return _form(visit, {"name": "", "owner": visit.query.get("owner", "")})


def added(visit: Visit) -> Response:
    """Store somebody new, or show what is wrong."""
    kind = _kind(visit)
    try:
        with visit.app.gradebook.writing() as session:
            made = editing.add(session, kind, visit.form.text("name"), _owner(visit))
    except PomichnykError as error:
        return _refused(visit, error)
    return visit.moved(_page_of(kind, made.id), did="added")


def edited(visit: Visit) -> Response:
    """Show the form of somebody who is there."""
    return _form(visit, {"name": _whose(visit).name, "owner": ""})


def saved(visit: Visit) -> Response:
    """Store a new name or another owner; or remove, if nothing belongs to them."""
    kind, whose = _kind(visit), _whose(visit)
    try:
        with visit.app.gradebook.writing() as session:
            if "remove" in visit.form:
                editing.remove(session, kind, f"#{whose.id}", with_grades="erase" in visit.form)
                return visit.moved("/grades", did="removed")
            name = visit.form.text("name")
            editing.change(session, kind, f"#{whose.id}", name, _owner(visit))
    except PomichnykError as error:
        return _refused(visit, error)
    return visit.moved(_page_of(kind, whose.id), did="saved")


def _kind(visit: Visit) -> str:
    kind = str(visit.path["kind"])
    if kind not in KINDS:
        raise NotFoundError(Text("There is no such page."))
    return kind


def _whose(visit: Visit) -> Named:
    with visit.app.gradebook.reading() as session:
        return references.find(session, _kind(visit), f"#{visit.path['id']}")


def _owner(visit: Visit) -> str:
    owner = visit.form.text("owner")
    return f"#{owner}" if owner else ""


def _refused(visit: Visit, error: PomichnykError) -> Response:
    if isinstance(error, NotFoundError) and "owner" not in visit.form:
        raise error
    name = "name" if isinstance(error, InvalidValueError) else ""
    visit.form.errors[name] = error.text
    typed = {"name": visit.form.text("name"), "owner": visit.form.text("owner")}
    return _form(visit, typed, status=error.status)


def _form(visit: Visit, values: dict[str, str], *, status: int = 200) -> Response:
    kind = _kind(visit)
    owner = OWNERS.get(kind, "")
    with visit.app.gradebook.reading() as session:
        owners = session.rows(f"{owner}.all") if owner else []
        whose = (
            references.find(session, kind, f"#{visit.path['id']}") if "id" in visit.path else None
        )
    return visit.page(
        "grade_person.html",
        status=status,
        kind=kind,
        heading=whose.name if whose else NEW[kind],
        whose=whose,
        owner=owner,
        owners=owners,
        values=values,
        errors=visit.form.errors,
    )


def _page_of(kind: str, number: int) -> str:
    return f"/grades/{kind}/{number}" if kind in {"student", "group"} else "/grades"


routes = [
    page("/grades/{kind:str}/new", get=asked, post=added),
    page("/grades/{kind:str}/{id:int}/edit", get=edited, post=saved),
]
