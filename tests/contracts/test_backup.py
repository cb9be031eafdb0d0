"""Backup: what a storage of any kind has comes back into a storage of any kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest

from pomichnyk.domain.contact import Card, Contact, Entry, now
from pomichnyk.domain.fields import Address, Birthday, Email, Messenger, Name, Phone, Tag
from pomichnyk.domain.message import Message
from pomichnyk.domain.note import Note
from pomichnyk.errors import (
    InvalidValueError,
    NotFoundError,
    SerializationError,
    UnavailableError,
    UsageError,
)
from pomichnyk.serialization import SerializationInterface
from pomichnyk.serialization.json import JsonSerializer
from pomichnyk.services.backup import TYPES, Counts, Report, Written, backup, restore
from pomichnyk.services.homes import Home
from pomichnyk.storage import Storage, open_storage
from pomichnyk.text import Text

THEN = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
OLENA = Contact(
    name=Name("Олена Пчілка"),
    phones=(Phone("+380671234567", "work"), Phone("+380441234567;ext=12")),
    emails=(Email("o@example.com"),),
    addresses=(Address("вул. Франка, 5", "home"),),
    messengers=(Messenger("хата.local:20380", "home"),),
    birthday=Birthday(7, 17, 1849),
    tags=(Tag("друзі"), Tag("поети")),
    comment="a\nb",
    keywords="Гадяч",
    id=UUID(int=1),
    created=THEN,
    changed=THEN,
)
LESIA = Contact(name=Name("Леся"), birthday=Birthday(2, 25), id=UUID(int=2), created=THEN)
CARD = Card("BEGIN:VCARD\r\nPHOTO;ENCODING=b:AAAA\r\nEND:VCARD\r\n", "u1", "d" * 64)
MESSAGE = Message(text="Привіт!", sender="dacha", peer="10.0.0.2", id=UUID(int=5), sent=THEN)
NOTE = Note(text="# Купити\n@Леся", tags=(Tag("дім"),), contacts=(LESIA.id,), id=UUID(int=3))
ENDINGS = [one.suffix for one in SerializationInterface.plugs()]

Fresh = Callable[[], str]
Item = TypeVar("Item")


@pytest.fixture(params=ENDINGS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"book{request.param}"


@pytest.fixture
def full(storage: Storage) -> Storage:
    storage.contacts.put([Entry(OLENA, CARD), Entry(LESIA)])
    storage.notes.put([NOTE])
    storage.messages.put([MESSAGE])
    return storage


def test_everything_comes_back_into_an_empty_storage(
    full: Storage, fresh: Fresh, file: Path
) -> None:
    counts = backup(Home(full), file)
    with open_storage(fresh()) as other:
        report = restore(Home(other), file)

        assert counts == Written(2, 1, 1, 0)
        assert report == Report(Counts(new=2), Counts(new=1), Counts(new=1))
        assert {one.contact.id: one for one in other.contacts.entries()} == {
            OLENA.id: Entry(OLENA, CARD),
            LESIA.id: Entry(LESIA),
        }
        assert [*other.notes.all()] == [NOTE]
        assert [*other.messages.all()] == [MESSAGE]


def test_restoring_again_changes_nothing(full: Storage, file: Path) -> None:
    backup(Home(full), file)

    assert restore(Home(full), file) == Report(
        Counts(unchanged=2), Counts(unchanged=1), Counts(unchanged=1)
    )


def test_what_changed_becomes_as_it_was_and_what_was_added_stays(full: Storage, file: Path) -> None:
    backup(Home(full), file)
    newer = Contact(name=Name("Новий"), id=UUID(int=4))
    full.contacts.put([Entry(replace(OLENA, comment="changed", changed=now())), Entry(newer)])
    full.notes.remove(NOTE.id)
    full.messages.put([replace(MESSAGE, why="changed", changed=now())])

    assert restore(Home(full), file) == Report(
        Counts(updated=1, unchanged=1), Counts(new=1), Counts(updated=1)
    )
    assert full.messages.get(MESSAGE.id) == MESSAGE
    assert full.contacts.get(OLENA.id) == OLENA
    assert full.contacts.card(OLENA.id) == CARD
    assert full.contacts.get(newer.id) == newer


def test_more_than_a_batch_comes_back(storage: Storage, fresh: Fresh, file: Path) -> None:
    contacts = [Contact(name=Name(f"Name {n}"), id=UUID(int=n)) for n in range(1, 1_202)]
    storage.contacts.put(map(Entry, contacts))
    backup(Home(storage), file)
    with open_storage(fresh()) as other:
        assert restore(Home(other), file).contacts == Counts(new=1_201)
        assert other.contacts.count() == 1_201


def test_a_backup_of_the_first_version_is_restored(storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    JsonSerializer(TYPES).dump({"backup": 1, "contacts": [Entry(OLENA)], "notes": [NOTE]}, path)

    assert restore(Home(storage), path) == Report(Counts(new=1), Counts(new=1))


def test_an_empty_book_can_be_backed_up(storage: Storage, file: Path) -> None:
    assert backup(Home(storage), file) == Written(0, 0, 0, 0)
    assert restore(Home(storage), file) == Report()


def test_a_damaged_backup_is_told_and_nothing_is_stored(
    full: Storage, fresh: Fresh, file: Path
) -> None:
    backup(Home(full), file)
    file.write_bytes(file.read_bytes()[:-1])
    with open_storage(fresh()) as other:
        with pytest.raises(SerializationError, match=file.name):
            restore(Home(other), file)

        assert other.contacts.count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"backup": 3, "contacts": [], "notes": []}, r"newer version \(3\)"),
        ({"contacts": [], "notes": []}, "no backup"),
        ([1], "no backup"),
        ({"backup": 1, "contacts": [NOTE], "notes": []}, "no backup"),
        ({"backup": 1, "contacts": [], "notes": {}}, "no backup"),
        ({"backup": 1, "contacts": [{"name": "a"}], "notes": []}, "no backup"),
        ({"backup": 2, "contacts": [], "notes": []}, "no backup"),
        ({"backup": 2, "contacts": [], "notes": [], "messages": [], "gradebook": 1}, "no backup"),
        ({"backup": 2, "contacts": [], "notes": [], "messages": [], "gradebook": {}}, "no backup"),
    ],
)
def test_what_is_no_backup_of_ours_is_refused(file: Path, content: object, words: str) -> None:
    for serializer in SerializationInterface.plugs():
        if serializer.suffix == file.suffix:
            serializer(TYPES).dump(content, file)

    with pytest.raises(SerializationError, match=words):
        restore(Home(open_storage("memory:")), file)


def test_a_backup_of_classes_to_come_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.json"
    path.write_bytes(b'{"$pomichnyk":1,"value":{"backup":1,"contacts":[{"$Robot":{}}],"notes":[]}}')

    with pytest.raises(SerializationError, match="Robot"):
        restore(Home(open_storage("memory:")), path)


def test_progress_is_shown(full: Storage, file: Path) -> None:
    seen: list[tuple[str, int | None]] = []

    def track(items: Iterable[Item], doing: Text, total: int | None = None) -> Iterator[Item]:
        seen.append((str(doing), total))
        yield from items

    backup(Home(full), file, track=track)
    restore(Home(full), file, track=track)

    assert seen == [
        ("reading: contacts", 2),
        ("reading: notes", 1),
        ("reading: messages", 1),
        ("restoring: contacts", 2),
        ("restoring: notes", 1),
        ("restoring: messages", 1),
    ]


def test_where_it_cannot_be_is_told(tmp_path: Path) -> None:
    home = Home(open_storage("memory:"))
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "file").touch()

    for do in (backup, restore):
        with pytest.raises(UsageError, match=r"\.bin, \.json"):
            do(home, tmp_path / "book.txt")
        with pytest.raises(NotFoundError):
            do(home, tmp_path / "nowhere" / "book.json")
        with pytest.raises(InvalidValueError):
            do(home, tmp_path / "folder.json")
        with pytest.raises(UnavailableError):
            do(home, tmp_path / "file" / "book.json")
