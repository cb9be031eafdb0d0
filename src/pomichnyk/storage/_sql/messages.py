"""Messages in tables: stored at once, indexed when somebody first searches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any
from uuid import UUID

from pomichnyk.domain.folding import document
from pomichnyk.domain.message import Message, State
from pomichnyk.errors import ConflictError
from pomichnyk.storage import FOUND, MessageRepository
from pomichnyk.storage._rules import beginning, identifier
from pomichnyk.storage._sql.repository import unknown
from pomichnyk.storage._sql.rows import MESSAGE, message_row
from pomichnyk.storage._sql.rows import message as made
from pomichnyk.storage._sql.rows import moment as stored
from pomichnyk.storage._sql.search import find
from pomichnyk.storage._sql.sessions import BATCH, Database, Row, Session, batches
from pomichnyk.storage._sql.words import EVERY, check, count_words
from pomichnyk.text import Text


class SqlMessages(MessageRepository):
    """Keeps messages: those that came, and the outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def receive(self, messages: Sequence[Message]) -> int:
        """Store messages that came, as one transaction; return how many are new."""
        rows = [message_row(one) for one in messages]
        with self._database.writing() as session:
            return session.insert_new("message.receive", MESSAGE, rows)

    def put(self, messages: Iterable[Message]) -> None:
        """Store messages, new ones and in place of old ones."""
        with self._database.writing() as session:
            for batch in batches(messages):
                every = {str(one.id): one for one in batch}
                known = _stored(session, [*every])
                _change(session, [(every[one], row) for one, row in known.items()])
                session.many(
                    "message.add",
                    [_values(new) for one, new in every.items() if one not in known],
                )

    def get(self, identifier: UUID) -> Message:
        """Return the message with that id."""
        with self._database.reading() as session:
            pk, *_ = _known(session, identifier)
            return _loaded(session, [pk])[0]

    def refer(self, reference: str, limit: int = 5) -> list[Message]:
        """Return the messages whose id is so or begins so, the latest first."""
        part = identifier(reference) or beginning(reference)
        if not part:
            return []
        with self._database.reading() as session:
            found = session.rows("message.beginning", beginning=part, end=f"{part}g", limit=limit)
            return _loaded(session, [pk for (pk,) in found])

    def update(self, message: Message, *, was: Message) -> None:
        """Replace a message, provided that it still is what it was."""
        with self._database.writing() as session:
            row = _known(session, was.id)
            if row[1] != stored(was.changed):
                raise ConflictError(Text("“{id}” was changed meanwhile", id=was.id))
            _change(session, [(message, row)])

    def remove(self, identifier: UUID) -> None:
        """Remove the message with that id."""
        with self._database.writing() as session:
            pk, _, folded = _known(session, identifier)
            session.run("message.remove", at=pk)
            count_words(session, "message", new=(), old=filter(None, [folded]))

    def count(self) -> int:
        """Return how many messages are stored."""
        with self._database.reading() as session:
            ((count,),) = session.rows("message.count")
            return int(count)

    def all(self, *, state: State | None = None, limit: int | None = None) -> Iterator[Message]:
        """Yield the messages, the latest stored first."""
        sent = state and state is not State.RECEIVED
        name = "every" if state is None else "sent" if sent else "received"
        chosen = {"state": state.value} if state and sent else {}
        most = EVERY if limit is None else limit
        with (
            self._database.reading() as session,
            closing(session.stream(f"message.all.{name}", limit=most, **chosen)) as streamed,
        ):
            for rows in streamed:
                yield from _loaded(session, [pk for (pk,) in rows])

    def after(self, message: UUID | None, limit: int = FOUND) -> list[Message]:
        """Return the messages received after one, the oldest first."""
        with self._database.reading() as session:
            pk = _known(session, message)[0] if message else 0
            return list(map(made, session.rows("message.after", after=pk, limit=limit)))

    def due(self, moment: datetime, limit: int = FOUND) -> list[Message]:
        """Return the waiting messages that are due at a moment, the longest due first."""
        with self._database.reading() as session:
            return list(map(made, session.rows("message.due", moment=stored(moment), limit=limit)))

    def find(self, query: str, limit: int = FOUND) -> list[Message]:
        """Return the messages that have every word of the query, the best first."""
        self._index()
        with self._database.reading() as session:
            return _loaded(session, find(session, "message", query, limit))

    def check(self) -> Iterator[Text]:
        """Yield a line for each disagreement of the words that are stored with what they are of."""
        with self._database.reading() as session:
            yield from check(session, "message", _loaded)

    def _index(self) -> None:
        """Make what a search needs of the messages that were stored since the last one.

        They are behind all that have it: keys grow in the order of storing, as writers take turns.
        Each batch is a transaction of its own, so that those who receive need not wait for long.
        """
        with self._database.reading() as session:
            ((after,),) = session.rows("message.indexed")
            rows = session.rows("message.unindexed", after=after, limit=1)
        while rows:
            with self._database.writing() as session:
                rows = session.rows("message.unindexed", after=after, limit=BATCH)
                _index(session, rows)
            after = rows[-1][0] if rows else after


def _index(session: Session, rows: Sequence[Row]) -> None:
    folded = [document(made(row).searched()) for row in rows]
    session.many(
        "message.index",
        [{"at": row[0], "folded": words} for row, words in zip(rows, folded, strict=True)],
    )
    count_words(session, "message", new=folded, old=())


def _change(session: Session, changes: Sequence[tuple[Message, Row]]) -> None:
    """Replace messages, given with what is stored of them; one that is indexed stays so."""
    rows = []
    for new, (pk, _, folded) in changes:
        words = None if folded is None else document(new.searched())
        rows.append({**_values(new), "at": pk, "folded": words})
    session.many("message.change", rows)
    count_words(
        session,
        "message",
        new=filter(None, (row["folded"] for row in rows)),
        old=filter(None, (folded for _, (_, _, folded) in changes)),
    )


def _values(message: Message) -> dict[str, Any]:
    return dict(zip(MESSAGE, message_row(message), strict=True))


def _known(session: Session, identifier: UUID) -> Row:
    """Return (key, changed, folded) of a message.

    Raises:
        NotFoundError: it is not stored.
    """
    stored = _stored(session, [str(identifier)])
    if not stored:
        raise unknown(identifier)
    return stored[str(identifier)]


def _stored(session: Session, ids: list[str]) -> dict[str, Row]:
    return {one: tuple(rest) for one, *rest in session.rows("message.stored", ids=ids)}


def _loaded(session: Session, pks: Sequence[int]) -> list[Message]:
    """Return the messages with these keys, in their order."""
    if not pks:
        return []
    rows = {row[0]: row for row in session.rows("message.rows", pks=[*pks])}
    return [made(rows[pk]) for pk in pks]
