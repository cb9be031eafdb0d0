"""Messages as documents: stored at once, given their words when somebody first searches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from pomichnyk.domain.message import Message, State
from pomichnyk.errors import ConflictError
from pomichnyk.storage import FOUND, MessageRepository
from pomichnyk.storage._mongo.batches import BATCH, batches
from pomichnyk.storage._mongo.documents import Document, found_by, message_document
from pomichnyk.storage._mongo.documents import message as made
from pomichnyk.storage._mongo.documents import moment as stored
from pomichnyk.storage._mongo.repository import remove, still, unknown
from pomichnyk.storage._mongo.search import Search
from pomichnyk.storage._mongo.sessions import Condition, MongoDatabase, Order, Turn
from pomichnyk.storage._mongo.writing import Writer
from pomichnyk.storage._rules import beginning, identifier
from pomichnyk.text import Text

KIND = "messages"
HIDDEN = ("words", "parts")
LATEST: Order = (("created", -1), ("_id", 1))
RECEIVED = {"state": State.RECEIVED.value}
UNINDEXED: Condition = {"words": None}
ASKED = 1_000
"""How many ids or keys are asked for at once."""
MARKED = {"sender": 1, "key": 1, "state": 1}
Mark = tuple[str, str]
"""Sender and key of a message that was received."""


class MongoMessages(MessageRepository):
    """Keeps messages: those that came, and the outbox."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database, self._messages = database, database[KIND]
        self._search = Search(database, KIND, LATEST, first=-1, hidden=HIDDEN)
        self._writer = Writer(database, KIND, Text("message"))

    def receive(self, messages: Sequence[Message]) -> int:
        """Store messages that came, as one transaction; return how many are new.

        On a standalone server, which has no transactions, they are stored one after the other;
        those of which it was not said that they are stored may be delivered again.
        """
        self._writer.refuse(messages, _document)
        came: dict[Mark, Message] = {}
        for one in messages:
            came.setdefault(_mark(one), one)
        if not came:
            return 0
        return self._database.write(KIND, lambda turn: self._receive(turn, came), len(came))

    def put(self, messages: Iterable[Message]) -> None:
        """Store messages, new ones and in place of old ones."""
        every = list(messages)
        self._writer.refuse(every, _document)
        self._database.write(
            KIND,
            lambda turn: self._writer.put(turn, self._wanted(turn, every), _document),
            len(every) + 1,
        )

    def get(self, identifier: UUID) -> Message:
        """Return the message with that id."""
        with self._database.told():
            return made(self._stored(identifier))

    def refer(self, reference: str, limit: int = 5) -> list[Message]:
        """Return the messages whose id is so or begins so, the latest first."""
        part = identifier(reference) or beginning(reference)
        meant = {"_id": {"$gte": part, "$lt": f"{part}g"}}
        return [*self._listed(meant, LATEST, limit)] if part else []

    def update(self, message: Message, *, was: Message) -> None:
        """Replace a message, provided that it still is what it was."""
        self._writer.refuse([message], _document)

        def work(turn: Turn) -> None:
            still(self._database, KIND, was.id, stored(was.changed), turn.session)
            self._writer.put(turn, [message], _document)

        self._database.write(KIND, work)

    def remove(self, identifier: UUID) -> None:
        """Remove the message with that id."""
        remove(self._database, KIND, identifier)

    def count(self) -> int:
        """Return how many messages are stored."""
        with self._database.told():
            return self._messages.count_documents({})

    def all(self, *, state: State | None = None, limit: int | None = None) -> Iterator[Message]:
        """Yield the messages, the latest stored first."""
        yield from self._listed({"state": state.value} if state else {}, LATEST, limit)

    def after(self, message: UUID | None, limit: int = FOUND) -> list[Message]:
        """Return the messages received after one, the oldest first."""
        with self._database.told():
            added = self._stored(message)["added"] if message else -1
        return [*self._listed(RECEIVED | {"added": {"$gt": added}}, (("added", 1),), limit)]

    def due(self, moment: datetime, limit: int = FOUND) -> list[Message]:
        """Return the waiting messages that are due at a moment, the longest due first."""
        due = {"state": State.WAITING.value, "due": {"$lte": stored(moment)}}
        return [*self._listed(due, (("due", 1), ("_id", 1)), limit)]

    def find(self, query: str, limit: int = FOUND) -> list[Message]:
        """Return the messages that have every word of the query, the best first."""
        with self._database.told():
            while self._messages.find_one(UNINDEXED, {"_id": 1}):
                self._database.write(KIND, self._index)
            return list(map(made, self._search.find(query, limit)))

    def _listed(self, condition: Condition, order: Order, limit: int | None) -> Iterator[Message]:
        return map(made, self._database.stream(KIND, condition, HIDDEN, order, limit))

    def _stored(self, identifier: UUID) -> Document:
        document = self._messages.find_one({"_id": str(identifier)}, dict.fromkeys(HIDDEN, 0))
        if not document:
            raise unknown(identifier)
        return document

    def _receive(self, turn: Turn, came: dict[Mark, Message]) -> int:
        held = self._held(turn, came)
        new = [one for mark, one in came.items() if mark not in held]
        ids = {"_id": {"$in": [str(one.id) for one in new]}}
        if taken := self._messages.find_one(ids, {"_id": 1}, session=turn.session):
            raise ConflictError(Text("the id {id} is taken", id=taken["_id"]))
        self._writer.put(turn, new, _unindexed)
        return len(new)

    def _wanted(self, turn: Turn, messages: Sequence[Message]) -> list[Message]:
        """Return those that are to be put: not new ones that were received already.

        Raises:
            ConflictError: one that is stored would become a delivery repeated.
        """
        held = self._held(turn, list(filter(None, map(_received, messages))))
        marks = self._marks(turn, messages)
        wanted: dict[str, Message] = {}
        for one in messages:
            key, mark = str(one.id), _received(one)
            repeated = mark is not None and held.get(mark, key) != key
            if repeated and key in marks:
                raise ConflictError(Text("“{id}” was received already", id=one.id))
            if not repeated:
                if before := marks.get(key):
                    held.pop(before, None)
                marks[key] = mark
                held |= {mark: key} if mark else {}
                wanted[key] = one
        return [*wanted.values()]

    def _held(self, turn: Turn, marks: Collection[Mark]) -> dict[Mark, str]:
        """Return the ids of the received messages that have the marks, by mark."""
        wanted, held = {*marks}, dict[Mark, str]()
        for some in batches({key for _, key in wanted}, ASKED, len):
            found = self._messages.find(
                RECEIVED | {"key": {"$in": some}}, MARKED, session=turn.session
            )
            held |= {(one["sender"], one["key"]): one["_id"] for one in found}
        return {mark: one for mark, one in held.items() if mark in wanted}

    def _marks(self, turn: Turn, messages: Sequence[Message]) -> dict[str, Mark | None]:
        """Return the marks of those of the messages that are stored, by id."""
        marks: dict[str, Mark | None] = {}
        for some in batches((str(one.id) for one in messages), ASKED, len):
            for one in self._messages.find({"_id": {"$in": some}}, MARKED, session=turn.session):
                received = one["state"] == State.RECEIVED
                marks[one["_id"]] = (one["sender"], one["key"]) if received else None
        return marks

    def _index(self, turn: Turn) -> None:
        """Give some of the messages that were received the words they are found by."""
        unindexed = self._messages.find(UNINDEXED, session=turn.session).limit(BATCH)
        self._writer.put(turn, list(map(made, unindexed)), _document)


def _mark(message: Message) -> Mark:
    return message.sender, message.key


def _received(message: Message) -> Mark | None:
    return _mark(message) if message.state is State.RECEIVED else None


def _document(message: Message) -> Document:
    return message_document(message) | found_by(message)


def _unindexed(message: Message) -> Document:
    return message_document(message) | {"words": None, "parts": None}
