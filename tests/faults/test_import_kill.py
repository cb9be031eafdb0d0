"""An import that is killed at any moment leaves whole contacts, and is completed by another."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from uuid import UUID

import pytest

from pomichnyk.domain.contact import Contact
from pomichnyk.services.transfer import import_
from pomichnyk.storage import open_storage
from pomichnyk.vcard import VCard
from pomichnyk.vcard.entries import contact

CARDS = 600
KILLS = 50
START = datetime(2024, 1, 1, tzinfo=UTC)


def big(path: Path) -> list[str]:
    """Write a file of many cards, every third without a UID; return the cards."""
    cards = [
        "\r\n".join(
            (
                "BEGIN:VCARD",
                "VERSION:3.0",
                f"UID:{number:08}-0000-4000-8000-000000000000" if number % 3 else "X-NO:UID",
                f"FN:Особа {number}",
                f"TEL;TYPE=CELL:+38067{number:07}",
                f"EMAIL:person{number}@example.com",
                f"CATEGORIES:tag{number % 7}",
                f"NOTE:{'слово ' * 20}{number}",
                "END:VCARD",
            )
        )
        for number in range(CARDS)
    ]
    path.write_text("".join(f"{card}\r\n" for card in cards), encoding="utf-8", newline="")
    return cards


def started(book: Path, file: Path) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-m", "pomichnyk", "--storage", f"sqlite:///{book}")
    return subprocess.Popen((*command, "contact", "import", str(file)), stdout=subprocess.DEVNULL)


@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_whole_contacts_and_is_completed(tmp_path: Path) -> None:
    cards = big(tmp_path / "big.vcf")
    open_storage(f"sqlite:///{tmp_path / 'empty.db'}").close()
    shutil.copy(tmp_path / "empty.db", tmp_path / "0.db")
    start = monotonic()
    with started(tmp_path / "0.db", tmp_path / "big.vcf") as whole:
        assert whole.wait() == 0
    duration = monotonic() - start
    chance = random.Random(7)
    expected = {card: contact(VCard(card), "UA", UUID(int=0)) for card in cards}
    stored = Counter[int]()
    for kill in range(1, KILLS + 1):
        book = tmp_path / f"{kill}.db"
        shutil.copy(tmp_path / "empty.db", book)
        with started(book, tmp_path / "big.vcf") as process:
            try:
                process.wait(chance.uniform(0.2, 1) * duration)
            except subprocess.TimeoutExpired:
                process.kill()
        stored[check(book, expected)] += 1

    assert len(stored) > 1, "every kill came at the same stage"
    for kill in range(1, KILLS + 1, KILLS // 5):
        assert_completed(tmp_path / f"{kill}.db", tmp_path / "big.vcf", cards)


def check(book: Path, expected: Mapping[str, Contact]) -> int:
    """Prove that a store is sound and each contact is what its card says; return how many."""
    with open_storage(f"sqlite:///{book}") as storage:
        assert storage.check() == []
        entries = [*storage.contacts.entries()]
    for entry in entries:
        assert entry.card
        assert nameless(entry.contact) == nameless(expected[entry.card.text])
    assert len({entry.contact.name for entry in entries}) == len(entries)
    return len(entries)


def nameless(one: Contact) -> Contact:
    """Return a contact without what it is given when it is stored."""
    return replace(one, id=UUID(int=0), created=START, changed=START)


def assert_completed(book: Path, file: Path, cards: list[str]) -> None:
    with open_storage(f"sqlite:///{book}") as storage:
        import_(storage, file)
        texts = Counter(entry.card.text for entry in storage.contacts.entries() if entry.card)

        assert texts == Counter(cards)
