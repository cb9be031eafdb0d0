"""Import and export: what is reported, what is refused, and what stays whole."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest

from pomichnyk.domain.changes import Changes
from pomichnyk.domain.contact import Contact, Entry
from pomichnyk.domain.fields import Birthday, Name
from pomichnyk.errors import InvalidValueError, NotFoundError, UnavailableError, UsageError
from pomichnyk.services import imports
from pomichnyk.services.contacts import ContactBook
from pomichnyk.services.transfer import export, import_
from pomichnyk.storage import Storage, open_storage
from pomichnyk.text import Text
from pomichnyk.vcard import parse
from pomichnyk.vcard.entries import entry

Item = TypeVar("Item")
ID = "0f1e2d3c-4b5a-4697-8899-aabbccddeeff"


@pytest.fixture
def storage() -> Storage:
    return open_storage("memory:")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cards.vcf"


def cards(*bodies: str) -> str:
    return "".join(f"BEGIN:VCARD\r\nVERSION:3.0\r\n{one}\r\nEND:VCARD\r\n" for one in bodies)


def taken(storage: Storage, file: Path, text: str, *, dry_run: bool = False) -> list[object]:
    """Import a text; return how many cards are new, updated, unchanged, and what failed."""
    file.write_text(text, encoding="utf-8", newline="")
    report = import_(storage, file, dry_run=dry_run)
    return [report.new, report.updated, report.unchanged, *(str(one.text) for one in report.failed)]


def names(storage: Storage) -> list[str]:
    return [contact.name for contact in storage.contacts.all()]


def test_what_cannot_be_taken_is_told_and_the_rest_is_taken(storage: Storage, file: Path) -> None:
    text = cards("FN:A", "NOTE:nobody", "FN:B") + "BEGIN:VCARD\r\nFN:C\r\n"

    assert taken(storage, file, text) == [
        2,
        0,
        0,
        "card 2: name: '' is not valid; expected: one of FN, N, NICKNAME, ORG, EMAIL, TEL",
        "card 4: END:VCARD is missing",
    ]
    assert names(storage) == ["A", "B"]


def test_a_card_that_fails_twice_is_told_of_twice(storage: Storage, file: Path) -> None:
    assert len(taken(storage, file, cards("NOTE:nobody", "NOTE:nobody"))) == 5


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_a_card_repeated_in_a_file_is_one_contact(
    storage: Storage, file: Path, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", batch)
    text = cards("FN:A", "FN:B", "FN:A", "FN:A")

    assert taken(storage, file, text, dry_run=True) == [2, 0, 2]
    assert taken(storage, file, text) == [2, 0, 2]
    assert names(storage) == ["A", "B"]


@pytest.mark.parametrize("batch", [1, 2, 500])
@pytest.mark.parametrize("uid", ["u", ID])
def test_two_cards_of_a_file_that_share_a_uid_are_two_contacts(
    storage: Storage, file: Path, uid: str, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", batch)
    text = cards(f"UID:{uid}\r\nFN:A", f"UID:{uid}\r\nFN:B")

    assert taken(storage, file, text, dry_run=True) == [2, 0, 0]
    assert taken(storage, file, text) == [2, 0, 0]
    assert taken(storage, file, text) == [0, 0, 2]
    assert names(storage) == ["A", "B"]


@pytest.mark.parametrize("uid", ["u", ID])
def test_of_contacts_that_share_a_uid_the_one_of_the_same_name_is_meant(
    storage: Storage, file: Path, uid: str
) -> None:
    taken(storage, file, cards(f"UID:{uid}\r\nFN:A", f"UID:{uid}\r\nFN:B"))

    assert taken(storage, file, cards(f"UID:{uid}\r\nFN:B\r\nNOTE:new")) == [0, 1, 0]
    assert taken(storage, file, cards(f"UID:{uid}\r\nFN:C")) == [1, 0, 0]
    assert [(one.name, one.comment) for one in storage.contacts.all()] == [
        ("A", ""),
        ("B", "new"),
        ("C", ""),
    ]


def test_cards_without_a_uid_are_not_taken_for_one_another(storage: Storage, file: Path) -> None:
    taken(storage, file, cards("FN:A"))

    assert taken(storage, file, cards("FN:A", "FN:B")) == [1, 0, 1]
    assert names(storage) == ["A", "B"]


def test_large_cards_make_small_batches(
    storage: Storage, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "LARGEST_BATCH", 60)
    sizes: list[int] = []
    put = storage.contacts.put

    def counted(entries: Collection[Entry]) -> None:
        sizes.append(len(entries))
        put(entries)

    monkeypatch.setattr(storage.contacts, "put", counted)

    assert taken(storage, file, cards("FN:A", "FN:B", "NOTE:" + "x" * 99 + "\r\nFN:C")) == [3, 0, 0]
    assert sizes == [2, 1]


def test_a_uid_that_is_a_uuid_is_the_contacts_id(storage: Storage, file: Path) -> None:
    taken(storage, file, cards(f"UID:urn:uuid:{ID.upper()}\r\nFN:A"))

    assert storage.contacts.get(UUID(ID)).name == "A"


def test_a_contact_without_a_card_takes_what_it_lacks(storage: Storage, file: Path) -> None:
    storage.contacts.add(Contact(id=UUID(ID), name=Name("Ours"), comment="ours"))
    text = cards(f"UID:{ID}\r\nFN:Theirs\r\nNOTE:theirs\r\nBDAY:--0415\r\nTEL:+380671234567")

    assert taken(storage, file, text) == [0, 1, 0]
    [contact] = storage.contacts.all()
    assert (contact.name, contact.comment, contact.birthday) == ("Ours", "ours", Birthday(4, 15))
    assert [phone.value for phone in contact.phones] == ["+380671234567"]


def test_a_dry_run_stores_nothing(storage: Storage, file: Path) -> None:
    assert taken(storage, file, cards("FN:A"), dry_run=True) == [1, 0, 0]
    assert storage.contacts.count() == 0


def test_a_spreadsheet_adds_to_a_card_and_takes_nothing_away(
    storage: Storage, file: Path, tmp_path: Path
) -> None:
    card = f"UID:{ID}\r\nFN:A\r\nTEL;TYPE=CELL:+380671234567\r\nPHOTO:x\r\nORG:Old;\r\nNOTE:mine"
    taken(storage, file, cards(card))
    rows = "First Name,E-mail Address,Mobile Phone,Home Phone,Company,Job Title,Notes,UID\r\n"
    row = f"B,new@example.com,,0441234567,Old,boss,theirs,{ID}\r\n"

    assert taken(storage, tmp_path / "a.csv", rows + row) == [0, 1, 0]
    [contact] = storage.contacts.all()
    stored = storage.contacts.card(contact.id)
    assert stored
    assert stored.text == parse(cards(card.replace("Old;", "Old;\r\nTITLE:boss")))[0].text.replace(
        "ORG:Old;\r\nTITLE:boss\r\nNOTE:mine", "ORG:Old;\r\nNOTE:mine\r\nTITLE:boss"
    )
    assert (contact.name, contact.comment) == ("B", "theirs")
    assert [phone.value for phone in contact.phones] == ["+380671234567", "+380441234567"]
    assert [phone.label for phone in contact.phones] == ["mobile", "home"]
    assert taken(storage, tmp_path / "a.csv", rows + row) == [0, 0, 1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.vcf", bytes(range(256)) * 100),
        ("a.vcf", b"x" * 3_000_000),
        ("a.csv", b"a,b\r\n1,2\r\n"),
        ("a.csv", b"\0\1\2"),
        ("a.csv", b""),
    ],
)
def test_a_file_that_is_no_contacts_is_refused(
    storage: Storage, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(InvalidValueError):
        import_(storage, tmp_path / name)


def test_an_empty_file_of_cards_has_no_contacts(storage: Storage, file: Path) -> None:
    assert taken(storage, file, "\r\n") == [0, 0, 0]


def test_files_that_cannot_be_read_are_refused(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "cards.txt").touch()

    with pytest.raises(NotFoundError):
        import_(storage, tmp_path / "none.vcf")
    with pytest.raises(InvalidValueError, match="not a folder"):
        import_(storage, tmp_path)
    with pytest.raises(UsageError, match=r"the ending is not one of: \.csv, \.vcard, \.vcf"):
        import_(storage, tmp_path / "cards.txt")
    with pytest.raises(UsageError, match="ending"):
        export(storage, tmp_path / "out.txt")
    with pytest.raises(NotFoundError):
        export(storage, tmp_path / "none" / "out.vcf")


@pytest.mark.skipif(os.geteuid() != 0 and not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_device_is_told(storage: Storage, tmp_path: Path) -> None:
    ContactBook(storage).add(Changes(name="A"))
    (tmp_path / "full.vcf").symlink_to("/dev/full")

    with pytest.raises(UnavailableError, match="No space left"):
        export(storage, tmp_path / "full.vcf")


def test_a_full_disk_leaves_the_old_file_and_nothing_else(storage: Storage, file: Path) -> None:
    file.write_bytes(b"old")
    for number in range(2_000):
        storage.contacts.add(Contact(name=Name(f"A{number}")))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(UnavailableError):
            export(storage, file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)

    assert file.read_bytes() == b"old"
    assert [*file.parent.iterdir()] == [file]


@pytest.mark.parametrize("name", ["out.vcf", "out.VCARD", "out.csv"])
def test_progress_is_shown_for_every_contact(storage: Storage, tmp_path: Path, name: str) -> None:
    shown: list[tuple[str, int]] = []

    def track(items: Iterable[Item], doing: Text, total: int | None = None) -> Iterator[Item]:
        del total
        for number, item in enumerate(items, 1):
            shown.append((str(doing), number))
            yield item

    for one in ("A", "B"):
        ContactBook(storage).add(Changes(name=one))
    count = export(storage, tmp_path / name, track=track)
    import_(storage, tmp_path / name, track=track)

    assert count == 2
    assert shown[-4:] == [("exporting", 1), ("exporting", 2), ("importing", 1), ("importing", 2)]


def test_contacts_made_here_come_back_into_another_storage(storage: Storage, file: Path) -> None:
    made = ContactBook(storage).add(
        Changes(name="Леся", phones=[("дача", "0671234567")], birthday="--02-29", tags=["друзі"])
    )
    export(storage, file)
    other = open_storage("memory:")
    import_(other, file)
    [back] = other.contacts.all()

    assert (back.id, back.name, back.phones, back.birthday, back.tags) == (
        made.id,
        made.name,
        made.phones,
        made.birthday,
        made.tags,
    )
    [again] = other.contacts.entries()
    assert again.card
    assert entry(parse(file.read_text(encoding="utf-8"))[0]).card
