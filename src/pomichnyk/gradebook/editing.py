"""Groups, teachers, subjects and students: added, renamed, moved and removed."""

from __future__ import annotations

from pomichnyk.domain.folding import fold, place
from pomichnyk.errors import ConflictError, UsageError
from pomichnyk.gradebook import fields, grades, queries, references
from pomichnyk.gradebook.queries import Named
from pomichnyk.gradebook.sessions import Session
from pomichnyk.text import Plural, Text

OWNERS = {"subject": "teacher", "student": "group"}
"""What each kind belongs to, if it belongs to anything."""


def add(session: Session, kind: str, name: str, owner: str = "") -> Named:
    """Add one of a kind; a subject's owner is its teacher, a student's their group.

    Raises:
        UsageError: the owner is not given, or the kind has none.
        NotFoundError: there is no such owner.
        ConflictError: there is one of that name; students alone may share one.
    """
    name, needed = fields.name(name), OWNERS.get(kind)
    if bool(owner) != bool(needed):
        raise UsageError(_ownership(kind))
    _free(session, kind, name)
    number = references.find(session, needed, owner).id if needed else None
    return insert(session, kind, name, number)


def insert(
    session: Session, kind: str, name: str, owner: int | None, number: int | None = None
) -> Named:
    """Store one that is valid, under a number or the next one."""
    added = Named(number or grades.after_last(session, kind), name)
    session.run(f"{kind}.add", **_row(kind, added, owner))
    return added


def change(session: Session, kind: str, ref: str, name: str = "", owner: str = "") -> Named:
    """Rename one of a kind, or give it to another owner; return what it is now.

    Raises:
        UsageError: the kind belongs to nothing.
        NotFoundError: there is none, or no such owner.
        ConflictError: there is another one of that name.
    """
    was, needed = references.find(session, kind, ref), OWNERS.get(kind)
    if owner and not needed:
        raise UsageError(_ownership(kind))
    now = Named(was.id, fields.name(name) if name else was.name)
    _free(session, kind, now.name, was.id)
    number = _owner(session, kind, was.id)
    if owner and needed:
        number = references.find(session, needed, owner).id
    session.run(f"{kind}.change", at=was.id, **_row(kind, now, number))
    return now


def remove(session: Session, kind: str, ref: str, *, with_grades: bool = False) -> Named:
    """Remove one of a kind; its grades, if they may go with it, stay in the history.

    Raises:
        NotFoundError: there is none.
        ConflictError: it still has students, subjects or grades.
    """
    found = references.find(session, kind, ref)
    if with_grades and kind in OWNERS:
        grades.erase(session, kind, found.id)
    if has := _belongings(session, kind, found.id):
        raise ConflictError(Text("{name} has {belongings}", name=found.name, belongings=has))
    session.run(f"{kind}.remove", at=found.id)
    return found


def _row(kind: str, one: Named, owner: int | None) -> dict[str, object]:
    owned = {f"{OWNERS[kind]}_id": owner} if kind in OWNERS else {}
    return {**one._asdict(), "folded": fold(one.name), "place": place(one.name), **owned}


def _owner(session: Session, kind: str, number: int) -> int | None:
    """Return to whom one belongs, None if its kind belongs to nothing."""
    rows = session.rows(f"{kind}.owner", at=number) if kind in OWNERS else []
    return rows[0][0] if rows else None


def _free(session: Session, kind: str, name: str, number: int = 0) -> None:
    """See that nobody but that number has a name that must not be given twice."""
    taken = [one for one in session.rows(f"{kind}.named", name=fold(name)) if one[0] != number]
    if taken and kind != "student":
        raise ConflictError(
            Text("there is “{name}” already (#{number})", name=name, number=taken[0][0])
        )


def _belongings(session: Session, kind: str, number: int) -> Text | None:
    match kind:
        case "group":
            count = len(queries.students_in_group(session, number))
            has = Plural("{count} student", "{count} students", count=count)
        case "teacher":
            count = len(queries.courses_of_teacher(session, number))
            has = Plural("{count} subject", "{count} subjects", count=count)
        case _:
            count = len(grades.grades(session, kind, number))
            has = Plural("{count} grade", "{count} grades", count=count)
    return has if count else None


def _ownership(kind: str) -> Text:
    return {
        "subject": Text("a subject needs its teacher: --teacher"),
        "student": Text("a student needs a group: --group"),
        "group": Text("a group belongs to nobody"),
        "teacher": Text("a teacher belongs to nobody"),
    }[kind]
