"""Contacts and their cards in tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.storage import FOUND, ContactRepository, Decide
from pomichnyk.storage._rules import celebrations, compared, identifier
from pomichnyk.storage._sql.repository import SqlRepository
from pomichnyk.storage._sql.rows import (
    card_rows,
    contact,
    contact_row,
    detail_rows,
    tag_rows,
)
from pomichnyk.storage._sql.sessions import Parts, Row, Session, batches
from pomichnyk.storage._sql.words import counting

LAST = "\U0010ffff"
"""The last code point: what begins with a text lies between it and it with this behind."""


class SqlContacts(SqlRepository[Contact], ContactRepository):
    """Keeps contacts, and with each the card it came from."""

    kind = "contact"
    usual = "name"

    def _row(self, record: Contact) -> dict[str, Any]:
        return contact_row(record)

    def _part_rows(self, part: str, pk: int, record: Contact) -> Iterable[dict[str, Any]]:
        if part == "tags":
            return tag_rows("contact", pk, record.tags)
        return detail_rows(pk, record)

    def _record(self, row: Row, parts: Parts) -> Contact:
        return contact(row, parts)

    def put(self, entries: Iterable[Entry]) -> None:
        """Store entries, new ones and in place of old ones."""
        with self._database.writing() as session:
            self._put(session, entries)

    def card(self, identifier: UUID) -> Card | None:
        """Return the card that a contact came from."""
        with self._database.reading() as session:
            keys = [row[0] for row in self._stored(session, [str(identifier)]).values()]
            cards = self._cards(session, keys)
            return next(iter(cards.values()), None)

    def entries(self, *, tag: str = "") -> Iterator[Entry]:
        """Yield the contacts with their cards, ordered by name, then id."""
        with self._database.reading() as session:
            pks = self._ordered(session, tag, self.usual, None)
            yield from self._each(session, pks, self._entries)

    def known(self, *, uids: Collection[str], digests: Collection[str]) -> list[Entry]:
        """Return the entries whose card has one of the UIDs or digests, or whose id is one."""
        with self._database.reading() as session:
            return self._known(session, uids, digests)

    def reconcile(self, decide: Decide, *, uids: Collection[str], digests: Collection[str]) -> None:
        """Store the entries that ``decide`` makes of the ones known, as one transaction."""
        with self._database.writing() as session:
            self._put(session, decide(self._known(session, uids, digests)))

    def birthdays(self, first: date, days: int) -> Iterator[Contact]:
        """Yield the contacts who celebrate on one of so many days, the soonest first."""
        with self._database.reading() as session:
            for dates in celebrations(first, days):
                born = [month * 100 + day for month, day in dates]
                pks = self._keys(session, "contact.birthdays", days=born)
                yield from self._each(session, pks, self._loaded)

    def names(self, beginning: str = "", limit: int = FOUND) -> list[str]:
        """Return the names that begin so, in order, without repeats."""
        begin = compared(beginning)
        with self._database.reading() as session:
            if begin:
                rows = session.rows(
                    "contact.names.beginning", beginning=begin, end=begin + LAST, limit=limit
                )
            else:
                rows = session.rows("contact.names", limit=limit)
            return [name for name, _ in rows]

    def _put(self, session: Session, entries: Iterable[Entry]) -> None:
        with counting(session, self.kind) as words:
            for batch in batches(entries):
                latest = {entry.contact.id: entry for entry in batch}
                keys = self._store(session, [entry.contact for entry in latest.values()], words)
                session.run("contact.cards.clear", pks=[*keys.values()])
                cards = ((keys[one], entry.card) for one, entry in latest.items() if entry.card)
                session.insert("contact.cards.add", [*card_rows(cards)])

    def _known(
        self, session: Session, uids: Collection[str], digests: Collection[str]
    ) -> list[Entry]:
        rows = session.rows(
            "contact.known",
            ids=[one for uid in uids if (one := identifier(uid))],
            uids=[uid for uid in uids if uid],
            digests=[*digests],
        )
        keys = [pk for (pk,) in rows]
        return [entry for batch in batches(keys) for entry in self._entries(session, batch)]

    def _cards(self, session: Session, pks: Collection[int]) -> dict[int, Card]:
        rows = session.rows("contact.cards.of", pks=[*pks])
        return {pk: Card(text, uid, digest) for pk, text, uid, digest in rows}

    def _entries(self, session: Session, pks: Collection[int]) -> list[Entry]:
        contacts, cards = self._loaded(session, [*pks]), self._cards(session, pks)
        return [Entry(one, cards.get(pk)) for pk, one in zip(pks, contacts, strict=True)]
