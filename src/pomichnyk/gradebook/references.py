"""References: what a person types to mean a group, a teacher, a subject or a student.

The first rule that fits any decides: ``#17`` is a number alone; else the whole name, compared
folded; else the number; else the beginning of a name. A group named 10 is thus meant by ``10``.
"""

from __future__ import annotations

from pomichnyk.domain.folding import fold
from pomichnyk.errors import AmbiguousError, NotFoundError
from pomichnyk.gradebook.queries import Named
from pomichnyk.gradebook.sessions import Session
from pomichnyk.text import Text

KINDS = ("group", "teacher", "subject", "student")
NAMED = 5
"""How many of those that a reference may mean are named."""
LARGEST = 2**31 - 1
"""The largest number that every database can compare with."""
_LAST = "\U0010ffff"


def find(session: Session, kind: str, ref: str) -> Named:
    """Return the one that a reference means.

    Raises:
        NotFoundError: it means none.
        AmbiguousError: it means several; some are named, each with its number.
    """
    found = meant(session, kind, ref)
    if not found:
        raise NotFoundError(unknown(kind, ref))
    if len(found) > 1:
        raise AmbiguousError(ref, [f"{name} (#{number})" for number, name in found[:NAMED]])
    return found[0]


def meant(session: Session, kind: str, ref: str, limit: int = NAMED) -> list[Named]:
    """Return those that a reference may mean, in the order of their names."""
    folded = fold(ref).strip()
    found = _numbered(session, kind, ref[1:]) if ref.startswith("#") else []
    if not found and folded:
        found = [*map(Named._make, session.rows(f"{kind}.named", name=folded))]
    return found or _numbered(session, kind, ref) or beginning(session, kind, folded, limit)


def beginning(session: Session, kind: str, begun: str, limit: int) -> list[Named]:
    """Return those whose names begin so, in their order; if nothing is begun, none."""
    if not begun:
        return []
    name = fold(begun)
    rows = session.rows(f"{kind}.beginning", name=name, end=name + _LAST, limit=limit)
    return [*map(Named._make, rows)]


def unknown(kind: str, ref: str) -> Text:
    """Return what is said of a reference that means none."""
    return {
        "group": Text("there is no group “{ref}”", ref=ref),
        "teacher": Text("there is no teacher “{ref}”", ref=ref),
        "subject": Text("there is no subject “{ref}”", ref=ref),
        "student": Text("there is no student “{ref}”", ref=ref),
        "grade": Text("there is no grade “{ref}”", ref=ref),
    }[kind]


def number(ref: str) -> int:
    """Return the number that a reference such as ``17`` or ``#17`` states, 0 if it states none."""
    digits = ref.removeprefix("#")
    short = digits.isascii() and digits.isdigit() and len(digits) <= len(str(LARGEST))
    return int(digits) if short and int(digits) <= LARGEST else 0


def _numbered(session: Session, kind: str, ref: str) -> list[Named]:
    rows = session.rows(f"{kind}.numbered", number=number(ref)) if number(ref) else []
    return [*map(Named._make, rows)]
