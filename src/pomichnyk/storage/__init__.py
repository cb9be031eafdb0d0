"""The homes of contacts, notes and messages: one contract, a file for each kind of store.

Terms: a *storage* opens and closes one home; a *repository* keeps the records of one kind in it;
a *record* is a contact, a note or a message; an *entry* is a contact with the card it came from.

Every method that changes is one transaction: it is done wholly, durably, or not at all.
Order is by keys computed in Python (``folding.place``), so every store answers alike, and ties
are broken by id. Repositories do not validate: what they are given is valid already.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Generic, Self, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.message import Message, State
from pomichnyk.domain.note import Note
from pomichnyk.errors import UsageError
from pomichnyk.meta import Meta
from pomichnyk.plugs import plug
from pomichnyk.text import Text

Record = TypeVar("Record", Contact, Note)

FOUND = 50
"""How many records a search returns unless told otherwise."""

RANKED = 200
"""How many hits of a rank are put in order: the first that were added, of messages the last."""


Decide = Callable[[list[Entry]], Iterable[Entry]]
"""Makes of the entries that are known those to be stored, new ones and in place of known ones."""


class Repository(Generic[Record], metaclass=Meta):
    """Keeps the records of one kind."""

    @abstractmethod
    def add(self, record: Record) -> None:
        """Store a new record.

        Raises:
            ConflictError: its id is taken.
        """

    @abstractmethod
    def get(self, identifier: UUID) -> Record:
        """Return the record with that id.

        Raises:
            NotFoundError: there is none.
        """

    @abstractmethod
    def refer(self, reference: str, limit: int = 5) -> list[Record]:
        """Return the records that a typed reference may mean.

        The first rule that fits any decides: the whole id; the name (a note's first line),
        compared folded; the beginning of an id. They come ordered by name, then id.
        """

    @abstractmethod
    def update(self, record: Record, *, was: Record) -> None:
        """Replace a record, provided that it still is what it was (by id and ``changed``).

        Raises:
            ConflictError: somebody changed it meanwhile.
            NotFoundError: somebody removed it meanwhile.
        """

    @abstractmethod
    def remove(self, identifier: UUID) -> None:
        """Remove the record with that id.

        Raises:
            NotFoundError: there is none.
        """

    @abstractmethod
    def count(self) -> int:
        """Return how many records are stored."""

    @abstractmethod
    def all(self, *, tag: str = "", sort: str = "", limit: int | None = None) -> Iterator[Record]:
        """Yield the records, all or those with a tag (compared folded).

        Contacts sort by ``name`` (the default), ``birthday`` (day of the year, those without
        one last), ``added`` or ``changed``; notes by ``added`` (the default), ``changed`` or
        ``tag`` (their first in order, those without one last). ``added`` and ``changed`` put
        the latest first. Ties: by name (a note's ``added``), then id.
        """

    @abstractmethod
    def find(self, query: str, limit: int = FOUND) -> list[Record]:
        """Return the records that have every word of the query, the best first.

        Words are compared folded, in any order, in any of their spellings (``folding.asked``).
        Ranks: every word whole; every word the beginning of one; every word inside one (from
        three letters on); every word so after correcting typos, only where nothing else was
        found. Within a rank by name, then id (notes: latest ``changed`` first, then id); among
        very many hits, those added first are ranked (see ``RANKED``). No words find nothing.
        """

    @abstractmethod
    def tags(self) -> Mapping[str, int]:
        """Return how many records have each tag, in the order of the tags' places."""


class ContactRepository(Repository[Contact]):
    """Keeps contacts, and with each the card it came from."""

    @abstractmethod
    def put(self, entries: Iterable[Entry]) -> None:
        """Store entries, new ones and in place of old ones with the same contact id.

        An entry without a card removes the card that was stored with the contact.
        """

    @abstractmethod
    def card(self, identifier: UUID) -> Card | None:
        """Return the card that a contact came from, or None if it came from none."""

    @abstractmethod
    def entries(self, *, tag: str = "") -> Iterator[Entry]:
        """Yield the contacts with their cards, ordered by name, then id."""

    @abstractmethod
    def known(self, *, uids: Collection[str], digests: Collection[str]) -> list[Entry]:
        """Return the entries whose card has one of the UIDs or digests, or whose id is one."""

    @abstractmethod
    def reconcile(self, decide: Decide, *, uids: Collection[str], digests: Collection[str]) -> None:
        """Store the entries that ``decide`` makes of the ones ``known``, as one transaction.

        Nobody changes what is known between the look and the storing, so nothing that another
        program stores meanwhile is overwritten or stored twice.
        """

    @abstractmethod
    def birthdays(self, first: date, days: int) -> Iterator[Contact]:
        """Yield the contacts who celebrate on one of so many days, the soonest first."""

    @abstractmethod
    def names(self, beginning: str = "", limit: int = FOUND) -> list[str]:
        """Return the names that begin so (compared folded), in order, without repeats."""


class NoteRepository(Repository[Note]):
    """Keeps notes and which contacts they mention."""

    @abstractmethod
    def mentioning(self, contact: UUID) -> Iterator[Note]:
        """Yield the notes that mention a contact, the latest changed first."""

    @abstractmethod
    def put(self, notes: Iterable[Note]) -> None:
        """Store notes, new ones and in place of old ones with the same id."""


class MessageRepository(metaclass=Meta):
    """Keeps messages: those that came, and the outbox."""

    @abstractmethod
    def receive(self, messages: Sequence[Message]) -> int:
        """Store messages that came, as one durable transaction; return how many are new.

        Those whose sender and key are stored already are deliveries repeated: they are left out.
        It may be called for many messages a second, so what a search needs may be made later.

        Raises:
            ConflictError: the id of a new one is taken; nothing is stored then.
        """

    @abstractmethod
    def put(self, messages: Iterable[Message]) -> None:
        """Store messages, new ones and in place of old ones with the same id.

        New ones that were received already, by sender and key, are left out.
        """

    @abstractmethod
    def get(self, identifier: UUID) -> Message:
        """Return the message with that id.

        Raises:
            NotFoundError: there is none.
        """

    @abstractmethod
    def refer(self, reference: str, limit: int = 5) -> list[Message]:
        """Return the messages whose id is so or begins so, the latest first."""

    @abstractmethod
    def update(self, message: Message, *, was: Message) -> None:
        """Replace a message, provided that it still is what it was (by id and ``changed``).

        Raises:
            ConflictError: somebody changed it meanwhile.
            NotFoundError: somebody removed it meanwhile.
        """

    @abstractmethod
    def remove(self, identifier: UUID) -> None:
        """Remove the message with that id.

        Raises:
            NotFoundError: there is none.
        """

    @abstractmethod
    def count(self) -> int:
        """Return how many messages are stored."""

    @abstractmethod
    def all(self, *, state: State | None = None, limit: int | None = None) -> Iterator[Message]:
        """Yield the messages, all or those in a state, the latest stored first, then by id."""

    @abstractmethod
    def after(self, message: UUID | None, limit: int = FOUND) -> list[Message]:
        """Return the messages received after one (from the first on if None), the oldest first.

        It tells what is new to whoever waits; the order is that of storing.

        Raises:
            NotFoundError: that one is not stored (any more).
        """

    @abstractmethod
    def due(self, moment: datetime, limit: int = FOUND) -> list[Message]:
        """Return the waiting messages that are due at a moment, the longest due first."""

    @abstractmethod
    def find(self, query: str, limit: int = FOUND) -> list[Message]:
        """Return the messages that have every word of the query, as notes are found.

        Within a rank the latest stored come first, then by id; among very many hits, those
        stored last are ranked (see ``RANKED``).
        """


@dataclass(frozen=True, slots=True)
class Info:
    """What a storage says of itself.

    Attributes:
        url: where it is, without a password.
        version: revision of its schema, or empty if it has none.
        size: bytes on disk, or None if it cannot tell.
    """

    url: str
    version: str
    contacts: int
    notes: int
    messages: int = 0
    size: int | None = None


class Storage(metaclass=Meta):
    """One home of contacts, notes and messages; made ready by being opened, freed by ``close``."""

    name: ClassVar[str]
    contacts: ContactRepository
    notes: NoteRepository
    messages: MessageRepository

    @abstractmethod
    def __init__(self, url: str) -> None:
        """Open the storage at a URL, making it or bringing its schema up to date if needed.

        Raises:
            UnavailableError: it cannot be reached, read or written, is damaged, or was made
                by a newer version of the program.
        """

    @abstractmethod
    def info(self) -> Info:
        """Return what there is to know about the storage."""

    @abstractmethod
    def upgrade(self) -> str:
        """Bring the schema up to date; return its revision (empty if it has none)."""

    @abstractmethod
    def check(self) -> list[Text]:
        """Look for damage and disagreement inside; return a line for each, none if it is sound."""

    @abstractmethod
    def close(self) -> None:
        """Free everything the storage holds; closing twice is harmless."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_storage(url: str) -> Storage:
    """Open the storage that a URL names: ``sqlite:///book.db``, ``memory:``, ...

    Raises:
        UsageError: it is no URL, or no storage goes by that scheme.
        DriverMissingError: it needs a package that is not installed.
        UnavailableError: it cannot be used.
    """
    try:
        scheme = urlsplit(url).scheme
    except ValueError as error:  # it may hold a password: only how it begins is told
        raise UsageError(
            Text("“{scheme}:…” is no URL: {why}", scheme=url.partition(":")[0], why=error)
        ) from error
    return plug(Storage, scheme.partition("+")[0])(url)
