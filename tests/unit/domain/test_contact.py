"""Contact: what it is found by, and that it never changes in place."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC

import pytest

from pomichnyk.domain.contact import Contact, now
from pomichnyk.domain.fields import Address, Email, Name, Phone, Tag


def test_contact_is_found_by_all_its_text() -> None:
    contact = Contact(
        name=Name("Олена"),
        phones=(Phone("+380671234567", "work"),),
        emails=(Email("a@example.com"),),
        addresses=(Address("Київ"),),
        tags=(Tag("друзі"),),
        comment="співає",
        keywords="Плеяда",
    )

    assert contact.searched().split() == [
        "Олена", "380671234567", "a@example.com", "Київ", "друзі", "співає", "Плеяда",
    ]  # fmt: skip


def test_contacts_of_one_name_are_two() -> None:
    assert Contact(name=Name("A")) != Contact(name=Name("A"))


def test_contact_does_not_change_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        Contact(name=Name("A")).comment = "b"  # type: ignore[misc]  # the mistake under test


def test_moments_are_in_utc() -> None:
    assert now().tzinfo is UTC
