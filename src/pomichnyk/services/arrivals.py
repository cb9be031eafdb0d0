"""Arrivals: the messages that come, as a server stores them and as whoever waits sees them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pomichnyk.domain.message import Message, State
from pomichnyk.errors import NotFoundError
from pomichnyk.storage import FOUND, Storage


class Inbox:
    """Where a server keeps what comes; knows which of it was new."""

    def __init__(self, storage: Storage) -> None:
        self._messages = storage.messages
        self._repeated = False

    def receive(self, messages: Sequence[Message]) -> int:
        """Store messages durably; see ``MessageRepository.receive``."""
        new = self._messages.receive(messages)
        self._repeated = new < len(messages)
        return new

    def news(self, messages: Sequence[Message]) -> list[Message]:
        """Return those of the messages received last that are no repeated deliveries."""
        return [one for one in messages if not self._repeated or self._kept(one.id)]

    def _kept(self, identifier: UUID) -> bool:
        try:
            return bool(self._messages.get(identifier))
        except NotFoundError:
            return False


class Arrivals:
    """What came since the last look, by whatever process it was received."""

    def __init__(self, storage: Storage) -> None:
        self._messages = storage.messages
        self._last: Message | None = None
        self._looked = False

    def skip(self) -> None:
        """Take everything that is stored for seen."""
        self._looked = True
        self._last = next(self._messages.all(state=State.RECEIVED, limit=1), None)
        while self.new():
            continue

    def new(self) -> list[Message]:
        """Return what came since the last look, the oldest first; at first, nothing."""
        if not self._looked:
            self.skip()
        found = self._later()
        self._last = found[-1] if found else self._last
        return found

    def _later(self) -> list[Message]:
        try:
            return self._messages.after(self._last.id if self._last else None)
        except NotFoundError:  # it was removed: those that came later are told by their time
            assert self._last
            last = self._last.created
            latest = self._messages.all(state=State.RECEIVED, limit=FOUND)
            return sorted(
                (one for one in latest if one.created > last), key=lambda one: one.created
            )
