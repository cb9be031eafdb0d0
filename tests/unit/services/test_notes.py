"""Notebook: what a person does with notes, and whom they mention."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from pomichnyk.domain.changes import Changes
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Name
from pomichnyk.errors import ConflictError, InvalidValueError, NotFoundError
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


@pytest.fixture
def notes(storage: Storage) -> Notebook:
    return Notebook(storage)


def test_note_is_added_with_its_tags(notes: Notebook) -> None:
    added = notes.add("# Garden\nroses", ["#dacha", "dacha", "Roses"])

    assert notes.get("Garden") == notes.get(str(added.id)[:8]) == added
    assert added.tags == ("dacha", "Roses")
    assert notes.tags() == ["dacha", "Roses"]


@pytest.mark.parametrize(("text", "tag"), [(" ", "a"), ("a", "b c")])
def test_note_that_is_not_valid_is_refused(notes: Notebook, text: str, tag: str) -> None:
    with pytest.raises(InvalidValueError):
        notes.add(text, [tag])

    assert [*notes.all()] == []


def test_mention_links_to_the_longest_name(notes: Notebook, book: ContactBook) -> None:
    book.add(Changes(name="Олена"))
    pchilka = book.add(Changes(name="Олена Пчілка"))
    note = notes.add("call @олена пчілка about it, @Nobody too, and @Олена Пчілка again")

    assert note.contacts == (pchilka.id,)
    assert notes.mentioned(note) == ["Олена Пчілка"]


def test_name_that_fits_several_links_to_none(notes: Notebook, book: ContactBook) -> None:
    book.add(Changes(name="Олена", phones=[("", "0671234567")]))
    book.add(Changes(name="Олена", phones=[("", "0501234567")]))

    assert notes.add("@Олена").contacts == ()


def test_first_words_of_a_name_are_enough_for_one_contact(
    notes: Notebook, book: ContactBook
) -> None:
    book.add(Changes(name="Олена Пчілка"))
    book.add(Changes(name="Олександр Олесь"))
    book.add(Changes(name="Олександр Довженко"))
    linked = notes.add("@олена про м'яч, а @Олександр ні, і @Оле теж")

    assert notes.mentioned(linked) == ["Олена Пчілка"]


def test_first_words_of_two_namesakes_link_to_none(notes: Notebook, book: ContactBook) -> None:
    book.add(Changes(name="Олена Пчілка"))
    book.add(Changes(name="Олена Пчілка", phones=[("", "+380671234567")]))

    assert notes.add("@Олена").contacts == ()


def test_mention_that_begins_like_an_id_links_to_none(notes: Notebook, storage: Storage) -> None:
    storage.contacts.add(Contact(name=Name("Bob"), id=UUID("dadadada-0000-4000-8000-000000000000")))

    assert notes.add("call @dad").contacts == ()


def test_note_outlives_whom_it_mentions(notes: Notebook, book: ContactBook) -> None:
    book.add(Changes(name="Олена"))
    note = notes.add("@Олена")
    book.remove("Олена")

    assert notes.mentioned(notes.get("@Олена")) == []
    assert notes.get(str(note.id)).text == "@Олена"


def test_edited_text_is_linked_anew(notes: Notebook, book: ContactBook) -> None:
    olena = book.add(Changes(name="Олена"))
    note = notes.add("call nobody", ["a"])
    edited = notes.edit(str(note.id), text="call @Олена", add_tags=["b"], remove_tags=["a"])

    assert notes.get(str(note.id)) == edited
    assert (edited.contacts, edited.tags) == ((olena.id,), ("b",))
    assert edited.changed > note.changed


def test_edit_of_nothing_changes_nothing(notes: Notebook) -> None:
    note = notes.add("a", ["b"])

    assert notes.edit("a", text="a", add_tags=["B"]) == note


def test_wrong_edit_changes_nothing(notes: Notebook) -> None:
    note = notes.add("a")
    with pytest.raises(InvalidValueError):
        notes.edit("a", text=" ", add_tags=["b"])
    with pytest.raises(NotFoundError):
        notes.edit("a", text="b", remove_tags=["none"])

    assert notes.get("a") == note


def test_text_that_was_changed_meanwhile_is_not_overwritten(notes: Notebook) -> None:
    note = notes.add("one")
    notes.edit("one", text="two")
    with pytest.raises(ConflictError, match="“two” was changed meanwhile"):
        notes.edit(str(note.id), text="three", was="one")

    assert notes.get("two").text == "two"
    assert notes.edit("two", text="three", was="two").text == "three"


def test_removed_note_is_given_back(notes: Notebook) -> None:
    note = notes.add("a")

    assert notes.remove("a") == note
    with pytest.raises(NotFoundError):
        notes.get("a")


def test_notes_are_listed_and_found(notes: Notebook) -> None:
    for text, tag in (("roses", "b"), ("tulips", "a"), ("weeds", "")):
        notes.add(text, [tag] if tag else [])

    assert [note.text for note in notes.all()] == ["weeds", "tulips", "roses"]
    assert [note.text for note in notes.all(sort="tag")] == ["tulips", "roses", "weeds"]
    assert [note.text for note in notes.all(tag="b", limit=1)] == ["roses"]
    assert [note.text for note in notes.find("ros")] == ["roses"]
