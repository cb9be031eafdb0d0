"""Contacts as documents, each with its card."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from pymongo.client_session import ClientSession

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.errors import ConflictError
from pomichnyk.storage import FOUND, ContactRepository, Decide
from pomichnyk.storage._mongo.batches import batches
from pomichnyk.storage._mongo.documents import (
    Document,
    contact,
    contact_document,
    entry,
    entry_document,
)
from pomichnyk.storage._mongo.repository import BY_NAME, HIDDEN, UNREAD, MongoRepository, tagged
from pomichnyk.storage._mongo.search import between
from pomichnyk.storage._mongo.sessions import Turn
from pomichnyk.storage._rules import celebrations, compared, identifier
from pomichnyk.text import Text

ASKED = 1_000
"""How many UIDs or digests are asked for at once."""
DAYS = 31
"""For how many days birthdays are asked for at once."""


class MongoContacts(MongoRepository[Contact], ContactRepository):
    """Keeps contacts, and with each the card it came from."""

    kind = "contacts"
    noun = Text("contact")
    orders: ClassVar = {
        "name": BY_NAME,
        "birthday": (("day", 1), *BY_NAME),
        "added": (("created", -1), *BY_NAME),
        "changed": (("changed", -1), *BY_NAME),
    }
    ranked = BY_NAME
    initial: ClassVar = {"card": None}

    def document(self, record: Contact) -> Document:
        """Return the document of a contact, without its card."""
        return contact_document(record)

    def record(self, stored: Mapping[str, Any]) -> Contact:
        """Return the contact that a document holds."""
        return contact(stored)

    def put(self, entries: Iterable[Entry]) -> None:
        """Store entries, new ones and in place of old ones."""
        every = self._latest(entries)
        self._database.write(
            self.kind, lambda turn: self._writer.put(turn, every, entry_document), len(every) + 1
        )

    def card(self, identifier: UUID) -> Card | None:
        """Return the card that a contact came from."""
        with self._database.told():
            stored = self._records.find_one({"_id": str(identifier)}, {"card": 1})
        card = stored and stored["card"]
        return Card(**card) if card else None

    def entries(self, *, tag: str = "") -> Iterator[Entry]:
        """Yield the contacts with their cards, ordered by name, then id."""
        stored = self._database.stream(self.kind, tagged(tag), UNREAD, BY_NAME)
        yield from map(entry, stored)

    def known(self, *, uids: Collection[str], digests: Collection[str]) -> list[Entry]:
        """Return the entries whose card has one of the UIDs or digests, or whose id is one."""
        with self._database.told():
            return self._known(uids, digests, None)

    def reconcile(self, decide: Decide, *, uids: Collection[str], digests: Collection[str]) -> None:
        """Store the entries that ``decide`` makes of the ones known, as one transaction.

        It is asked once: what it decided is tried again as long as the same entries are known.

        Raises:
            ConflictError: another program changed them, after a failure of the server.
        """
        decided: list[tuple[list[Entry], list[Entry]]] = []

        def work(turn: Turn) -> None:
            known = self._known(uids, digests, turn.session)
            if not decided:
                decided.append((known, self._latest(decide(known))))
            before, entries = decided[0]
            if known != before:
                raise ConflictError(
                    Text("{path}: another program changed it meanwhile", path=self._database.url)
                )
            self._writer.put(turn, entries, entry_document)

        self._database.write(self.kind, work, len(uids) + len(digests) + 1)

    def birthdays(self, first: date, days: int) -> Iterator[Contact]:
        """Yield the contacts who celebrate on one of so many days, the soonest first."""
        for some in batches(celebrations(first, days), DAYS, len):
            when = {
                month * 100 + day: number
                for number, dates in enumerate(some)
                for month, day in dates
            }
            stored = self._database.stream(self.kind, {"day": {"$in": [*when]}}, HIDDEN, BY_NAME)
            yield from map(contact, sorted(stored, key=lambda one: when[one["day"]]))

    def names(self, beginning: str = "", limit: int = FOUND) -> list[str]:
        """Return the names that begin so, in order, without repeats."""
        begin = compared(beginning)
        condition = {"folded_name": between(begin)} if begin else {}
        names: dict[str, None] = {}
        with self._database.told():
            found = self._records.find(condition, {"_id": 0, "name": 1, "place": 1})
            for one in found.sort((("place", 1), ("name", 1))).allow_disk_use(True):
                if len(names) >= limit:
                    break
                names[one["name"]] = None
        return [*names]

    def _latest(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return the entries, of those with the same id the last, if they can be stored."""
        every = [*{entry.contact.id: entry for entry in entries}.values()]
        self._writer.refuse(every, entry_document)
        return every

    def _known(
        self, uids: Collection[str], digests: Collection[str], session: ClientSession | None
    ) -> list[Entry]:
        asked = {
            "_id": [one for uid in uids if (one := identifier(uid))],
            "card.uid": [uid for uid in uids if uid],
            "card.digest": [*digests],
        }
        found: dict[str, Document] = {}
        for field, values in asked.items():
            for some in batches(values, ASKED, len):
                condition = {field: {"$in": some}}
                for stored in self._records.find(
                    condition, dict.fromkeys(UNREAD, 0), session=session
                ):
                    found[stored["_id"]] = stored
        ordered = sorted(found.values(), key=lambda one: (one["place"], one["_id"]))
        return list(map(entry, ordered))
