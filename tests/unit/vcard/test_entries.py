"""What a card means in our fields."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

import pytest

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Birthday, Messenger
from pomichnyk.errors import InvalidValueError
from pomichnyk.vcard import VCard
from pomichnyk.vcard.entries import entry


def card(*lines: str, version: str = "3.0") -> VCard:
    return VCard("\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD")))


def contact(*lines: str, version: str = "3.0") -> Contact:
    return entry(card("FN:A", *lines, version=version)).contact


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN:Richter, James Sr."], "Richter, James Sr."),
        (["FN:", "FN:Second"], "Second"),
        (["FN: ", "N:Шевченко;Тарас;Григорович;п.;мол."], "п. Тарас Григорович Шевченко мол."),
        (["N:Melnyk;Hanna"], "Hanna Melnyk"),
        (["N:;;;;", "NICKNAME:Nick"], "Nick"),
        (["ORG:Пекарня;Цех"], "Пекарня, Цех"),
        (["EMAIL:a@b.example"], "a@b.example"),
        (["TEL:102"], "102"),
        (["FN:two\\nlines\tof"], "two lines of"),
        (["FN:" + "x" * 2_000], "x" * 1_000),
        (["FN;CHARSET=UTF-8;QUOTED-PRINTABLE:=D0=9A"], "К"),
    ],
)
def test_name_is_the_first_that_would_do(lines: list[str], name: str) -> None:
    assert entry(card(*lines)).contact.name == name


def test_a_card_without_any_name_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="one of FN, N, NICKNAME, ORG, EMAIL, TEL"):
        entry(card("NOTE:who?", "N:;;;;"))


@pytest.mark.parametrize(
    ("line", "value", "label"),
    [
        ("TEL;TYPE=CELL:067 123 45 67", "+380671234567", "mobile"),
        (
            'TEL;VALUE=uri;TYPE="voice,work":tel:+1-202-555-0147;ext=12',
            "+12025550147;ext=12",
            "work",
        ),
        ("TEL;TYPE=HOME;TYPE=FAX;TYPE=pref:+380441234567", "+380441234567", "home fax"),
        ("TEL;CELL;PREF:+380671234567", "+380671234567", "mobile"),
        ("TEL;TYPE=VOICE,pref:+380671234567", "+380671234567", ""),
        ("TEL;TYPE=x-Дача:+380671234567", "+380671234567", "дача"),
        (
            "item1.TEL:+380671234567\r\nitem1.X-ABLabel:Дача\\, стара",
            "+380671234567",
            "Дача, стара",
        ),
        ("item1.TEL:+380671234567\r\nITEM1.X-ABLABEL:_$!<Mobile>!$_", "+380671234567", "mobile"),
        ("item1.TEL:+380671234567\r\nitem1.X-ABLabel:_$!<HomeFAX>!$_", "+380671234567", "home fax"),
        ("item1.TEL;TYPE=CELL:+380671234567\r\nitem1.X-ABLabel:", "+380671234567", "mobile"),
    ],
)
def test_phones_have_their_number_and_label(line: str, value: str, label: str) -> None:
    [phone] = contact(line).phones

    assert (phone.value, phone.label) == (value, label)


def test_a_phone_of_another_region_is_read_so() -> None:
    assert entry(card("FN:A", "TEL:512 345 678"), "PL").contact.phones[0].value == "+48512345678"


def test_short_and_broken_values_are_found_by_search() -> None:
    found = contact("TEL:102", "EMAIL:nobody", "BDAY:circa 1800", "TEL:+380671234567")

    assert found.keywords.split("\n") == ["102", "nobody", "circa 1800"]
    assert len(found.phones) == 1


def test_values_that_differ_in_case_alone_are_one() -> None:
    found = contact("TEL;TYPE=CELL:0671234567", "TEL:+380671234567", "EMAIL:A@b.ua", "EMAIL:a@b.ua")

    assert [one.label for one in found.phones] == ["mobile"]
    assert [one.value for one in found.emails] == ["A@b.ua"]


@pytest.mark.parametrize(
    ("line", "address"),
    [
        (
            "ADR;TYPE=HOME:;;вул. Садова\\, 3\\nкв. 1;Полтава;;36000;Україна",
            "вул. Садова, 3, кв. 1, Полтава, 36000, Україна",
        ),
        ('ADR;LABEL="Хрещатик 1^nКиїв":;;;;;;', "Хрещатик 1, Київ"),
        ("ADR:;;Street;;;;;Street", "Street"),
    ],
)
def test_addresses_are_their_parts(line: str, address: str) -> None:
    assert [one.value for one in contact(line).addresses] == [address]


@pytest.mark.parametrize(
    ("line", "born"),
    [
        ("BDAY:19900415", Birthday(4, 15, 1990)),
        ("BDAY:1990-04-15", Birthday(4, 15, 1990)),
        ("BDAY;VALUE=date-time:1990-04-15T22:00:00Z", Birthday(4, 15, 1990)),
        ("BDAY:19900415T000000", Birthday(4, 15, 1990)),
        ("BDAY:--0229", Birthday(2, 29)),
        ("BDAY:--04-15", Birthday(4, 15)),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15", Birthday(4, 15)),
        ("BDAY:0000-04-15", Birthday(4, 15)),
        ("BDAY:1990", None),
        ("BDAY:1990-02-30", None),
        ("BDAY;VALUE=text:circa 1800", None),
        ("BDAY:1990-02-30\r\nBDAY:1990-02-03", Birthday(2, 3, 1990)),
        ("BDAY:１９９０0415", None),
    ],
)
def test_birthdays_of_every_form_are_read(line: str, born: Birthday | None) -> None:
    assert contact(line).birthday == born


def test_categories_become_tags_once_each() -> None:
    found = contact("CATEGORIES:old friends,Work,a\\,b", "CATEGORIES:work,,#, #x")

    assert found.tags == ("old-friends", "Work", "a-b", "x")


def test_notes_are_one_comment_without_what_is_binary() -> None:
    found = contact("NOTE:a\\nb\\, c", "NOTE;ENCODING=b:AAAA", "NOTE:d")

    assert found.comment == "a\nb, c\nd"


def test_a_card_is_found_by_its_other_texts() -> None:
    long, photo = "X-LONG:" + "x" * 201, "PHOTO:data:image/png;base64,AA"
    found = contact("ORG:Ковальня;Цех", "N:A;;;;", "X-SKYPE:nick", long, photo, "REV:2020")

    assert found.keywords == "Ковальня Цех\nnick"


@pytest.mark.parametrize(
    ("line", "uid", "known"),
    [
        (
            "UID:urn:uuid:0F1E2D3C-4B5A-4697-8899-AABBCCDDEEFF",
            "0f1e2d3c-4b5a-4697-8899-aabbccddeeff",
            True,
        ),
        ("UID: AAAA:ABPerson ", "AAAA:ABPerson", False),
        ("X-NO:", "", False),
    ],
)
def test_a_uid_that_is_a_uuid_is_the_contacts_id(line: str, uid: str, known: bool) -> None:
    text = card("FN:A", line)
    made = entry(text)
    assert made.card

    assert made.card.uid == uid
    assert (made.contact.id == UUID(uid)) if known else made.contact.id.version == 4
    assert made.card.text == text.text
    assert made.card.digest == sha256(text.text.replace("\r\n", "\n").encode()).hexdigest()


def test_a_card_is_the_same_whatever_its_line_ends() -> None:
    one, other = card("FN:A", "TEL:1"), VCard(card("FN:A", "TEL:1").text.replace("\r\n", "\n"))

    assert one.digest == other.digest != card("FN:A", "TEL:2").digest


def test_messengers_are_ours_alone_and_the_others_stay_words_of_the_card() -> None:
    read = contact(
        "IMPP:xmpp:anna@example.com",
        "IMPP;TYPE=work:Pomichnyk:[fe80::1]:20380",
        "item1.IMPP:pomichnyk:хата",
        "item1.X-ABLabel:дача",
        "IMPP:pomichnyk:",
        "IMPP:pomichnyk",
    )

    assert read.messengers == (Messenger("[fe80::1]:20380", "work"), Messenger("хата", "дача"))
    assert read.keywords.splitlines()[0] == "xmpp:anna@example.com"
