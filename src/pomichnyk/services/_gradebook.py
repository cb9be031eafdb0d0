"""The gradebook as shelves, and whether two gradebooks are one.

Numbers mean something only inside of one gradebook. Two that give a number to different people,
or a name to different numbers, are different gradebooks, and are never mixed.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from pomichnyk.domain.folding import fold
from pomichnyk.errors import ConflictError
from pomichnyk.gradebook import grades, records
from pomichnyk.gradebook.records import KINDS, Change, Grade, Named, Record
from pomichnyk.gradebook.sessions import Database, Session
from pomichnyk.services._shelves import Pair, Shelf, Stored, pairs
from pomichnyk.text import Text

TITLES = {
    "group": Text("groups"),
    "teacher": Text("teachers"),
    "subject": Text("subjects"),
    "student": Text("students"),
    "change": Text("changes of grades"),
    "grade": Text("grades"),
}


class Rows(Shelf[Record]):
    """The records of one kind in a gradebook, by their numbers."""

    def __init__(self, gradebook: Database, kind: str) -> None:
        self._gradebook, self.kind = gradebook, kind
        self.name, self.title = f"{kind}s", TITLES[kind]

    def count(self) -> int:
        """Return how many there are."""
        with self._gradebook.reading() as session:
            return records.count(session, self.kind)

    def all(self) -> Generator[Record, None, None]:
        """Yield them by number."""
        with (
            self._gradebook.reading() as session,
            closing(records.stored(session, self.kind)) as stored,
        ):
            yield from stored

    def key(self, item: Record) -> Any:
        """Return the number."""
        return item.id

    def called(self, item: Record) -> str:
        """Return the name, if there is one, and the number."""
        return f"{item.name} (#{item.id})" if isinstance(item, Named) else f"#{item.id}"

    def twin(self, item: Record) -> Record | None:
        """Return none: one that is there was seen, since the order is that of the numbers."""
        del item
        return None

    def store(
        self, changes: Sequence[tuple[Record, Record | None]], *, over_later: bool = False
    ) -> Stored:
        """Store records; a grade that is replaced is entered into the history first."""
        del over_later  # nothing says when a row was changed
        new = [mine for mine, theirs in changes if theirs is None]
        replaced = [(mine, theirs) for mine, theirs in changes if theirs is not None]
        with self._gradebook.writing() as session:
            for _, theirs in replaced:
                _keep(session, theirs)
            records.add(session, self.kind, new)
            if replaced:  # what is history is never replaced
                records.change(session, self.kind, [mine for mine, _ in replaced])
        return Stored(len(new), len(replaced))


def shelves(gradebook: Database) -> Iterator[Rows]:
    """Yield the kinds of a gradebook, each behind those that it belongs to."""
    return (Rows(gradebook, kind) for kind in KINDS)


def everything(gradebook: Database) -> dict[str, list[Record]]:
    """Return all that a gradebook has at one moment, by kind; nothing if it is empty."""
    with gradebook.reading() as session:
        if records.empty(session):
            return {}
        return {kind: [*records.stored(session, kind)] for kind in KINDS}


def refuse_another(source: Mapping[str, Iterable[Record]], target: Database) -> None:
    """See that a gradebook can take in another one: it is empty, or holds a part of it.

    Args:
        source: the records by kind, in the order of their numbers.
        target: what is to take them in.

    Raises:
        ConflictError: they are different gradebooks; the message says by what it is known.
    """
    with target.reading() as session:
        if records.empty(session):
            return
        for kind, mine in source.items():
            _refuse_others(session, kind, mine)


def _refuse_others(session: Session, kind: str, mine: Iterable[Record]) -> None:
    with closing(records.stored(session, kind)) as theirs:
        for pair in pairs(mine, theirs, lambda one: one.id):
            _refuse(session, kind, pair)


def _refuse(session: Session, kind: str, pair: Pair[Record]) -> None:
    mine, theirs = pair
    if mine is None:
        return
    if theirs is None:
        theirs = _namesake(session, kind, mine)
    elif _alike(mine, theirs):
        return
    if theirs is not None:
        raise ConflictError(
            Text(
                "these are two gradebooks, which cannot become one: "
                "{what}: {mine} in the one, {theirs} in the other",
                what=TITLES[kind],
                mine=_said(mine),
                theirs=_said(theirs),
            )
        )


def _alike(mine: Record, theirs: Record) -> bool:
    """Tell whether two records of one number may be of the same thing."""
    match mine, theirs:
        case Named(), Named():
            return fold(mine.name) == fold(theirs.name)
        case Grade(), Grade():
            return (mine.student_id, mine.subject_id) == (theirs.student_id, theirs.subject_id)
    return mine == theirs


def _namesake(session: Session, kind: str, mine: Record) -> Record | None:
    """Return who has, under another number, a name that must not be given twice."""
    if not isinstance(mine, Named) or kind == "student":
        return None
    for number, name in session.rows(f"{kind}.named", name=fold(mine.name)):
        return Named(number, name)
    return None


def _said(one: Record) -> str:
    match one:
        case Named():
            return f"#{one.id} “{one.name}”"
        case Grade():
            return f"#{one.id} (#{one.student_id}, #{one.subject_id})"
        case Change():
            return f"#{one.id} ({one.student}, {one.subject}, {one.at})"
    return f"#{one.id}"


def _keep(session: Session, was: Record) -> None:
    """Enter into the history what a grade was, if the history does not tell it yet."""
    if not isinstance(was, Grade):
        return
    given = (was.value, was.day, was.weight, was.work)
    told = grades.history(session, "grade", was.id)
    if given not in [(one.value, str(one.day), one.weight, one.work) for one in told]:
        grades.keep(session, grades.grades(session, "grade", was.id), "corrected")
