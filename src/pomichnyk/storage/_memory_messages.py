"""Messages in memory: what the contract says, in plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from threading import RLock
from typing import Any
from uuid import UUID

from pomichnyk.domain.message import Message, State
from pomichnyk.errors import ConflictError, NotFoundError
from pomichnyk.storage import FOUND, MessageRepository
from pomichnyk.storage._documents import Documents
from pomichnyk.storage._rules import Rank, Words, beginning, best, identifier
from pomichnyk.text import Text


class MemoryMessages(MessageRepository):
    """Keeps messages in a dictionary, in the order of their storing."""

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._messages: dict[UUID, Message] = {}
        self._received: dict[tuple[str, str], UUID] = {}
        self._documents = Documents()

    def receive(self, messages: Sequence[Message]) -> int:
        """Store messages that came; return how many are new."""
        new: dict[tuple[str, str], Message] = {}
        for one in messages:
            new.setdefault(_mark(one), one)
        with self._lock:
            unknown = [one for mark, one in new.items() if mark not in self._received]
            if taken := [one.id for one in unknown if one.id in self._messages]:
                raise ConflictError(Text("the id {id} is taken", id=taken[0]))
            for one in unknown:
                self._keep(one)
            return len(unknown)

    def put(self, messages: Iterable[Message]) -> None:
        """Store messages, new ones and in place of old ones."""
        every = list(messages)
        with self._lock:
            for one in every:
                if not self._repeated(one):
                    self._replace(one)

    def get(self, identifier: UUID) -> Message:
        """Return the message with that id."""
        with self._lock:
            if identifier not in self._messages:
                raise NotFoundError(Text("nothing is stored under “{ref}”", ref=identifier))
            return self._messages[identifier]

    def refer(self, reference: str, limit: int = 5) -> list[Message]:
        """Return the messages whose id is so or begins so, the latest first."""
        part = identifier(reference) or beginning(reference)
        return [one for one in self.all() if part and str(one.id).startswith(part)][:limit]

    def update(self, message: Message, *, was: Message) -> None:
        """Replace a message, provided that it still is what it was."""
        with self._lock:
            if self.get(was.id).changed != was.changed:
                raise ConflictError(Text("“{id}” was changed meanwhile", id=was.id))
            self._replace(message)

    def remove(self, identifier: UUID) -> None:
        """Remove the message with that id."""
        with self._lock:
            self._forget(self.get(identifier))
            del self._messages[identifier]
            self._documents.forget(identifier)

    def count(self) -> int:
        """Return how many messages are stored."""
        return len(self._messages)

    def all(self, *, state: State | None = None, limit: int | None = None) -> Iterator[Message]:
        """Yield the messages, the latest stored first."""
        with self._lock:
            chosen = [one for one in self._messages.values() if state in (None, one.state)]
        yield from sorted(chosen, key=_latest)[:limit]

    def after(self, message: UUID | None, limit: int = FOUND) -> list[Message]:
        """Return the messages received after one, the oldest first."""
        with self._lock:
            every, seen = list(self._messages.values()), message and self.get(message)
        later = every[every.index(seen) + 1 :] if seen else every
        return [one for one in later if one.state is State.RECEIVED][:limit]

    def due(self, moment: datetime, limit: int = FOUND) -> list[Message]:
        """Return the waiting messages that are due at a moment, the longest due first."""
        waiting = self.all(state=State.WAITING)
        due = [(one.due, str(one.id), one) for one in waiting if one.due and one.due <= moment]
        return [one for *_, one in sorted(due)[:limit]]

    def find(self, query: str, limit: int = FOUND) -> list[Message]:
        """Return the messages that have every word of the query, the best first."""
        with self._lock:
            found = best(query, limit, self._hits, self._documents.vocabulary)
            return [self._messages[one] for one in found]

    def _hits(self, words: Words, rank: Rank, limit: int, among: int) -> list[UUID]:
        last = self._documents.fitting(words, rank)[::-1][:among]
        ranked = sorted((self._messages[one] for one in last), key=_latest)
        return [one.id for one in ranked[:limit]]

    def _replace(self, message: Message) -> None:
        if message.id in self._messages:
            self._forget(self._messages[message.id])
        self._keep(message)

    def _repeated(self, message: Message) -> bool:
        """Tell whether a message was received under another id."""
        received = message.state is State.RECEIVED
        return received and self._received.get(_mark(message), message.id) != message.id

    def _keep(self, message: Message) -> None:
        self._messages[message.id] = message
        self._documents.keep(message.id, message.searched())
        if message.state is State.RECEIVED:
            self._received[_mark(message)] = message.id

    def _forget(self, message: Message) -> None:
        if message.state is State.RECEIVED:
            del self._received[_mark(message)]


def _mark(message: Message) -> tuple[str, str]:
    return message.sender, message.key


def _latest(message: Message) -> Any:
    """Return the key of the order by storing, the latest first, then id."""
    return datetime.max.replace(tzinfo=UTC) - message.created, str(message.id)
