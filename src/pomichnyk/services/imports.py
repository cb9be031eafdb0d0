"""Takes cards into the address book, so that a card taken twice is one contact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import uuid4

from pomichnyk.domain.contact import Card, Contact, Entry, now
from pomichnyk.errors import InvalidValueError
from pomichnyk.services.merging import completed, merged
from pomichnyk.storage import ContactRepository
from pomichnyk.vcard import CardError, VCard
from pomichnyk.vcard.editing import enriched
from pomichnyk.vcard.entries import contact, entry, stored

BATCH = 200
"""How many cards are stored in one transaction at most."""
LARGEST_BATCH = 8_000_000
"""How many characters they may have together."""


Numbered = tuple[int, VCard]
"""A card and its place in the file, from 1."""


@dataclass(slots=True)
class Report:
    """What became of the cards of a file."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[CardError] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many cards were taken, whatever became of them."""
        return self.new + self.updated + self.unchanged


class Import:
    """One file's cards on their way into the address book.

    A card is known by its digest: then nothing is to do, and what was edited since stays; else
    by its UID: then the contact takes what changed from the card it came from to the new one.
    Two different cards of one file that share a UID are two contacts: neither is to be lost.
    """

    def __init__(
        self, contacts: ContactRepository, region: str, *, dry_run: bool, whole: bool
    ) -> None:
        """Prepare to store the cards of a file.

        Args:
            contacts: where they are stored.
            region: country of phone numbers that state none.
            dry_run: find out what would become of the cards, and store nothing.
            whole: the cards are all there is of them; if not, as when they were made of a
                spreadsheet's rows, a contact that has a card keeps it.
        """
        self._contacts, self._region = contacts, region
        self._dry_run, self._whole = dry_run, whole
        # Hashes, for a file may have millions of cards.
        self._digests: set[int] = set()
        self._uids: set[int] = set()
        self.report = Report()

    def take(self, cards: Iterable[VCard | CardError]) -> Report:
        """Store the cards, batch by batch, and report."""
        for batch in _batches(self._sound(cards)):
            decide = partial(self._decided, batch)
            uids = {card.uid for _, card in batch if card.uid}
            digests = {card.digest for _, card in batch}
            if self._dry_run:
                decide(self._contacts.known(uids=uids, digests=digests))
            else:
                self._contacts.reconcile(decide, uids=uids, digests=digests)
        self.report.failed.sort(key=lambda error: error.number)
        return self.report

    def _decided(self, batch: Sequence[Numbered], entries: Sequence[Entry]) -> list[Entry]:
        """Return what is to be stored for the cards of a batch, given what is known of them."""
        known = _Known(entries)
        return [new for one in batch if (new := self._changed(*one, known))]

    def _sound(self, cards: Iterable[VCard | CardError]) -> Iterator[Numbered]:
        number = 0
        for card in cards:
            if isinstance(card, CardError):
                number = card.number
                self.report.failed.append(card)
            else:
                number += 1
                yield number, card

    def _changed(self, number: int, card: VCard, known: _Known) -> Entry | None:
        """Return what is to be stored for a card, None if nothing is, and count it."""
        repeated = hash(card.digest) in self._digests
        clashing = bool(card.uid) and hash(card.uid) in self._uids
        if repeated or card.digest in known.digests:
            self._uids.add(hash(card.uid))
            self.report.unchanged += 1
            return None
        try:
            new = entry(card, self._region)
        except InvalidValueError as error:
            self.report.failed.append(CardError(number, "", error.text))
            return None
        self._uids.add(hash(card.uid))
        self._digests.add(hash(card.digest))
        if not clashing and (old := known.meant(new)):
            return self._updated(old, new)
        self.report.new += 1
        return _apart(new) if clashing or new.contact.id in known.ids else new

    def _updated(self, old: Entry, new: Entry) -> Entry | None:
        base = _base(old, new, self._region)
        theirs = new.contact if self._whole else completed(new.contact, base)
        both = merged(base, old.contact, theirs)
        card = new.card if self._whole else _enriched(old.card, new.card)
        if both == old.contact and card == old.card:
            self.report.unchanged += 1
            return None
        self.report.updated += 1
        return Entry(replace(both, changed=now()), card)


class _Known:
    """What is stored already of a batch's cards, by UID or id, and by digest."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.ids = {old.contact.id for old in entries}
        self.digests = {old.card.digest for old in entries if old.card}
        self._by_uid: defaultdict[str, list[Entry]] = defaultdict(list)
        for old in entries:
            for uid in filter(None, {str(old.contact.id), old.card.uid if old.card else ""}):
                self._by_uid[uid].append(old)

    def meant(self, new: Entry) -> Entry | None:
        """Return what is stored under the UID of a card; of several, who has the same name."""
        found = self._by_uid.get(new.card.uid, []) if new.card else []
        if len(found) == 1:
            return found[0]
        return next((old for old in found if old.contact.name == new.contact.name), None)


def _base(old: Entry, new: Entry, region: str) -> Contact:
    """Return what both sides knew: the old card; without one, nothing but the name."""
    if old.card:
        return contact(VCard(old.card.text), region, old.contact.id)
    return Contact(id=old.contact.id, name=new.contact.name)


def _enriched(old: Card | None, new: Card | None) -> Card | None:
    """Return the card that is there with what a partial one adds to it."""
    if not (old and new):
        return old or new
    return stored(enriched(VCard(old.text), VCard(new.text)))


def _apart(new: Entry) -> Entry:
    """Return an entry under an id of its own."""
    return replace(new, contact=replace(new.contact, id=uuid4()))


def _batches(cards: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    """Yield the cards by the batch; those with large photos make small batches."""
    batch: list[Numbered] = []
    size = 0
    for number, card in cards:
        batch.append((number, card))
        size += len(card.text)
        if len(batch) >= BATCH or size >= LARGEST_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
