"""ContactBook: what a person does with an address book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from pomichnyk.domain.changes import Changes, apply
from pomichnyk.domain.contact import Card, Contact
from pomichnyk.domain.fields import Name
from pomichnyk.domain.note import Note
from pomichnyk.errors import ConflictError
from pomichnyk.services.references import meant, namesakes, revised
from pomichnyk.storage import FOUND, Storage
from pomichnyk.text import Text


@dataclass(frozen=True, slots=True)
class Celebration:
    """A birthday to come: whose, on which day, and the age they turn, if known."""

    contact: Contact
    day: date
    age: int | None


class ContactBook:
    """The address book: adds, changes, finds and removes contacts."""

    def __init__(self, storage: Storage, *, region: str = "UA") -> None:
        self._contacts, self._notes, self._region = storage.contacts, storage.notes, region

    def add(self, changes: Changes, identifier: UUID | None = None) -> Contact:
        """Store a new contact, under an id that was chosen or a new one.

        Raises:
            InvalidValueError: a value is not valid, or there is no name.
            ConflictError: a contact of that name is there already, and the new one has no
                phone, e-mail or other detail to tell them apart by; or its id is taken.
        """
        nobody = Contact(name=Name(changes.name or ""), id=identifier or uuid4())
        contact = replace(apply(changes, nobody, region=self._region), changed=nobody.created)
        for namesake in namesakes(self._contacts, contact.name):
            if _same(contact, namesake):
                raise ConflictError(
                    Text("{name} is in the address book already", name=namesake.name)
                )
        self._contacts.add(contact)
        return contact

    def get(self, ref: str) -> Contact:
        """Return the contact that a reference means.

        Raises:
            NotFoundError: none is meant.
            AmbiguousError: several may be.
        """
        return meant(self._contacts, ref, lambda contact: contact.name)

    def edit(self, ref: str, changes: Changes) -> Contact:
        """Change a contact, keeping what others change at the same time.

        Raises:
            InvalidValueError: a value is not valid; nothing is changed.
            NotFoundError: no contact is meant, or a value to be removed is not there.
            AmbiguousError: several contacts may be meant.
        """
        return revised(
            self._contacts,
            self.get(ref),
            lambda contact: apply(changes, contact, region=self._region),
        )

    def remove(self, ref: str) -> Contact:
        """Remove the contact that a reference means, and return what it was.

        Raises:
            NotFoundError: none is meant.
            AmbiguousError: several may be.
        """
        contact = self.get(ref)
        self._contacts.remove(contact.id)
        return contact

    def all(self, *, tag: str = "", sort: str = "", limit: int | None = None) -> Iterator[Contact]:
        """Yield the contacts in the order asked for; see ``Repository.all``."""
        return self._contacts.all(tag=tag, sort=sort or "name", limit=limit)

    def find(self, query: str, limit: int = FOUND) -> list[Contact]:
        """Return the contacts that a query finds, the best first; see ``Repository.find``."""
        return self._contacts.find(query, limit)

    def birthdays(self, days: int, start: date) -> Iterator[Celebration]:
        """Yield the birthdays of so many days, the first of them ``start``, the soonest first."""
        for contact in self._contacts.birthdays(start, days):
            assert contact.birthday
            day = contact.birthday.next(start)
            yield Celebration(contact, day, contact.birthday.age(day))

    def notes(self, contact: UUID) -> Iterator[Note]:
        """Yield the notes that mention a contact, the latest changed first."""
        return self._notes.mentioning(contact)

    def card(self, contact: UUID) -> Card | None:
        """Return the card that a contact came from, if it came from one."""
        return self._contacts.card(contact)

    def names(self, beginning: str = "") -> list[str]:
        """Return the names that begin so, for completion."""
        return self._contacts.names(beginning)

    def tags(self) -> list[str]:
        """Return the tags of contacts, in order."""
        return [*self._contacts.tags()]


def _same(new: Contact, old: Contact) -> bool:
    """Tell whether a new contact adds nobody: it has no detail, or shares one with its namesake."""
    details = _details(new)
    return not details or bool(details & _details(old))


def _details(contact: Contact) -> set[str]:
    return {one.value for one in (*contact.phones, *contact.emails, *contact.messengers)}
