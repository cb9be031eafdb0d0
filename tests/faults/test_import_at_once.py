"""Two programs that take the same cards in at once: no contact is doubled, no edit is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pomichnyk.domain.changes import Changes
from pomichnyk.services.contacts import ContactBook
from pomichnyk.storage import open_storage

CARDS = 1_000
NAMES = sorted(f"Особа {number}" for number in range(CARDS))


def cards(year: int) -> str:
    return "".join(
        f"BEGIN:VCARD\nVERSION:3.0\nUID:person-{number}\nFN:Особа {number}\n"
        f"TEL:+38067{number:07}\nBDAY:{year}-05-01\nEND:VCARD\n"
        for number in range(CARDS)
    )


def importing(book: Path, file: Path) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-m", "pomichnyk", "--storage", f"sqlite:///{book}")
    return subprocess.Popen((*command, "contact", "import", str(file)), stdout=subprocess.DEVNULL)


def test_two_imports_of_one_file_at_once_make_each_contact_once(tmp_path: Path) -> None:
    book, file = tmp_path / "book.db", tmp_path / "people.vcf"
    open_storage(f"sqlite:///{book}").close()
    file.write_text(cards(1990), encoding="utf-8")
    both = [importing(book, file), importing(book, file)]
    codes = [one.wait(60) for one in both]
    with open_storage(f"sqlite:///{book}") as storage:
        names = sorted(contact.name for contact in storage.contacts.all())

    assert codes == [0, 0]
    assert names == NAMES


def test_an_edit_made_while_newer_cards_come_in_stays(tmp_path: Path) -> None:
    book, file = tmp_path / "book.db", tmp_path / "people.vcf"
    open_storage(f"sqlite:///{book}").close()
    file.write_text(cards(1990), encoding="utf-8")
    first = importing(book, file).wait(60)
    file.write_text(cards(1991), encoding="utf-8")
    second = importing(book, file)
    with open_storage(f"sqlite:///{book}") as storage:
        contacts = ContactBook(storage)
        for number in range(0, CARDS, 10):
            contacts.edit(f"Особа {number}", Changes(comment=f"written {number}"))
        codes = [first, second.wait(60)]
        people = {str(contact.name): contact for contact in storage.contacts.all()}

    assert codes == [0, 0]
    assert {str(one.birthday) for one in people.values()} == {"1991-05-01"}
    assert [people[f"Особа {number}"].comment for number in range(0, CARDS, 10)] == [
        f"written {number}" for number in range(0, CARDS, 10)
    ]
