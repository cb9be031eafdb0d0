"""Keeping: answers about everybody are kept for whoever asks next, until something changes.

Every transaction that writes leaves a mark that there never was before. What a session reads is
one moment, so the mark it finds stands for all it can read, in every process and on every
machine: an answer that is kept under it is right for ever, also for a copy of the database, and
need never be withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

from pomichnyk.gradebook.sessions import Database, Row, Session

DEAR = frozenset(
    ("best-in-subject", "group-averages", "stream-average", "teacher-average", "top-students")
)
"""Statements that go through the grades of many: the others are answered sooner by the database
than by any server of values."""
Selecting = Callable[[Session, str, str, Mapping[str, Any]], list[Row]]


def select(session: Session, _mark: str, statement: str, values: Mapping[str, Any]) -> list[Row]:
    """Return what a statement selects, for a gradebook of that mark."""
    return session.rows(statement, **values)


class KeptDatabase:
    """A gradebook that marks its changes.

    If it is given something that keeps what ``select`` returns by the mark, the statement and the
    values, its readers are answered from there.
    """

    def __init__(self, database: Database, select: Selecting | None = None) -> None:
        self._database, self._select = database, select

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Return a session that reads."""
        with self._database.reading() as session:
            yield KeptSession(session, self._select) if self._select else session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Return a session that changes, wholly and durably, or not at all."""
        with self._database.writing() as session:
            session.run("mark.change", mark=token_hex(16))
            yield session


class KeptSession:
    """One transaction that reads, and asks the database only for what is not kept."""

    def __init__(self, session: Session, select: Selecting) -> None:
        self._session, self._select = session, select
        self.stream, self.insert = session.stream, session.insert
        self.many, self.run = session.many, session.run

    def rows(self, statement: str, /, **values: Any) -> list[Row]:
        """Return what a statement selects."""
        marks = self._session.rows("mark.read") if statement in DEAR else []
        if not marks:
            return self._session.rows(statement, **values)
        return self._select(self._session, marks[0][0], statement, values)
