"""Import and export do the same on every storage."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from pomichnyk.domain.changes import Changes
from pomichnyk.domain.contact import Contact
from pomichnyk.services.contacts import ContactBook
from pomichnyk.services.transfer import export, import_
from pomichnyk.storage import Storage

DATA = Path(__file__).parent.parent / "data"
FILES = sorted(path.name for path in DATA.glob("*.vcf") if path.stem not in {"mac", "outlook"})


def cards(path: Path) -> list[str]:
    """Return the cards of a file, in order of their text."""
    text = path.read_bytes().decode()
    return sorted(re.split(r"(?i)(?<!AGENT:\r\n)(?=BEGIN:VCARD)", text)[1:])


def said(contact: Contact) -> Contact:
    """Return what a contact says, whenever it changed and whatever else it is found by."""
    return replace(contact, changed=contact.created, keywords="")


@pytest.mark.parametrize("name", FILES)
def test_what_comes_in_goes_out_byte_for_byte(storage: Storage, tmp_path: Path, name: str) -> None:
    import_(storage, DATA / name)
    count = export(storage, tmp_path / "out.vcf")

    assert count == storage.contacts.count() > 0
    assert cards(tmp_path / "out.vcf") == cards(DATA / name)


def test_taking_a_file_again_adds_nothing_and_keeps_edits(storage: Storage) -> None:
    first = import_(storage, DATA / "iphone.vcf")
    ContactBook(storage).edit("Соломія Гончар", Changes(comment="наша", tags=["своя"]))
    second = import_(storage, DATA / "iphone.vcf")

    assert (first.new, first.updated, first.unchanged, first.failed) == (2, 0, 0, [])
    assert (second.new, second.updated, second.unchanged, second.failed) == (0, 0, 2, [])
    assert ContactBook(storage).get("Соломія Гончар").comment == "наша"


def test_a_newer_card_is_merged_with_what_was_edited(storage: Storage, tmp_path: Path) -> None:
    import_(storage, DATA / "iphone.vcf")
    book = ContactBook(storage)
    book.edit("Соломія Гончар", Changes(comment="наша", remove_phones=["+380675550123"]))
    theirs = (DATA / "iphone.vcf").read_text(encoding="utf-8")
    theirs = theirs.replace("FN:Соломія Гончар", "FN:Соломія Мазур").replace("ввечері", "вночі")
    theirs = theirs.replace("TITLE:майстриня", "TEL:+380675550129")
    (tmp_path / "new.vcf").write_text(theirs, encoding="utf-8")
    report = import_(storage, tmp_path / "new.vcf")
    merged = book.get("Соломія Мазур")

    assert (report.new, report.updated, report.unchanged) == (0, 1, 1)
    assert merged.id == UUID("5C3B7F0E-2A51-4B44-9F8B-6D1C2E3A4B5C")
    assert merged.comment == "наша"
    assert {phone.value for phone in merged.phones} == {
        "+380445550124",
        "+380445550125",
        "+380675550129",
    }
    card = book.card(merged.id)
    assert card
    assert "вночі" in card.text
    assert import_(storage, tmp_path / "new.vcf").unchanged == 2


def test_a_tag_chooses_what_goes_out(storage: Storage, tmp_path: Path) -> None:
    import_(storage, DATA / "tricky.vcf")
    ContactBook(storage).edit("Family", Changes(tags=["рід"]))

    assert export(storage, tmp_path / "out.vcf", tag="Рід") == 1
    assert "CATEGORIES:рід" in (tmp_path / "out.vcf").read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", ["google", "outlook"])
def test_a_spreadsheet_of_ours_taken_back_changes_nothing(
    storage: Storage, tmp_path: Path, dialect: str
) -> None:
    for name in ("thunderbird.vcf", "iphone.vcf"):
        import_(storage, DATA / name)
    ContactBook(storage).add(Changes(name="Новий", phones=[("дача", "0671234567")]))
    for contact in [*storage.contacts.all()]:
        ContactBook(storage).edit(str(contact.id), Changes(tags=["усі"]))
    before = [*storage.contacts.entries()]
    export(storage, tmp_path / "out.csv", dialect=dialect)
    report = import_(storage, tmp_path / "out.csv")

    assert (report.new, report.failed) == (0, [])
    cards = [entry.card for entry in storage.contacts.entries()]
    assert [card for card, one in zip(cards, before, strict=True) if one.card] == [
        one.card for one in before if one.card
    ]
    assert [said(entry.contact) for entry in storage.contacts.entries()] == [
        said(entry.contact) for entry in before
    ]
