"""Processes that write the same SQLite file at once, and processes killed while they write."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from pomichnyk.storage import open_storage

BATCH = 20
WRITER = """
import sys
from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Name, Phone, Tag
from pomichnyk.storage import open_storage

def entries(batch):
    for number in range(int(sys.argv[3])):
        contact = Contact(
            name=Name(f"Особа {number}"), phones=(Phone("+380671234567"),), tags=(Tag(batch),)
        )
        yield Entry(contact, Card(f"card of {batch}", "", ""))

with open_storage("sqlite:///" + sys.argv[1]) as storage:
    for number in range(int(sys.argv[4])):
        batch = f"{sys.argv[2]}-{number}"
        storage.contacts.put(entries(batch))
        print(batch, flush=True)
"""


def started(path: Path, name: str, *, size: int, batches: int) -> subprocess.Popen[str]:
    """Start a process that puts batches of contacts, and says so after each."""
    words = [sys.executable, "-c", WRITER, str(path), name, str(size), str(batches)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def stored(path: Path) -> Counter[str]:
    """Return how many contacts each batch has in a file that is sound, each contact whole."""
    batches: Counter[str] = Counter()
    with open_storage(f"sqlite:///{path}") as storage:
        for entry in storage.contacts.entries():
            ((tag,), card) = entry.contact.tags, entry.card
            assert card
            assert card.text == f"card of {tag}"
            assert len(entry.contact.phones) == 1
            batches[tag] += 1
        assert storage.check() == []
    return batches


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    book = tmp_path / "book.db"
    processes = [started(book, name, size=3, batches=25) for name in "abcd"]
    said = [process.communicate()[0].split() for process in processes]

    assert [process.returncode for process in processes] == [0] * 4
    assert stored(book) == dict.fromkeys([batch for batches in said for batch in batches], 3)
    assert len([*tmp_path.iterdir()]) == 1


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_whole_batches_and_all_that_it_said(
    tmp_path: Path,
) -> None:
    chance = random.Random(20)
    book = tmp_path / "book.db"
    open_storage(f"sqlite:///{book}").close()
    said: set[str] = set()
    interrupted = 0
    for moment in range(24):
        with started(book, str(moment), size=BATCH, batches=1000) as process:
            assert process.stdout
            first = process.stdout.readline()
            time.sleep(chance.uniform(0, 0.08))
            process.kill()
            said |= {first.strip(), *process.stdout.read().split()}
        batches = stored(book)

        assert set(batches.values()) == {BATCH}
        assert said <= {*batches}
        interrupted += process.returncode != 0

    assert interrupted == 24


@pytest.mark.slow
def test_a_process_killed_while_it_makes_the_file_leaves_one_that_can_be_made(
    tmp_path: Path,
) -> None:
    unfinished = 0
    for number in range(16):
        book = tmp_path / f"{number}.db"
        with started(book, "a", size=1, batches=1) as process:
            while not book.exists():
                assert process.poll() is None
            time.sleep(number * 0.02)
            process.kill()
        with closing(sqlite3.connect(book)) as connection:
            made = connection.execute("SELECT name FROM sqlite_master").fetchone()
        unfinished += made is None

        assert sum(stored(book).values()) <= 1
    assert unfinished
