"""All in memory, shared by threads, gone at exit: the contract in plain Python."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from threading import RLock
from typing import Any, ClassVar
from uuid import UUID

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.folding import fold, place
from pomichnyk.domain.note import Note
from pomichnyk.errors import ConflictError, NotFoundError
from pomichnyk.storage import (
    FOUND,
    ContactRepository,
    Decide,
    Info,
    NoteRepository,
    Record,
    Repository,
    Storage,
)
from pomichnyk.storage._documents import Documents
from pomichnyk.storage._memory_messages import MemoryMessages
from pomichnyk.storage._rules import (
    Rank,
    Words,
    beginning,
    best,
    celebrations,
    compared,
    identifier,
)
from pomichnyk.text import Text

Order = Callable[[Any], Any]


class MemoryRepository(Repository[Record]):
    """Keeps records in a dictionary, in the order of their adding."""

    def __init__(self, lock: RLock) -> None:
        self._lock = lock
        self._records: dict[UUID, Record] = {}
        self._documents = Documents()

    orders: ClassVar[Mapping[str, Order]]
    """How ``all`` sorts; the first is the usual one."""

    @abstractmethod
    def named(self, record: Record) -> str:
        """Return the name by which a record is referred to."""

    @abstractmethod
    def ranked(self, record: Record) -> Any:
        """Return the key by which those that a search finds are ordered within a rank."""

    def add(self, record: Record) -> None:
        """Store a new record."""
        with self._lock:
            if record.id in self._records:
                raise ConflictError(Text("the id {id} is taken", id=record.id))
            self._keep(record)

    def get(self, identifier: UUID) -> Record:
        """Return the record with that id."""
        with self._lock:
            if identifier not in self._records:
                raise NotFoundError(Text("nothing is stored under “{ref}”", ref=identifier))
            return self._records[identifier]

    def refer(self, reference: str, limit: int = 5) -> list[Record]:
        """Return the records that a typed reference may mean."""
        whole, part, name = identifier(reference), beginning(reference), compared(reference.strip())
        rules: tuple[Callable[[Record], bool], ...] = (
            lambda record: str(record.id) == whole,
            lambda record: bool(name) and fold(self.named(record)) == name,
            lambda record: bool(part) and str(record.id).startswith(part),
        )
        with self._lock:
            meant = (list(filter(rule, self._records.values())) for rule in rules)
            return self._by_name(next(filter(None, meant), []))[:limit]

    def update(self, record: Record, *, was: Record) -> None:
        """Replace a record, provided that it still is what it was."""
        with self._lock:
            if self.get(was.id).changed != was.changed:
                raise ConflictError(Text("“{id}” was changed meanwhile", id=was.id))
            self._keep(record)

    def remove(self, identifier: UUID) -> None:
        """Remove the record with that id."""
        with self._lock:
            self.get(identifier)
            del self._records[identifier]
            self._documents.forget(identifier)

    def count(self) -> int:
        """Return how many records are stored."""
        return len(self._records)

    def all(self, *, tag: str = "", sort: str = "", limit: int | None = None) -> Iterator[Record]:
        """Yield the records, all or those with a tag."""
        with self._lock:
            records = [record for record in self._records.values() if _tagged(record, tag)]
        order = self.orders[sort] if sort else next(iter(self.orders.values()))
        yield from sorted(records, key=order)[:limit]

    def find(self, query: str, limit: int = FOUND) -> list[Record]:
        """Return the records that have every word of the query, the best first."""
        with self._lock:
            found = best(query, limit, self._hits, self._documents.vocabulary)
            return [self._records[identifier] for identifier in found]

    def tags(self) -> Mapping[str, int]:
        """Return how many records have each tag, in the order of the tags' places."""
        spellings: dict[str, list[str]] = {}
        counted: Counter[str] = Counter()
        with self._lock:
            for record in self._records.values():
                counted.update({fold(tag) for tag in record.tags})
                for tag in record.tags:
                    spellings.setdefault(fold(tag), []).append(tag)
        ordered = sorted(spellings, key=lambda one: (min(map(place, spellings[one])), one))
        return {min(spellings[folded]): counted[folded] for folded in ordered}

    def _keep(self, record: Record) -> None:
        self._records[record.id] = record
        self._documents.keep(record.id, record.searched())

    def _by_name(self, records: Iterable[Record]) -> list[Record]:
        return sorted(records, key=lambda one: (place(self.named(one)), str(one.id)))

    def _hits(self, words: Words, rank: Rank, limit: int, among: int) -> list[UUID]:
        fitting = self._documents.fitting(words, rank)[:among]
        ranked = sorted((self._records[one] for one in fitting), key=self.ranked)
        return [record.id for record in ranked[:limit]]


