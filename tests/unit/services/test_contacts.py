"""ContactBook: what a person does with an address book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from pomichnyk.domain.changes import Changes
from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Name
from pomichnyk.errors import AmbiguousError, ConflictError, InvalidValueError, NotFoundError
from pomichnyk.services.contacts import ContactBook
from pomichnyk.services.notes import Notebook
from pomichnyk.storage import Storage, open_storage


@pytest.fixture
def storage() -> Iterator[Storage]:
    with open_storage("memory:") as opened:
        yield opened


@pytest.fixture
def book(storage: Storage) -> ContactBook:
    return ContactBook(storage)


def test_contact_is_added_whole(book: ContactBook) -> None:
    added = book.add(Changes(name="Олена", phones=[("", "0671234567")], tags=["друзі"]))

    assert book.get("Олена") == book.get(str(added.id)[:8]) == added
    assert added.phones[0].value == "+380671234567"


def test_contact_without_a_name_is_refused(book: ContactBook) -> None:
    with pytest.raises(InvalidValueError, match="name"):
        book.add(Changes(phones=[("", "0671234567")]))

    assert [*book.all()] == []


@pytest.mark.parametrize(
    "again",
    [
        Changes(name="олена"),
        Changes(name="Олена ", phones=[("work", "+380671234567")]),
        Changes(name="Олена", emails=[("", "a@example.com")], phones=[("", "0501234567")]),
    ],
)
def test_same_person_is_not_added_twice(book: ContactBook, again: Changes) -> None:
    book.add(Changes(name="Олена", phones=[("", "0671234567")], emails=[("", "a@example.com")]))
    with pytest.raises(ConflictError, match="already"):
        book.add(again)

    assert len([*book.all()]) == 1


def test_namesake_with_other_details_is_another_person(book: ContactBook) -> None:
    book.add(Changes(name="Олена", phones=[("", "0671234567")]))
    book.add(Changes(name="Олена", phones=[("", "0501234567")]))
    with pytest.raises(AmbiguousError, match="Олена"):
        book.get("Олена")


def test_name_that_begins_like_an_id_is_no_namesake(book: ContactBook, storage: Storage) -> None:
    storage.contacts.add(Contact(name=Name("Bob"), id=UUID("adaadaad-0000-4000-8000-000000000000")))

    assert book.add(Changes(name="Ada")).name == "Ada"


def test_unknown_reference_suggests_what_is_alike(book: ContactBook) -> None:
    book.add(Changes(name="Олена Пчілка"))
    with pytest.raises(NotFoundError, match="did you mean “Олена Пчілка”"):
        book.get("Пчілка")
    with pytest.raises(NotFoundError, match="nothing is stored"):
        book.get("Шевченко")


def test_contact_is_changed_where_it_is_stored(book: ContactBook) -> None:
    book.add(Changes(name="Олена"))
    changed = book.edit("Олена", Changes(comment="співає"))

    assert book.get("Олена") == changed
    assert changed.comment == "співає"


def test_wrong_change_changes_nothing(book: ContactBook) -> None:
    added = book.add(Changes(name="Олена"))
    with pytest.raises(InvalidValueError):
        book.edit("Олена", Changes(comment="співає", phones=[("", "12")]))

    assert book.get("Олена") == added


def test_removed_contact_is_given_back(book: ContactBook) -> None:
    added = book.add(Changes(name="Олена"))

    assert book.remove("Олена") == added
    assert [*book.all()] == []
    with pytest.raises(NotFoundError):
        book.remove("Олена")


def test_contacts_are_listed_by_name_tag_and_limit(book: ContactBook) -> None:
    for name, tag in (("В", "a"), ("Б", "b"), ("А", "a")):
        book.add(Changes(name=name, tags=[tag]))

    assert [one.name for one in book.all()] == ["А", "Б", "В"]
    assert [one.name for one in book.all(tag="a", limit=1)] == ["А"]
    assert [one.name for one in book.all(sort="added")] == ["А", "Б", "В"]
    assert book.tags() == ["a", "b"]
    assert book.names("б") == ["Б"]


def test_contacts_are_found(book: ContactBook) -> None:
    book.add(Changes(name="Тарас Шевченко"))

    assert [one.name for one in book.find("shevch")] == ["Тарас Шевченко"]


def test_birthdays_tell_day_and_age(book: ContactBook) -> None:
    for name, born in (("A", "2000-02-29"), ("B", "--01-02"), ("C", "1990-06-01"), ("D", "")):
        book.add(Changes(name=name, birthday=born))
    told = [(one.contact.name, one.day, one.age) for one in book.birthdays(366, date(2026, 12, 31))]

    assert told == [
        ("B", date(2027, 1, 2), None),
        ("A", date(2027, 2, 28), 27),
        ("C", date(2027, 6, 1), 37),
    ]


@pytest.mark.parametrize(("days", "names"), [(1, ["A"]), (2, ["A", "B"]), (3, ["A", "B"])])
def test_first_day_of_birthdays_counts(book: ContactBook, days: int, names: list[str]) -> None:
    book.add(Changes(name="A", birthday="--12-31"))
    book.add(Changes(name="B", birthday="--01-01"))

    assert [one.contact.name for one in book.birthdays(days, date(2026, 12, 31))] == names


def test_birthday_comes_once_in_however_many_days(book: ContactBook) -> None:
    book.add(Changes(name="A", birthday="--12-31"))

    assert [one.day for one in book.birthdays(10**9, date(2027, 1, 1))] == [date(2027, 12, 31)]


def test_notes_that_mention_a_contact_are_told(book: ContactBook, storage: Storage) -> None:
    olena = book.add(Changes(name="Олена"))
    note = Notebook(storage).add("call @Олена")

    assert [*book.notes(olena.id)] == [note]


def test_card_is_kept_with_its_contact(book: ContactBook, storage: Storage) -> None:
    contact = Contact(name=Name("A"))
    storage.contacts.put([Entry(contact, Card("BEGIN:VCARD", "u", "d"))])

    assert book.card(contact.id) == Card("BEGIN:VCARD", "u", "d")
