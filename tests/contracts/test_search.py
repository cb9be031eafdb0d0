"""What every storage finds: each line of these tables is a promise to the person who types."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pomichnyk.domain.contact import Contact, Entry
from pomichnyk.domain.fields import Address, Email, Messenger, Name, Phone, Tag
from pomichnyk.domain.note import Note
from pomichnyk.storage import Storage, _rules

BOOK = [
    Contact(
        name=Name("Шевченко Олена"),
        phones=(Phone("+380670638990"),),
        emails=(Email("o.petrenko@example.org"),),
        tags=(Tag("Друзі"),),
    ),
    Contact(name=Name("Тарас Шевчук"), addresses=(Address("вул. Їжакевича, 7, Львів"),)),
    Contact(name=Name("Мар'яна Ґалаґан"), comment="любить каву\nі чай", keywords="Ковальня"),
    Contact(name=Name("José Nuñez"), messengers=(Messenger("robota.local:20380"),)),
    Contact(name=Name("Łukasz Großmann")),
    Contact(name=Name("Yurii Shevchenko"), phones=(Phone("+442071838750"),)),
    Contact(name=Name("Їжак Наталія")),
]
FOUND = {
    "beginning": ("шевчен", ["Yurii Shevchenko", "Шевченко Олена"]),
    "whole word": ("Шевченко", ["Yurii Shevchenko", "Шевченко Олена"]),
    "capitals": ("ШЕВЧЕНКО", ["Yurii Shevchenko", "Шевченко Олена"]),
    "two words": ("шевченко олена", ["Шевченко Олена"]),
    "two words, other order": ("олена ШЕВЧ", ["Шевченко Олена"]),
    "words that no one has together": ("шевченко тарас", []),
    "Latin letters": ("shevchenko", ["Yurii Shevchenko", "Шевченко Олена"]),
    "Latin beginning": ("shevch", ["Yurii Shevchenko", "Тарас Шевчук", "Шевченко Олена"]),
    "without the accent": ("nunez", ["José Nuñez"]),
    "with the accent": ("JOSÉ", ["José Nuñez"]),
    "end of a phone": ("8990", ["Шевченко Олена"]),
    "phone as in the country": ("067 063-89-90", ["Шевченко Олена"]),
    "phone as abroad": ("+380 (67) 063 89 90", ["Шевченко Олена"]),
    "e-mail": ("o.petrenko@example.org", ["Шевченко Олена"]),
    "part of an e-mail": ("petren", ["Шевченко Олена"]),
    "no apostrophe": ("марян", ["Мар'яна Ґалаґан"]),
    "straight apostrophe": ("мар'яна", ["Мар'яна Ґалаґан"]),
    "curly apostrophe": ("мар’яна", ["Мар'яна Ґалаґан"]),
    "letter apostrophe": ("марʼяна", ["Мар'яна Ґалаґан"]),
    "inside a word": ("вченк", ["Yurii Shevchenko", "Шевченко Олена"]),
    "inside a word and a beginning": ("вченк ол", ["Шевченко Олена"]),
    "two letters": ("їж", ["Їжак Наталія", "Тарас Шевчук"]),
    "one letter": ("ї", ["Їжак Наталія", "Тарас Шевчук"]),
    "ї is not і": ("іжак", ["Їжак Наталія", "Тарас Шевчук"]),  # as a typing error alone
    "two letters inside a word alone": ("жа", []),
    "swapped letters": ("шевчнеко", ["Yurii Shevchenko", "Шевченко Олена"]),
    "a wrong first letter": ("жевченко", ["Yurii Shevchenko", "Шевченко Олена"]),
    "two typos in a long word": ("шефчекно", ["Yurii Shevchenko", "Шевченко Олена"]),
    "one typo in a short word": ("тарсс", ["Тарас Шевчук"]),
    "two typos in a short word": ("тоосс", []),
    "a typo beside a right word": ("тарсс шевчук", ["Тарас Шевчук"]),
    "a typo in Latin letters": ("shevchneko", ["Yurii Shevchenko", "Шевченко Олена"]),
    "digits are not corrected": ("0670638991", []),
    "ł": ("lukasz", ["Łukasz Großmann"]),
    "ß": ("grossmann", ["Łukasz Großmann"]),
    "ß, the same": ("großmann", ["Łukasz Großmann"]),
    "г for ґ": ("галаган", ["Мар'яна Ґалаґан"]),
    "ґ": ("Ґалаґан", ["Мар'яна Ґалаґан"]),
    "tag": ("друзі", ["Шевченко Олена"]),
    "tag as it is typed": ("#друзі", ["Шевченко Олена"]),
    "keyword": ("ковальня", ["Мар'яна Ґалаґан"]),
    "comment": ("чай", ["Мар'яна Ґалаґан"]),
    "address": ("львів", ["Тарас Шевчук"]),
    "messenger": ("robota.local", ["José Nuñez"]),
    "absent word": ("відсутнє", []),
    "nothing": ("", []),
    "blanks": (" \t\n", []),
    "signs": ("'\"*()^:-+_%", []),
    "an operator is a word": ("AND", []),
    "operators": ('олена OR "тарас', []),
    "a column": ("folded:олена", []),
    "what no text can hold parts words": ("тарас\0шевч", ["Тарас Шевчук"]),
    "half a character": ("\ud800шевчук", ["Тарас Шевчук"]),
    "a star": ("олен*", ["Шевченко Олена"]),
    "quotes": ('"шевченко" "олена"', ["Шевченко Олена"]),
}


@pytest.fixture
def book(storage: Storage) -> Storage:
    """Return a storage with a few people."""
    storage.contacts.put(map(Entry, BOOK))
    return storage


@pytest.mark.parametrize(("query", "names"), FOUND.values(), ids=FOUND)
def test_a_query_finds_just_those_who_are_meant(
    book: Storage, query: str, names: list[str]
) -> None:
    assert [contact.name for contact in book.contacts.find(query)] == names


def test_whole_words_come_first_then_beginnings_then_what_stands_inside(storage: Storage) -> None:
    names = ["Ярмарка", "Аркадій", "Арк", "Марк", "Марк Арк", "Арка"]
    storage.contacts.put(Entry(Contact(name=Name(name))) for name in names)

    found = [contact.name for contact in storage.contacts.find("арк")]

    assert found == ["Арк", "Марк Арк", "Арка", "Аркадій", "Марк", "Ярмарка"]


@pytest.mark.parametrize("others", [0, 150])
def test_a_number_comes_whole_then_as_a_beginning_then_inside(
    storage: Storage, others: int
) -> None:
    names = ["20450 а", "12045", "2045 ґ", "2045 в", "320456", "02045"]
    names += [f"я 92045{n:03}" for n in range(others)]
    storage.contacts.put(Entry(Contact(name=Name(name))) for name in names)

    found = [contact.name for contact in storage.contacts.find("2045", limit=9)]

    assert found[:6] == ["2045 в", "2045 ґ", "20450 а", "02045", "12045", "320456"]
    assert len(found) == (9 if others else 6)


def test_a_number_is_found_without_the_zeros_before_it(storage: Storage) -> None:
    names = ["+380 67 063 89 90", "0670638990", "670638990", "10"]
    storage.contacts.put(Entry(Contact(name=Name(name))) for name in names)

    found = [contact.name for contact in storage.contacts.find("0670638990")]
    assert found == [*names[1:3], names[0]]
    assert [contact.name for contact in storage.contacts.find("00001")] == ["10"]


def test_every_word_counts_for_the_rank(storage: Storage) -> None:
    names = ["Олена Коваленко", "Олена Коваль", "Оленка Коваль"]
    storage.contacts.put(Entry(Contact(name=Name(name))) for name in names)

    found = [contact.name for contact in storage.contacts.find("олена коваль")]

    assert found == ["Олена Коваль", "Олена Коваленко"]


def test_typos_are_corrected_only_where_nothing_else_is_found(storage: Storage) -> None:
    storage.contacts.put(Entry(Contact(name=Name(name))) for name in ("Олена", "Олеса"))

    assert [contact.name for contact in storage.contacts.find("олена")] == ["Олена"]
    assert [contact.name for contact in storage.contacts.find("олеса")] == ["Олеса"]


def test_a_typo_is_corrected_to_the_nearest_word_and_that_which_most_have(
    storage: Storage,
) -> None:
    names = ["Олеса", "Олена Перша", "Олена Друга", "Хелена"]
    storage.contacts.put(Entry(Contact(name=Name(name))) for name in names)

    found = [contact.name for contact in storage.contacts.find("олекa".replace("a", "а"))]

    assert found == ["Олена Друга", "Олена Перша"]


def test_a_word_that_nobody_has_any_more_is_not_corrected_to(storage: Storage) -> None:
    gone, kept = Contact(name=Name("Олена")), Contact(name=Name("Олеса"))
    storage.contacts.put([Entry(gone), Entry(replace(gone, name=Name("Олена"))), Entry(kept)])
    storage.contacts.remove(gone.id)

    assert storage.contacts.find("олека") == [kept]


def test_the_limit_is_kept_and_the_best_are_within_it(book: Storage) -> None:
    found = book.contacts.find("shevch", limit=2)

    assert [contact.name for contact in found] == ["Yurii Shevchenko", "Тарас Шевчук"]
    assert book.contacts.find("shevch", limit=0) == []


def test_among_very_many_those_added_first_are_ranked(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_rules, "RANKED", 4)
    names = [f"Олена {letter}" for letter in "ДГВБА"]
    storage.contacts.put(Entry(Contact(name=Name(name))) for name in names)

    assert [contact.name[-1] for contact in storage.contacts.find("олена", limit=3)] == [*"БВГ"]
    assert [contact.name[-1] for contact in storage.contacts.find("олена", limit=9)] == [*"АБВГД"]


def test_among_very_many_that_begin_so_twice_as_many_as_are_wanted_are_ranked(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_rules, "RANKED", 2)
    names = [f"Оленаїда {letter}" for letter in "ЕДГВБА"]
    names.insert(2, "Олена Ю")
    storage.contacts.put(Entry(Contact(name=Name(name))) for name in names)

    found = [contact.name for contact in storage.contacts.find("олена", limit=3)]

    assert found == ["Олена Ю", "Оленаїда Б", "Оленаїда В"]


def test_a_typo_is_corrected_to_a_farther_word_if_nobody_has_the_nearest_any_more(
    storage: Storage,
) -> None:
    gone, kept = Contact(name=Name("Шевченко")), Contact(name=Name("Шевчинка"))
    storage.contacts.put([Entry(gone), Entry(kept)])
    storage.contacts.remove(gone.id)

    assert storage.contacts.find("шевчннко") == [kept]


def test_notes_are_found_by_text_and_tag_the_latest_changed_first(storage: Storage) -> None:
    start = datetime(2024, 5, 1, tzinfo=UTC)
    notes = [
        Note(text=text, tags=(Tag("їжа"),), changed=start + timedelta(day))
        for day, text in enumerate(("купити каву", "випити *каву*", "# Про кавун"))
    ]
    storage.notes.put(notes)

    assert storage.notes.find("кав") == [notes[2], notes[1], notes[0]]
    assert storage.notes.find("каву") == [notes[1], notes[0], notes[2]]
    assert storage.notes.find("їжа купити") == storage.notes.find("kupyty") == [notes[0]]
    assert storage.notes.find("кпуити") == [notes[0]]
    assert storage.contacts.find("каву") == []


def test_what_changes_is_found_by_its_new_words_alone(storage: Storage) -> None:
    old = Note(text="старе слово")
    storage.notes.add(old)
    new = replace(old, text="нове слово")
    storage.notes.update(new, was=old)

    assert storage.notes.find("старе") == []
    assert storage.notes.find("нове") == storage.notes.find("слово") == [new]
    storage.notes.remove(new.id)
    assert storage.notes.find("слово") == storage.notes.find("слвоо") == []


@pytest.mark.parametrize("typed", ["\0", "\ud800", "Шев\0", "\ud800\0\ud800"])
def test_what_no_text_can_hold_is_found_nowhere(book: Storage, typed: str) -> None:
    for records in (book.contacts, book.notes):
        assert records.refer(typed) == []
        assert [*records.all(tag=typed)] == []
    assert book.contacts.names(typed) == []
    assert book.messages.refer(typed) == []
