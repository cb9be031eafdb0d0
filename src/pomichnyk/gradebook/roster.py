"""The roster: who is there, known by name, so that a sheet finds them or adds them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from pomichnyk.domain.folding import fold
from pomichnyk.errors import AmbiguousError, ConflictError, InvalidValueError
from pomichnyk.gradebook import editing, fields, references
from pomichnyk.gradebook.sessions import Session
from pomichnyk.gradebook.sheets import Cells
from pomichnyk.text import Text


@dataclass(frozen=True, slots=True)
class Member:
    """One of a kind; ``owner`` is the folded name of the group or the teacher."""

    id: int
    name: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """The one that a row means: stored already, or else to be added."""

    stored: Member | None
    add: Callable[[], Member]

    def member(self) -> Member:
        """Return the one, adding it if it is new."""
        return self.stored or self.add()


class Roster:
    """Groups, teachers, subjects and students; ``new`` counts those that were added."""

    def __init__(self, session: Session) -> None:
        self._session, self.new = session, Counter[str]()
        self._named = {kind: self._stored(kind) for kind in references.KINDS}
        self._students: dict[int, Member] = {
            one.id: one for ones in self._named["student"].values() for one in ones
        }

    def subject(self, cells: Cells) -> Meant | None:
        """Return the subject of a row, or its teacher alone, None if the row names none.

        Raises:
            InvalidValueError: it is new and its teacher is not named.
            ConflictError: somebody else teaches it.
        """
        teacher = self._simple("teacher", cells)
        if not cells["subject"]:
            return teacher
        name = fields.name(cells["subject"])
        for stored in self._named["subject"][fold(name)]:
            _same(stored, cells["teacher"], Text("“{name}” has another teacher", name=stored.name))
            return _there(stored)
        if not teacher:
            raise InvalidValueError(Text("teacher"), "", Text("who teaches “{name}”", name=name))
        return Meant(None, lambda: self._add("subject", name, teacher.member()))

    def student(self, cells: Cells) -> Meant | None:
        """Return the student of a row, or their group alone, None if the row names none.

        Raises:
            InvalidValueError: they are new and their name or group is missing.
            ConflictError: who has that number has another name or is in another group.
            AmbiguousError: several have that name, and no number says who is meant.
        """
        group = self._simple("group", cells)
        if not cells["student"] and not cells["student_id"]:
            return group
        number = identifier("student_id", cells)
        if stored := self._numbered(cells, number) or self._by_name(cells, number):
            other = Text("“{name}” is in another group", name=stored.name)
            _same(stored, cells["group"], other)
            return _there(stored)
        name = fields.name(cells["student"])
        if not group:
            raise InvalidValueError(Text("group"), "", Text("the group of “{name}”", name=name))
        return Meant(None, lambda: self._add("student", name, group.member(), number))

    def _numbered(self, cells: Cells, number: int) -> Member | None:
        stored = self._students.get(number)
        if stored and cells["student"] and fold(fields.name(cells["student"])) != fold(stored.name):
            raise ConflictError(Text("#{number} is “{name}”", number=stored.id, name=stored.name))
        return stored

    def _by_name(self, cells: Cells, number: int) -> Member | None:
        """Return the only student of that name, in that group if one is named."""
        if number:
            return None
        group = fold(fields.name(cells["group"])) if cells["group"] else ""
        found = [
            one
            for one in self._named["student"][fold(fields.name(cells["student"]))]
            if group in {"", one.owner}
        ]
        if len(found) > 1:
            raise AmbiguousError(cells["student"], [f"{one.name} (#{one.id})" for one in found[:5]])
        return found[0] if found else None

    def _simple(self, kind: str, cells: Cells) -> Meant | None:
        """Return a group or a teacher, who belong to nobody."""
        if not cells[kind]:
            return None
        name = fields.name(cells[kind])
        stored = self._named[kind][fold(name)]
        return _there(stored[0]) if stored else Meant(None, lambda: self._add(kind, name))

    def _add(self, kind: str, name: str, owner: Member | None = None, number: int = 0) -> Member:
        owned = owner.id if owner else None
        added = editing.insert(self._session, kind, name, owned, number or None)
        member = Member(added.id, name, fold(owner.name) if owner else "")
        self._named[kind][fold(name)].append(member)
        if kind == "student":
            self._students[member.id] = member
        self.new[kind] += 1
        return member

    def _stored(self, kind: str) -> defaultdict[str, list[Member]]:
        found: defaultdict[str, list[Member]] = defaultdict(list)
        for number, name, owner in self._session.rows(f"{kind}.all"):
            of = fold(owner) if kind in editing.OWNERS else ""
            found[fold(name)].append(Member(number, name, of))
        return found


def identifier(column: str, cells: Cells) -> int:
    """Return the number in a cell, 0 if it is empty.

    Raises:
        InvalidValueError: it is no number.
    """
    number = references.number(cells[column])
    if cells[column] and not number:
        raise InvalidValueError(Text("{name}", name=column), cells[column], Text("a number"))
    return number


def _there(stored: Member) -> Meant:
    return Meant(stored, lambda: stored)


def _same(stored: Member, owner: str, other: Text) -> None:
    if owner and fold(fields.name(owner)) != stored.owner:
        raise ConflictError(other)