class MemoryContacts(MemoryRepository[Contact], ContactRepository):
    """Keeps contacts, and their cards beside them."""

    def __init__(self, lock: RLock) -> None:
        super().__init__(lock)
        self._cards: dict[UUID, Card] = {}

    orders: ClassVar = {
        "name": lambda one: (place(one.name), str(one.id)),
        "birthday": lambda one: (_day(one), place(one.name), str(one.id)),
        "added": lambda one: (_latest(one.created), place(one.name), str(one.id)),
        "changed": lambda one: (_latest(one.changed), place(one.name), str(one.id)),
    }

    def named(self, record: Contact) -> str:
        """Return the contact's name."""
        return record.name

    def ranked(self, record: Contact) -> Any:
        """Return the key of the order by name, then id."""
        return place(record.name), str(record.id)

    def put(self, entries: Iterable[Entry]) -> None:
        """Store entries, new ones and in place of old ones."""
        every = list(entries)
        with self._lock:
            for entry in every:
                self._keep(entry.contact)
                self._cards.pop(entry.contact.id, None)
                if entry.card:
                    self._cards[entry.contact.id] = entry.card

    def remove(self, identifier: UUID) -> None:
        """Remove the contact with that id and its card."""
        with self._lock:
            super().remove(identifier)
            self._cards.pop(identifier, None)

    def card(self, identifier: UUID) -> Card | None:
        """Return the card that a contact came from."""
        return self._cards.get(identifier)

    def entries(self, *, tag: str = "") -> Iterator[Entry]:
        """Yield the contacts with their cards, ordered by name, then id."""
        with self._lock:
            entries = list(map(self._entry, self.all(tag=tag)))
        yield from entries

    def known(self, *, uids: Collection[str], digests: Collection[str]) -> list[Entry]:
        """Return the entries whose card has one of the UIDs or digests, or whose id is one."""
        ids, uids = {identifier(uid) for uid in uids}, {*uids} - {""}
        with self._lock:
            return [
                entry
                for entry in self.entries()
                if str(entry.contact.id) in ids
                or (entry.card and (entry.card.uid in uids or entry.card.digest in digests))
            ]

    def reconcile(self, decide: Decide, *, uids: Collection[str], digests: Collection[str]) -> None:
        """Store the entries that ``decide`` makes of the ones known, as one transaction."""
        with self._lock:
            self.put(decide(self.known(uids=uids, digests=digests)))

    def birthdays(self, first: date, days: int) -> Iterator[Contact]:
        """Yield the contacts who celebrate on one of so many days, the soonest first."""
        contacts = list(self.all())
        for dates in celebrations(first, days):
            yield from (contact for contact in contacts if _day(contact) in dates)

    def names(self, beginning: str = "", limit: int = FOUND) -> list[str]:
        """Return the names that begin so, in order, without repeats."""
        names = {one.name for one in self.all() if fold(one.name).startswith(compared(beginning))}
        return sorted(map(str, names), key=lambda name: (place(name), name))[:limit]

    def _entry(self, contact: Contact) -> Entry:
        return Entry(contact, self._cards.get(contact.id))


class MemoryNotes(MemoryRepository[Note], NoteRepository):
    """Keeps notes."""

    orders: ClassVar = {
        "added": lambda one: (_latest(one.created), str(one.id)),
        "changed": lambda one: (_latest(one.changed), _latest(one.created), str(one.id)),
        "tag": lambda one: (_first(one), _latest(one.created), str(one.id)),
    }

    def named(self, record: Note) -> str:
        """Return the note's first line."""
        return record.title

    def ranked(self, record: Note) -> Any:
        """Return the key of the order by change, the latest first, then id."""
        return _latest(record.changed), str(record.id)

    def put(self, notes: Iterable[Note]) -> None:
        """Store notes, new ones and in place of old ones."""
        every = list(notes)
        with self._lock:
            for note in every:
                self._keep(note)

    def mentioning(self, contact: UUID) -> Iterator[Note]:
        """Yield the notes that mention a contact, the latest changed first."""
        with self._lock:
            notes = [note for note in self._records.values() if contact in note.contacts]
        yield from sorted(notes, key=self.ranked)


class MemoryStorage(Storage):
    """A home that is gone when the program ends."""

    name = "memory"

    def __init__(self, url: str) -> None:
        self._url = url
        lock = RLock()
        self.contacts, self.notes = MemoryContacts(lock), MemoryNotes(lock)
        self.messages = MemoryMessages(lock)

    def info(self) -> Info:
        """Return what there is to know about the storage."""
        counts = self.contacts.count(), self.notes.count(), self.messages.count()
        return Info(self._url, "", *counts)

    def upgrade(self) -> str:
        """Return no revision: there is no schema."""
        return ""

    def check(self) -> list[Text]:
        """Return no damage: there is nothing on disk to be damaged."""
        return []

    def close(self) -> None:
        """Free nothing: the records go with the storage itself."""


def _tagged(record: Contact | Note, tag: str) -> bool:
    return not tag or compared(tag) in map(fold, record.tags)


def _latest(moment: datetime) -> timedelta:
    return datetime.max.replace(tzinfo=UTC) - moment


def _day(contact: Contact) -> tuple[int, int]:
    born = contact.birthday
    return (born.month, born.day) if born else (13, 0)


def _first(note: Note) -> tuple[bool, str]:
    return not note.tags, min(map(place, note.tags), default="")
