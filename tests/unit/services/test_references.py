"""References: changing a record while others do the same loses nobody's change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pomichnyk.domain.contact import Contact, now
from pomichnyk.domain.fields import Name, Tag
from pomichnyk.errors import ConflictError
from pomichnyk.services.references import ATTEMPTS, revised
from pomichnyk.storage import Storage, open_storage

OLENA = Contact(name=Name("Олена"))


@pytest.fixture
def storage() -> Iterator[Storage]:
    with open_storage("memory:") as opened:
        opened.contacts.add(OLENA)
        yield opened


def tag(contact: Contact, name: str) -> Contact:
    return replace(contact, tags=(*contact.tags, Tag(name)), changed=now())


def test_change_is_made_anew_on_what_others_made_of_it(storage: Storage) -> None:
    others = iter(["theirs"])

    def change(contact: Contact) -> Contact:
        for theirs in others:
            storage.contacts.update(tag(contact, theirs), was=contact)
        return tag(contact, "ours")

    assert revised(storage.contacts, OLENA, change).tags == ("theirs", "ours")


def test_others_who_never_rest_are_told(storage: Storage) -> None:
    tries = iter(range(ATTEMPTS))

    def change(contact: Contact) -> Contact:
        storage.contacts.update(tag(contact, f"their{next(tries)}"), was=contact)
        return tag(contact, "ours")

    with pytest.raises(ConflictError, match="keep changing"):
        revised(storage.contacts, OLENA, change)

    assert len(storage.contacts.get(OLENA.id).tags) == ATTEMPTS


def test_what_does_not_change_is_not_written(storage: Storage) -> None:
    assert revised(storage.contacts, OLENA, lambda contact: contact).changed == OLENA.changed
