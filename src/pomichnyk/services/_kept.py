"""Contacts, notes and messages as shelves."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pomichnyk.domain.contact import Entry
from pomichnyk.domain.folding import place
from pomichnyk.domain.message import Message, State
from pomichnyk.domain.note import Note
from pomichnyk.errors import ConflictError, NotFoundError
from pomichnyk.services._shelves import Pair, Shelf, Stored
from pomichnyk.storage import ContactRepository, MessageRepository
from pomichnyk.text import Text

Dated = TypeVar("Dated", bound=Note | Message)

BATCH = 500
"""How many records are looked up or stored in one transaction."""
_LAST = datetime.max.replace(tzinfo=UTC)


class Contacts(Shelf[Entry]):
    """Contacts with the cards they came from; their order is that of their names, then ids."""

    name, title = "contacts", Text("contacts")

    def __init__(self, contacts: ContactRepository) -> None:
        self._contacts = contacts

    def count(self) -> int:
        """Return how many contacts there are."""
        return self._contacts.count()

    def all(self) -> Generator[Entry, None, None]:
        """Yield them by name, then id."""
        yield from self._contacts.entries()

    def key(self, item: Entry) -> Any:
        """Return what a contact is ordered by."""
        return place(item.contact.name), str(item.contact.id)

    def called(self, item: Entry) -> str:
        """Return the name and the id."""
        return f"{item.contact.name} ({item.contact.id})"

    def twin(self, item: Entry) -> Entry | None:
        """Return the entry of the same id, whatever its name is here."""
        known = self._contacts.known(uids=[str(item.contact.id)], digests=())
        return next((one for one in known if one.contact.id == item.contact.id), None)

    def is_later(self, one: Entry, other: Entry) -> bool:
        """Tell which contact was changed later."""
        return one.contact.changed > other.contact.changed

    def store(
        self, changes: Sequence[tuple[Entry, Entry | None]], *, over_later: bool = False
    ) -> Stored:
        """Store entries: what is here in their place is looked at again, and for the last time."""
        entries = {entry.contact.id: entry for entry, _ in changes}
        stored = Stored()

        def decide(known: list[Entry]) -> Iterable[Entry]:
            nonlocal stored
            there = {one.contact.id: one for one in known if one.contact.id in entries}
            updated = [
                entries[one]
                for one, entry in there.items()
                if entry != entries[one] and (over_later or not self.is_later(entry, entries[one]))
            ]
            stored = Stored(len(entries) - len(there), len(updated))
            return [*updated, *(entry for one, entry in entries.items() if one not in there)]

        self._contacts.reconcile(decide, uids=[*map(str, entries)], digests=())
        return stored


class Keeper(Protocol[Dated]):
    """A repository of notes or messages, as far as copying needs it."""

    def count(self) -> int:
        """Return how many records are stored."""

    def all(self) -> Iterator[Dated]:
        """Yield them, the latest created first, then by id."""

    def get(self, identifier: UUID, /) -> Dated:
        """Return the record with that id."""

    def put(self, records: Iterable[Dated], /) -> None:
        """Store records, new ones and in place of old ones."""

    def update(self, record: Dated, /, *, was: Dated) -> None:
        """Replace a record, provided that it still is what it was."""


class Latest(Shelf[Dated]):
    """Notes or messages; the latest created come first, then by id."""

    def __init__(self, keeper: Keeper[Dated]) -> None:
        self._keeper: Keeper[Dated] = keeper

    def count(self) -> int:
        """Return how many there are."""
        return self._keeper.count()

    def all(self) -> Generator[Dated, None, None]:
        """Yield them, the latest created first, then by id."""
        yield from self._keeper.all()

    def key(self, item: Dated) -> Any:
        """Return what a record is ordered by."""
        return _LAST - item.created, str(item.id)

    def twin(self, item: Dated) -> Dated | None:
        """Return the record of the same id."""
        try:
            return self._keeper.get(item.id)
        except NotFoundError:
            return None

    def is_later(self, one: Dated, other: Dated) -> bool:
        """Tell which was changed later."""
        return one.changed > other.changed

    def store(
        self, changes: Sequence[tuple[Dated, Dated | None]], *, over_later: bool = False
    ) -> Stored:
        """Store new records at once, others one by one, unless they are changed meanwhile."""
        new = [mine for mine, theirs in changes if theirs is None]
        if over_later:
            self._keeper.put([mine for mine, _ in changes])
            return Stored(len(new), len(changes) - len(new))
        self._keeper.put(new)
        updated = 0
        for mine, was in changes:
            if was is None or self.is_later(was, mine):
                continue
            with suppress(ConflictError, NotFoundError):  # the comparison will tell
                self._keeper.update(mine, was=was)
                updated += 1
        return Stored(len(new), updated)


class Notes(Latest[Note]):
    """Notes."""

    name, title = "notes", Text("notes")

    def called(self, item: Note) -> str:
        """Return the first line and the id."""
        return f"{item.title} ({item.id})"


class Messages(Latest[Message]):
    """Messages; those that came are stored in the order in which they came."""

    name, title = "messages", Text("messages")

    def __init__(self, messages: MessageRepository) -> None:
        super().__init__(messages)
        self._messages = messages

    def called(self, item: Message) -> str:
        """Return the sender and the id."""
        return f"{item.sender} ({item.id})"

    def oldest(self) -> Generator[Message, None, None]:
        """Yield those that came in the order of their coming, then the others."""
        last: UUID | None = None
        while batch := self._messages.after(last, BATCH):
            yield from batch
            last = batch[-1].id
        for state in State:
            if state is not State.RECEIVED:
                yield from self._messages.all(state=state)

    def beside(self, source: Iterable[Message]) -> Iterator[Pair[Message]]:
        """Yield messages in the order of their storing, which is that of no key."""
        known = self.count() > 0
        for message in source:
            yield message, self.twin(message) if known else None
