"""Editing a contact alters its card by the lines that say something else now."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.domain.changes import Changes, apply
from pomichnyk.domain.contact import Contact, Entry
from pomichnyk.domain.fields import Address, Birthday, Email, Messenger, Name, Phone, Tag
from pomichnyk.domain.folding import fold
from pomichnyk.vcard import VCard, parse
from pomichnyk.vcard.editing import card, enriched
from pomichnyk.vcard.entries import entry

CARD = """BEGIN:VCARD
VERSION:3.0
UID:f1
N:Гончар;Соломія;;;
FN:Соломія Гончар
NICKNAME:Соля,Соломка
item1.TEL;type=pref:067 123 45 67
item1.X-ABLabel:дача
TEL;TYPE=CELL,VOICE:+380671234568
TEL:102
item2.EMAIL:a@b.example
item3.ADR;type=HOME:;;Пекарська 5;Львів;;;
item3.X-ABADR:ua
BDAY;X-APPLE-OMIT-YEAR=1604:1604-08-24
CATEGORIES:old friends,Work
NOTE:one\\n
  and two
NOTE:three
PHOTO:data:image/png;base64,iVBORw0KGgo=
X-EVOLUTION-FILE-AS:Person, Test
END:VCARD
"""


def changed(text: str, **asked: object) -> tuple[list[str], list[str]]:
    """Return the lines that go from a card and those that come when its contact is edited."""
    [old] = parse(text)
    stored = entry(old)
    edited = apply(Changes(**asked), stored.contact, region="UA")  # type: ignore[arg-type]  # by name
    return difference(text, card(replace(stored, contact=edited)).text + "\n")


def difference(old: str, new: str) -> tuple[list[str], list[str]]:
    """Compare two cards by their unfolded lines; shares nothing with the codec."""
    before, after = (Counter(re.sub(r"\r?\n ", "", text).splitlines()) for text in (old, new))
    return [*(before - after)], [*(after - before)]


@pytest.mark.parametrize(
    ("asked", "gone", "come"),
    [
        ({}, [], []),
        (
            {"name": "Соломія Мазур"},
            ["N:Гончар;Соломія;;;", "FN:Соломія Гончар"],
            ["N:Мазур;Соломія;;;", "FN:Соломія Мазур"],
        ),
        (
            {"remove_phones": ["0671234567"]},
            ["item1.TEL;type=pref:067 123 45 67", "item1.X-ABLabel:дача"],
            [],
        ),
        ({"phones": [("", "0441234567")]}, [], ["TEL:+380441234567"]),
        (
            {"phones": [("work", "0671234567")]},
            ["item1.TEL;type=pref:067 123 45 67", "item1.X-ABLabel:дача"],
            ["item1.TEL;type=pref;TYPE=WORK:067 123 45 67"],
        ),
        (
            {"phones": [("дім", "0671234567")]},
            ["item1.X-ABLabel:дача"],
            ["item1.X-ABLabel:дім"],
        ),
        (
            {"phones": [("моя", "0671234568")]},
            ["TEL;TYPE=CELL,VOICE:+380671234568"],
            ["item4.TEL;TYPE=VOICE:+380671234568", "item4.X-ABLabel:моя"],
        ),
        (
            {"phones": [("моя", "0441234567")]},
            [],
            ["item4.TEL:+380441234567", "item4.X-ABLabel:моя"],
        ),
        ({"remove_emails": ["a@b.example"]}, ["item2.EMAIL:a@b.example"], []),
        ({"emails": [("work", "c@d.example")]}, [], ["EMAIL;TYPE=WORK:c@d.example"]),
        (
            {"remove_addresses": ["Пекарська 5, Львів"]},
            ["item3.ADR;type=HOME:;;Пекарська 5;Львів;;;", "item3.X-ABADR:ua"],
            [],
        ),
        (
            {"birthday": "1990-04-15"},
            ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-08-24"],
            ["BDAY:1990-04-15"],
        ),
        (
            {"addresses": [("робота", "Пекарська 5, Львів")]},
            ["item3.ADR;type=HOME:;;Пекарська 5;Львів;;;"],
            ["item3.ADR:;;Пекарська 5;Львів;;;", "item3.X-ABLabel:робота"],
        ),
        (
            {"messengers": [("home", "10.0.0.7:20380")]},
            [],
            ["IMPP;TYPE=HOME:pomichnyk:10.0.0.7:20380"],
        ),
        ({"birthday": ""}, ["BDAY;X-APPLE-OMIT-YEAR=1604:1604-08-24"], []),
        ({"tags": ["new"]}, ["CATEGORIES:old friends,Work"], ["CATEGORIES:old friends,Work,new"]),
        ({"remove_tags": ["work"]}, ["CATEGORIES:old friends,Work"], ["CATEGORIES:old friends"]),
        (
            {"remove_tags": ["work"], "tags": ["WORK"]},
            ["CATEGORIES:old friends,Work"],
            ["CATEGORIES:old friends,WORK"],
        ),
        ({"remove_tags": ["work", "old-friends"]}, ["CATEGORIES:old friends,Work"], []),
        (
            {"comment": "one, two"},
            ["NOTE:one\\n and two", "NOTE:three"],
            ["NOTE:one\\, two"],
        ),
        ({"comment": ""}, ["NOTE:one\\n and two", "NOTE:three"], []),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_lines_of_an_edited_field_change(
    asked: dict[str, object], gone: list[str], come: list[str], end: str
) -> None:
    assert changed(CARD.replace("\n", end), **asked) == (gone, come)


def test_an_edited_card_tells_its_time_in_its_own_form_and_gets_a_uid() -> None:
    for rev, form in [
        ("2020-01-02T03:04:05Z", "%Y-%m-%dT%H:%M:%SZ"),
        ("20200102T030405Z", "%Y%m%dT%H%M%SZ"),
    ]:
        [old] = parse(f"BEGIN:VCARD\nVERSION:3.0\nFN:A\nREV:{rev}\nEND:VCARD\n")
        stored = entry(old)
        contact = apply(Changes(comment="x"), stored.contact, region="UA")
        new = card(replace(stored, contact=contact))

        assert new.named("REV")[0].value == f"{contact.changed.astimezone(UTC):{form}}"
        assert new.named("UID")[0].value == str(contact.id)
        assert entry(new).contact.id == contact.id


def test_lines_of_others_in_a_group_keep_its_label() -> None:
    group = "a.TEL:+380671234567\na.EMAIL:x@y.ua\na.X-ABLabel:спільне"
    text = f"BEGIN:VCARD\nUID:1\nFN:A\n{group}\nEND:VCARD\n"

    assert changed(text, remove_phones=["0671234567"]) == (["a.TEL:+380671234567"], [])
    assert changed(text, phones=[("work", "0671234567")]) == (
        ["a.TEL:+380671234567"],
        ["TEL;TYPE=WORK:+380671234567"],
    )
    assert changed(text, phones=[("моя", "0671234567")]) == (
        ["a.TEL:+380671234567"],
        ["item1.TEL:+380671234567", "item1.X-ABLabel:моя"],
    )


def test_a_category_that_stands_there_twice_stays_so() -> None:
    text = "BEGIN:VCARD\nUID:1\nFN:A\nCATEGORIES:x,X,y\nEND:VCARD\n"

    assert changed(text, remove_tags=["y"]) == (["CATEGORIES:x,X,y"], ["CATEGORIES:x,X"])
    assert changed(text, remove_tags=["x"]) == (["CATEGORIES:x,X,y"], ["CATEGORIES:y"])


def test_a_new_line_stands_behind_the_last_of_its_kind() -> None:
    [old] = parse(CARD)
    stored = entry(old)
    contact = apply(Changes(emails=[("", "c@d.example")]), stored.contact, region="UA")
    names = [line.value for line in card(replace(stored, contact=contact)).lines]

    assert names[names.index("a@b.example") + 1] == "c@d.example"


def test_an_old_card_is_edited_in_its_own_words() -> None:
    text = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nUID:1\r\n"
        "FN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CA=E8=BF=E2\r\n"
        "TEL;CELL;PREF:+380671234567\r\nCATEGORIES:a\r\nEND:VCARD\r\n"
    )
    gone, come = changed(
        text,
        name="Львів",
        phones=[("home", "0671234567"), ("дача", "0441234567")],
        comment="a;b\nc",
        tags=["тег"],
    )

    assert gone == [
        "FN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CA=E8=BF=E2",
        "TEL;CELL;PREF:+380671234567",
        "CATEGORIES:a",
    ]
    quoted = ";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE"
    assert come == [
        f"FN{quoted}:=D0=9B=D1=8C=D0=B2=D1=96=D0=B2",
        f"N{quoted}:;=D0=9B=D1=8C=D0=B2=D1=96=D0=B2;;;",
        "TEL;PREF;HOME:+380671234567",
        "item1.TEL:+380441234567",
        f"item1.X-ABLabel{quoted}:=D0=B4=D0=B0=D1=87=D0=B0",
        f"CATEGORIES{quoted}:a,=D1=82=D0=B5=D0=B3",
        f"NOTE{quoted}:a\\;b=0D=0Ac",
    ]


@pytest.mark.parametrize(
    ("old", "name", "parts"),
    [
        ("Шевченко;Тарас;;;", "Шевченко Петро", "Шевченко;Петро;;;"),
        ("Шевченко;Тарас;;;", "Тарас ван Гог", "ван Гог;Тарас;;;"),
        ("Шевченко;Тарас;;;", "Цар", ";Цар;;;"),
        ("Шевченко;Тарас;;;", "Цар Тарас", "Цар;Тарас;;;"),
        ("", "John Fitzgerald Kennedy", "Kennedy;John Fitzgerald;;;"),
        ("", "a;b, c", "c;a\\;b\\,;;;"),
    ],
)
def test_a_changed_name_keeps_the_part_that_did_not_change(old: str, name: str, parts: str) -> None:
    _, come = changed(f"BEGIN:VCARD\nUID:1\nFN:Old\nN:{old}\nEND:VCARD\n", name=name)

    assert f"N:{parts}" in come


@pytest.mark.parametrize(
    ("lines", "come"),
    [
        ("N:Gone;;;;", ["N:B;A;;;", "FN:A B"]),
        ("FN:\nN:Gone;;;;", ["N:B;A;;;", "FN:A B"]),
        ("ORG:Gone", ["N:B;A;;;", "FN:A B"]),
        ("VERSION:4.0\nORG:Gone", ["FN:A B"]),
    ],
)
def test_a_card_without_a_full_name_gets_one(lines: str, come: list[str]) -> None:
    assert sorted(changed(f"BEGIN:VCARD\nUID:1\n{lines}\nEND:VCARD\n", name="A B")[1]) == sorted(
        come
    )


def test_a_name_that_was_a_phone_stays_when_the_phone_goes() -> None:
    gone, come = changed(
        "BEGIN:VCARD\nUID:1\nTEL:+380671234567\nEND:VCARD\n", remove_phones=["0671234567"]
    )

    assert gone == ["TEL:+380671234567"]
    assert come == ["FN:+380671234567", "N:;+380671234567;;;"]


def test_a_new_card_is_whole_and_valid() -> None:
    changed = datetime(2024, 5, 1, 2, 3, 4, tzinfo=UTC)
    contact = Contact(name=Name("Леся Українка"), changed=changed)

    assert card(Entry(contact)).text == (
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{contact.id}\r\nFN:Леся Українка\r\n"
        "N:Українка;Леся;;;\r\nREV:20240501T020304Z\r\nEND:VCARD"
    )
    assert card(Entry(contact), "4.0").text == (
        f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:{contact.id}\r\nFN:Леся Українка\r\n"
        "REV:20240501T020304Z\r\nEND:VCARD"
    )


def test_a_card_is_enriched_by_what_it_does_not_say() -> None:
    [old] = parse("BEGIN:VCARD\nFN:A\nitem1.TEL:1\nitem1.X-ABLabel:x\nORG:Firm;\nEND:VCARD\n")
    [more] = parse(
        "BEGIN:VCARD\nFN:B\nTEL:2\nORG:Firm\nTITLE:boss\nitem1.URL:u\nitem1.X-ABLabel:y\n"
        'URL;TYPE=WORK:w\nX-CSV-COLUMN;X-NAME="a:b":c\nEND:VCARD\n'
    )

    assert difference(old.text, enriched(old, more).text) == (
        [],
        [
            "TITLE:boss",
            "item2.URL:u",
            "item2.X-ABLabel:y",
            "URL;TYPE=WORK:w",
            'X-CSV-COLUMN;X-NAME="a:b":c',
        ],
    )
    assert enriched(old, old) is old


words = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=40
).filter(str.strip)
labels = st.one_of(
    st.sampled_from(["", "mobile", "home", "work", "work fax", "Work", "дача"]),
    words.map(str.strip),
).filter(lambda label: not label.startswith("_$!<"))
phones = st.builds(
    Phone, st.integers(1_000_000, 9_999_999).map("+38067{}".format), labels
) | st.builds(Phone, st.just("+12025550147;ext=12"), labels)
emails = st.builds(Email, st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.ua", fullmatch=True), labels)
addresses = st.builds(Address.parse, words, labels)
messengers = st.builds(Messenger, st.sampled_from(["10.0.0.7", "хата:1", "[fe80::1]:9"]), labels)
tags = (
    words.map(lambda word: re.sub(r"[\s,]", "", word)).filter(lambda tag: tag.strip("#")).map(Tag)
)
contacts = st.builds(
    Contact,
    name=words.map(Name),
    phones=st.lists(phones, max_size=3, unique_by=lambda one: one.value).map(tuple),
    emails=st.lists(emails, max_size=3, unique_by=lambda one: one.value).map(tuple),
    addresses=st.lists(
        addresses, max_size=2, unique_by=lambda one: " ".join(one.value.casefold().split())
    ).map(tuple),
    messengers=st.lists(messengers, max_size=2, unique_by=lambda one: one.value).map(tuple),
    birthday=st.none()
    | st.builds(
        Birthday, st.integers(1, 12), st.integers(1, 28), st.none() | st.integers(1700, 2024)
    ),
    tags=st.lists(tags, max_size=3, unique_by=fold).map(tuple),
    comment=st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=60
    ),
)


@given(contacts, st.sampled_from(["3.0", "4.0"]))
def test_a_contact_comes_back_from_its_card_as_it_was(contact: Contact, version: str) -> None:
    made = card(Entry(contact), version)
    [read] = parse(made.text)
    back = entry(read)

    assert (
        replace(back.contact, created=contact.created, changed=contact.changed, keywords="")
        == contact
    )
    assert card(back).text == made.text


@given(contacts, contacts, st.sampled_from(["2.1", "3.0", "4.0"]))
def test_a_card_edited_to_be_another_contact_is_that_contact(
    one: Contact, other: Contact, version: str
) -> None:
    [old] = parse(card(Entry(one), version).text)
    edited = card(replace(entry(old), contact=other))
    [back] = parse(edited.text)
    found = entry(back).contact

    assert unordered(found) == unordered(other)
    assert card(replace(entry(back), contact=other)).text == edited.text


def unordered(contact: Contact) -> list[object]:
    """Return what a contact says; a list that was edited may be in another order."""
    many = (
        contact.phones,
        contact.emails,
        contact.addresses,
        contact.messengers,
        contact.tags,
    )
    return [contact.name, contact.birthday, contact.comment, *map(frozenset, many)]


@given(contacts)
def test_what_is_beyond_our_fields_stays_through_any_edit(contact: Contact) -> None:
    [old] = parse(CARD)
    new = card(replace(entry(old), contact=contact)).text

    for line in ("UID:f1", "NICKNAME:Соля,Соломка", "TEL:102", "X-EVOLUTION-FILE-AS:Person, Test"):
        assert f"\n{line}\n" in new
    assert VCard(new).named("PHOTO")[0].raw == "PHOTO:data:image/png;base64,iVBORw0KGgo=\n"
