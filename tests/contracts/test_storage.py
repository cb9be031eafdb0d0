"""What every storage promises: see ``pomichnyk.storage``."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import pytest

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Address, Birthday, Email, Messenger, Name, Phone, Tag
from pomichnyk.domain.note import Note
from pomichnyk.errors import ConflictError, NotFoundError
from pomichnyk.storage import Storage, open_storage

START = datetime(2024, 5, 1, 12, 30, 15, 123456, tzinfo=UTC)
FULL = Contact(
    name=Name("Мар'яна Їжакевич"),
    phones=(Phone("+380671234567", "cell"), Phone("+380441234567;ext=12", "")),
    emails=(Email("b@example.org", "work"), Email("a@example.org")),
    addresses=(Address("вул. Садова, 1, Київ", "home"),),
    messengers=(Messenger("хата.local:20380", "home"), Messenger("[fe80::1%eth0]")),
    birthday=Birthday(2, 29, 1992),
    tags=(Tag("сусідка"), Tag("Друзі")),
    comment="Two lines,\nwith a 'quote' and \"another\"; 100 % 😀",
    keywords="Ковальня коваль",
    created=START,
    changed=START + timedelta(microseconds=1),
)
NOTE = Note(
    text="# Купити\n\nкаву для @Олена",
    tags=(Tag("дім"), Tag("Їжа")),
    contacts=(UUID(int=5), UUID(int=3)),
    created=START,
    changed=START,
)


def person(name: str, **fields: Any) -> Contact:
    """Return a contact of which only some fields matter."""
    return replace(Contact(name=Name(name)), **fields)


def card(uid: str = "", digest: str = "") -> Card:
    """Return a card of which only its marks matter."""
    return Card("BEGIN:VCARD\r\nFN:кіт\r\nEND:VCARD\r\n", uid, digest)


def names(contacts: Iterator[Contact] | list[Contact]) -> list[str]:
    """Return what is compared of contacts."""
    return [str(contact.name) for contact in contacts]


def test_what_is_added_comes_back_equal_to_the_microsecond(storage: Storage) -> None:
    storage.contacts.add(FULL)
    storage.notes.add(NOTE)

    assert storage.contacts.get(FULL.id) == FULL
    assert storage.notes.get(NOTE.id) == NOTE
    assert [*storage.contacts.all()] == [FULL]
    assert storage.contacts.count() == storage.notes.count() == 1


def test_what_is_read_is_made_of_the_domain_s_own_types(storage: Storage) -> None:
    storage.contacts.add(FULL)

    read = storage.contacts.get(FULL.id)

    assert type(read.name) is Name
    assert {type(tag) for tag in read.tags} == {Tag}
    assert read.created.tzinfo is UTC


@pytest.mark.parametrize("year", [None, 1, 44, 1992, 9999])
def test_a_birthday_of_any_year_comes_back(storage: Storage, year: int | None) -> None:
    born = person("Кіт", birthday=Birthday(4, 15, year))
    storage.contacts.add(born)

    assert storage.contacts.get(born.id) == born


def test_what_is_stored_is_there_when_opened_again(home: str) -> None:
    if home == "memory:":
        pytest.skip("it is gone with the program by design")
    with open_storage(home) as storage:
        storage.contacts.put([Entry(FULL, card("u", "d"))])
        storage.notes.add(NOTE)

    with open_storage(home) as storage:
        assert [*storage.contacts.entries()] == [Entry(FULL, card("u", "d"))]
        assert [*storage.notes.all()] == [NOTE]


def test_an_id_is_taken_once(storage: Storage) -> None:
    storage.contacts.add(FULL)
    storage.notes.add(NOTE)

    with pytest.raises(ConflictError):
        storage.contacts.add(person("Інша", id=FULL.id))
    with pytest.raises(ConflictError):
        storage.notes.add(replace(NOTE, text="other"))

    assert storage.contacts.get(FULL.id) == FULL
    assert storage.notes.get(NOTE.id) == NOTE


def test_what_is_not_stored_is_not_found(storage: Storage) -> None:
    absent = uuid4()

    for repository in (storage.contacts, storage.notes):
        with pytest.raises(NotFoundError):
            repository.get(absent)
        with pytest.raises(NotFoundError):
            repository.remove(absent)
    with pytest.raises(NotFoundError):
        storage.contacts.update(FULL, was=FULL)
    with pytest.raises(NotFoundError):
        storage.notes.update(NOTE, was=NOTE)
    assert storage.contacts.card(absent) is None
    assert storage.contacts.count() == 0


def test_an_update_replaces_the_whole_record_and_keeps_its_card(storage: Storage) -> None:
    storage.contacts.put([Entry(FULL, card("u", "d"))])
    new = person("Новий", id=FULL.id, tags=(Tag("x"),), phones=(Phone("+380501112233"),))

    storage.contacts.update(new, was=FULL)

    assert storage.contacts.get(FULL.id) == new
    assert storage.contacts.card(FULL.id) == card("u", "d")
    assert storage.contacts.find("Їжакевич") == storage.contacts.find("коваль") == []
    assert storage.contacts.find("новий") == [new]
    assert [*storage.contacts.tags()] == ["x"]


def test_an_update_of_a_note_replaces_its_links_and_tags(storage: Storage) -> None:
    storage.notes.add(NOTE)
    new = replace(NOTE, text="інше", tags=(), contacts=(UUID(int=7),), changed=START.max)
    new = replace(new, changed=START + timedelta(1))

    storage.notes.update(new, was=NOTE)

    assert [*storage.notes.mentioning(UUID(int=7))] == [new]
    assert [*storage.notes.mentioning(UUID(int=3))] == []
    assert storage.notes.tags() == {}


def test_an_update_of_what_others_changed_meanwhile_is_refused(storage: Storage) -> None:
    storage.contacts.add(FULL)
    theirs = replace(FULL, comment="theirs", changed=FULL.changed + timedelta(microseconds=1))
    storage.contacts.update(theirs, was=FULL)

    with pytest.raises(ConflictError):
        storage.contacts.update(replace(FULL, comment="ours"), was=FULL)

    assert storage.contacts.get(FULL.id) == theirs


def test_what_is_removed_leaves_no_trace(storage: Storage) -> None:
    storage.contacts.put([Entry(FULL, card("u", "d"))])

    storage.contacts.remove(FULL.id)

    assert storage.contacts.count() == 0
    assert storage.contacts.find("марʼяна") == storage.contacts.find("мряана") == []
    assert storage.contacts.tags() == {}
    assert storage.contacts.names() == []
    assert storage.contacts.card(FULL.id) is None
    assert storage.contacts.known(uids=["u"], digests=["d"]) == []
    assert [*storage.contacts.birthdays(date(2024, 2, 29), 1)] == []


def test_a_note_keeps_its_links_when_a_contact_is_removed(storage: Storage) -> None:
    storage.contacts.add(FULL)
    note = replace(NOTE, contacts=(FULL.id,))
    storage.notes.add(note)

    storage.contacts.remove(FULL.id)

    assert storage.notes.get(note.id) == note
    assert [*storage.notes.mentioning(FULL.id)] == [note]


def test_notes_that_mention_a_contact_come_the_latest_changed_first(storage: Storage) -> None:
    olena = uuid4()
    notes = [
        Note(text=str(n), contacts=(olena,), changed=START + timedelta(hours=n % 3), id=UUID(int=n))
        for n in range(4)
    ]
    storage.notes.put([*notes, NOTE])

    assert [*storage.notes.mentioning(olena)] == [notes[2], notes[1], notes[0], notes[3]]


def test_contacts_are_ordered_by_the_ukrainian_alphabet(storage: Storage) -> None:
    ordered = ["Anna", "Zoë", "Галя", "Ґедзь", "Дем'ян", "Емма", "Єва", "Зоя", "Ілля", "Їжак", "Ян"]
    storage.contacts.put(Entry(person(name)) for name in reversed(ordered))

    assert names(storage.contacts.all()) == ordered
    assert names(storage.contacts.all(limit=3)) == ordered[:3]
    assert names(entry.contact for entry in storage.contacts.entries()) == ordered


def test_namesakes_are_ordered_by_id(storage: Storage) -> None:
    storage.contacts.put(Entry(person("Олена", id=UUID(int=n))) for n in (3, 1, 2))

    assert [contact.id.int for contact in storage.contacts.all()] == [1, 2, 3]


def test_contacts_sort_by_birthday_and_by_when_they_were_added_and_changed(
    storage: Storage,
) -> None:
    moments = [START + timedelta(days=day) for day in range(3)]
    anna = person("Анна", birthday=Birthday(12, 1, 1970), created=moments[0], changed=moments[2])
    bohdan = person("Богдан", birthday=Birthday(1, 31), created=moments[1], changed=moments[1])
    vira = person("Віра", created=moments[2], changed=moments[0])
    twin = person("Яна", birthday=Birthday(1, 31, 2000), created=moments[2], changed=moments[2])
    storage.contacts.put(map(Entry, (twin, vira, bohdan, anna)))

    by = {sort: names(storage.contacts.all(sort=sort)) for sort in ("birthday", "added", "changed")}

    assert by["birthday"] == ["Богдан", "Яна", "Анна", "Віра"]
    assert by["added"] == ["Віра", "Яна", "Богдан", "Анна"]
    assert by["changed"] == ["Анна", "Яна", "Богдан", "Віра"]


def test_notes_sort_by_when_they_were_added_and_changed_and_by_tag(storage: Storage) -> None:
    first = Note(text="1", tags=(Tag("яр"), Tag("ґанок")), created=START, changed=START)
    later = START + timedelta(1)
    second = Note(text="2", tags=(Tag("дах"),), created=later, changed=later)
    third = Note(text="3", created=START + timedelta(2), changed=START + timedelta(hours=1))
    storage.notes.put([first, second, third])

    assert [*storage.notes.all()] == [*storage.notes.all(sort="added")] == [third, second, first]
    assert [*storage.notes.all(sort="changed")] == [second, third, first]
    assert [*storage.notes.all(sort="tag")] == [first, second, third]
    assert [*storage.notes.all(sort="tag", tag="ЯР", limit=5)] == [first]
    assert [*storage.notes.all(limit=1)] == [third]


def test_records_are_chosen_by_tag_however_it_is_spelled(storage: Storage) -> None:
    storage.contacts.add(FULL)
    storage.contacts.put([Entry(person("Інша", tags=(Tag("інше"),)))])

    assert [*storage.contacts.all(tag="друзі")] == [*storage.contacts.all(tag="ДРУЗІ")] == [FULL]
    assert [*storage.contacts.entries(tag="ДРУЗІ")] == [Entry(FULL)]
    assert [*storage.contacts.all(tag="друз")] == []
    assert [*storage.contacts.all(tag="ДРУЗІ", limit=0)] == []


def test_tags_are_counted_by_record_in_the_order_of_the_alphabet(storage: Storage) -> None:
    storage.contacts.put(
        Entry(person(name, tags=tuple(map(Tag, tags.split()))))
        for name, tags in {"А": "їжа work", "Б": "Work ґанок Їжа", "В": "WORK work"}.items()
    )
    storage.notes.add(NOTE)

    assert [*storage.contacts.tags().items()] == [("WORK", 3), ("ґанок", 1), ("Їжа", 2)]
    assert [*storage.notes.tags().items()] == [("дім", 1), ("Їжа", 1)]


def test_put_stores_new_entries_and_replaces_old_ones_with_their_cards(storage: Storage) -> None:
    plain, carded = person("Без картки"), person("З карткою")
    storage.contacts.put([Entry(plain, card("1", "a")), Entry(carded)])

    renamed = replace(plain, name=Name("Перейменована"))
    storage.contacts.put([Entry(renamed), Entry(carded, card("2", "b"))])

    assert [*storage.contacts.entries()] == [Entry(carded, card("2", "b")), Entry(renamed)]
    assert storage.contacts.find("картки") == []


def test_the_last_of_the_same_id_in_one_put_wins(storage: Storage) -> None:
    storage.contacts.put([Entry(FULL, card("1")), Entry(replace(FULL, comment="last"))])
    storage.notes.put([NOTE, replace(NOTE, text="last")])

    assert [*storage.contacts.entries()] == [Entry(replace(FULL, comment="last"))]
    assert [note.text for note in storage.notes.all()] == ["last"]


def test_put_stores_everything_or_nothing(storage: Storage) -> None:
    storage.contacts.add(FULL)

    def failing() -> Iterator[Entry]:
        yield Entry(replace(FULL, comment="half done"))
        yield from (Entry(person(str(number))) for number in range(1200))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        storage.contacts.put(failing())

    assert [*storage.contacts.all()] == [FULL]
    assert storage.contacts.find("1199") == []
    assert storage.check() == []


def test_many_are_put_and_read_in_one_order(storage: Storage) -> None:
    entries = [Entry(person(f"{n:05}", tags=(Tag("t"),)), card(str(n))) for n in range(1201)]
    storage.contacts.put(reversed(entries))
    storage.contacts.put([])
    storage.notes.put(Note(text=str(n), created=START + timedelta(n)) for n in range(1201))

    assert [*storage.contacts.entries()] == entries
    assert [*storage.contacts.entries(tag="T")] == entries
    assert [note.text for note in storage.notes.all()] == [str(1200 - n) for n in range(1201)]


def test_a_reference_means_an_id_else_a_name_else_the_beginning_of_an_id(storage: Storage) -> None:
    first = person("Олена", id=UUID("aaaaaaaa-0000-4000-8000-000000000001"))
    second = person("Ганна", id=UUID("aaaaaaab-0000-4000-8000-000000000002"))
    third = person("AAAAAAAA", id=UUID("bbbbbbbb-0000-4000-8000-000000000003"))
    storage.contacts.put(map(Entry, (first, second, third)))
    refer = storage.contacts.refer

    assert refer(str(first.id).upper()) == refer(first.id.hex) == [first]
    assert refer(" оЛЕНА ") == [first]
    assert refer("aaaaaaaa") == [third]
    assert refer("AAAAAAAA-0") == [first]
    assert refer("aaaa") == [second, first]
    assert refer("aaaa", limit=1) == [second]
    assert [*map(refer, ("", "  ", "олен", "g", "a%", "-"))] == [[]] * 6


def test_a_note_is_referred_to_by_its_first_line(storage: Storage) -> None:
    storage.notes.add(NOTE)

    assert storage.notes.refer("КУПИТИ") == [NOTE]
    assert storage.notes.refer(str(NOTE.id)[:6]) == [NOTE]
    assert storage.notes.refer("каву") == []


def test_entries_are_known_by_uid_digest_or_id(storage: Storage) -> None:
    entries = [Entry(person(name), card(name, f"digest {name}")) for name in "АБВ"]
    entries.append(Entry(person("Без картки")))
    storage.contacts.put([*entries, Entry(person("Без UID"), card())])
    known = storage.contacts.known

    assert known(uids=["Б"], digests=[]) == [entries[1]]
    assert known(uids=[], digests=["digest А"]) == [entries[0]]
    assert known(uids=[str(entries[3].contact.id)], digests=[]) == [entries[3]]
    assert known(uids=[entries[3].contact.id.urn.upper()], digests=[]) == [entries[3]]
    assert known(uids=["В", "absent"], digests=["digest А", "digest В"]) == [entries[0], entries[2]]
    assert known(uids=[""], digests=[]) == known(uids=[], digests=[]) == []


def test_what_is_decided_of_known_entries_is_stored_with_nobody_between(storage: Storage) -> None:
    storage.contacts.put([Entry(person("Ада"), card(uid="u0"))])

    def another(known: list[Entry]) -> list[Entry]:
        return [Entry(person("Ада"), card(uid=f"u{len(known)}"))]

    def take(_: int) -> None:
        storage.contacts.reconcile(another, uids={f"u{n}" for n in range(20)}, digests=())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, range(19)))

    uids = {entry.card.uid for entry in storage.contacts.entries() if entry.card}

    assert uids == {f"u{n}" for n in range(20)}


def test_what_cannot_be_decided_stores_nothing(storage: Storage) -> None:
    def undecided(known: list[Entry]) -> Iterator[Entry]:
        yield Entry(person("Ада"))
        raise KeyError(len(known))

    with pytest.raises(KeyError):
        storage.contacts.reconcile(undecided, uids=(), digests=())

    assert storage.contacts.count() == 0


def test_a_thousand_entries_are_known_at_once(storage: Storage) -> None:
    entries = [Entry(person(f"{n:05}"), card(str(n), f"{n:x}")) for n in range(1001)]
    storage.contacts.put(entries)

    assert storage.contacts.known(uids=[str(n) for n in range(1001)], digests=[]) == entries


def test_birthdays_come_the_soonest_first_over_the_end_of_the_year(storage: Storage) -> None:
    born = {"Ян": (12, 31), "Ада": (1, 2), "Ія": (1, 1), "Яна": (1, 2), "Пізня": (1, 3)}
    storage.contacts.put(
        [
            *(Entry(person(name, birthday=Birthday(*day))) for name, day in born.items()),
            Entry(person("Без дати")),
        ]
    )

    assert names(storage.contacts.birthdays(date(2023, 12, 31), 3)) == ["Ян", "Ія", "Ада", "Яна"]
    assert names(storage.contacts.birthdays(date(2023, 12, 31), 0)) == []
    assert names(storage.contacts.birthdays(date(2024, 1, 2), 5000)) == [
        *("Ада", "Яна", "Пізня", "Ян", "Ія"),
    ]


def test_29_february_is_celebrated_on_the_28th_where_there_is_none(storage: Storage) -> None:
    storage.contacts.put(
        Entry(person(name, birthday=Birthday(2, day))) for name, day in (("Яна", 28), ("Ада", 29))
    )

    assert names(storage.contacts.birthdays(date(2023, 2, 28), 1)) == ["Ада", "Яна"]
    assert names(storage.contacts.birthdays(date(2023, 3, 1), 1)) == []
    assert names(storage.contacts.birthdays(date(2024, 2, 28), 2)) == ["Яна", "Ада"]
    assert names(storage.contacts.birthdays(date(2024, 2, 29), 366)) == ["Ада", "Яна"]


def test_names_are_completed_in_order_without_repeats(storage: Storage) -> None:
    for name in ("Олена", "олесь", "Олена", "Їжак", "Марк Олень", "О'Лір"):
        storage.contacts.add(person(name))

    assert storage.contacts.names("ОЛ") == ["Олена", "олесь", "О'Лір"]
    assert storage.contacts.names("ол", limit=1) == ["Олена"]
    assert storage.contacts.names() == ["Їжак", "Марк Олень", "Олена", "олесь", "О'Лір"]
    assert storage.contacts.names("_") == storage.contacts.names("%") == []


def test_reading_goes_on_undisturbed_while_others_write(storage: Storage) -> None:
    storage.contacts.put(Entry(person(f"{n:05}")) for n in range(1200))
    reading = storage.contacts.all()
    first = next(reading)

    storage.contacts.remove(first.id)
    storage.contacts.put(Entry(person(f"{n:05} new")) for n in range(1200))

    assert names(reading) == [f"{n:05}" for n in range(1, 1200)]
    assert storage.contacts.count() == 2399


def test_reading_may_be_given_up_at_any_moment(storage: Storage) -> None:
    storage.contacts.put(Entry(person(f"{n:05}")) for n in range(1200))

    assert names([*islice(storage.contacts.all(), 2)]) == ["00000", "00001"]
    unread = storage.contacts.entries()
    next(unread)
    storage.close()
    del unread
    gc.collect()  # Python 3.13 warns here of a connection that was left open


def test_a_storage_may_be_copied_onto_itself(storage: Storage) -> None:
    storage.contacts.put(Entry(person(f"{n:05}"), card(str(n))) for n in range(1200))
    before = [*storage.contacts.entries()]

    storage.contacts.put(storage.contacts.entries())

    assert [*storage.contacts.entries()] == before


def test_threads_may_write_and_read_at_once(storage: Storage) -> None:
    def work(number: int) -> int:
        storage.contacts.add(person(f"Особа {number}"))
        return len(storage.contacts.find("особа", limit=100))

    with ThreadPoolExecutor(8) as pool:
        seen = [*pool.map(work, range(40))]

    assert storage.contacts.count() == max(seen) == 40
    assert storage.check() == []


def test_of_two_who_update_the_same_record_at_once_one_is_refused(storage: Storage) -> None:
    storage.contacts.add(FULL)

    def update(number: int) -> bool:
        new = replace(FULL, comment=str(number), changed=START + timedelta(days=1 + number))
        try:
            storage.contacts.update(new, was=FULL)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = [*pool.map(update, range(8))]

    assert done.count(True) == 1
    assert storage.contacts.get(FULL.id).comment == str(done.index(True))


def test_a_storage_says_what_it_holds(storage: Storage, home: str) -> None:
    storage.contacts.add(FULL)
    storage.notes.add(NOTE)

    info = storage.info()

    assert (info.contacts, info.notes) == (1, 1)
    assert info.version == storage.upgrade()
    assert info.url.split(":")[0] == home.split(":", maxsplit=1)[0]
    assert storage.check() == []


def test_closing_twice_is_harmless(storage: Storage) -> None:
    storage.close()
    storage.close()
