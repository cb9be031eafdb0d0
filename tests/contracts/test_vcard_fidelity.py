"""Every card of every program comes out of the codec, and of every edit, without a loss.

What a card says is compared here by code that shares nothing with the codec's own.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from pomichnyk import vcard
from pomichnyk.domain.changes import Changes, apply
from pomichnyk.vcard.editing import card
from pomichnyk.vcard.entries import entry

FILES = sorted((Path(__file__).parent.parent / "data").glob("*.vcf"))
CARDS = [
    pytest.param(found, id=f"{path.stem}-{number}")
    for path in FILES
    for number, found in enumerate(vcard.read(BytesIO(path.read_bytes())), 1)
]
EDITS = {
    "FN N": Changes(name="Зовсім Інший"),
    "TEL": Changes(phones=[("work", "+380441112233")]),
    "EMAIL": Changes(emails=[("", "new@example.com")]),
    "ADR": Changes(addresses=[("home", "вул. Нова, 1")]),
    "IMPP": Changes(messengers=[("home", "10.0.0.7:20380")]),
    "BDAY": Changes(birthday="--12-31"),
    "CATEGORIES": Changes(tags=["новий"]),
    "NOTE": Changes(comment="інша нотатка"),
}


def properties(text: str) -> Counter[str]:
    """Return the unfolded lines of a card, as often as they stand there."""
    text = re.sub(r"\n[ \t]", "", text.replace("\r\n", "\n"))
    text = re.sub(r"(?<==)\n(?==[0-9A-F]{2})", "", text)  # soft breaks of quoted-printable
    return Counter(filter(None, text.split("\n")))


@pytest.fixture(params=CARDS)
def found(request: pytest.FixtureRequest) -> vcard.VCard:
    assert isinstance(request.param, vcard.VCard)
    return request.param


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_what_it_was(path: Path) -> None:
    cards = [*vcard.read(BytesIO(path.read_bytes()))]
    octets = path.read_bytes()
    if path.stem == "mac":
        octets = octets.decode("utf-16").encode()
    if path.stem == "outlook":
        octets = octets.decode("cp1251").replace("CHARSET=windows-1251:", "CHARSET=UTF-8:").encode()

    assert all(isinstance(one, vcard.VCard) for one in cards)
    assert vcard.format(one for one in cards if isinstance(one, vcard.VCard)).encode() == octets


def test_an_unedited_card_is_the_same_byte_for_byte(found: vcard.VCard) -> None:
    assert card(entry(found)).text == found.text


@pytest.mark.parametrize("names", EDITS)
def test_an_edit_alters_the_lines_of_its_field_alone(found: vcard.VCard, names: str) -> None:
    stored = entry(found)
    edited = replace(stored, contact=apply(EDITS[names], stored.contact, region="UA"))
    before, after = properties(found.text), properties(card(edited).text)
    altered = (before - after) + (after - before)

    assert {re.split("[:;]", line)[0].upper() for line in altered} - {"UID", "REV"} <= {
        *names.split()
    }
    assert after - before


@pytest.mark.parametrize("names", EDITS)
def test_an_edited_card_says_what_the_contact_says(found: vcard.VCard, names: str) -> None:
    stored = entry(found)
    contact = apply(EDITS[names], stored.contact, region="UA")
    back = entry(card(replace(stored, contact=contact))).contact
    fields = (
        *("name", "phones", "emails", "addresses", "messengers"),
        *("birthday", "tags", "comment"),
    )

    assert [getattr(back, field) for field in fields] == [
        getattr(contact, field) for field in fields
    ]


def test_removing_what_was_added_gives_the_same_lines_back(found: vcard.VCard) -> None:
    stored = entry(found)
    more = Changes(phones=[("моя", "+380441112233")], emails=[("", "new@example.com")])
    less = Changes(remove_phones=["+380441112233"], remove_emails=["new@example.com"])
    contact = apply(less, apply(more, stored.contact, region="UA"), region="UA")

    assert card(replace(stored, contact=contact)).text == found.text
