"""PostgreSQL killed, away and back, and programs that write there at once."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from pomichnyk.domain.contact import Contact, Entry
from pomichnyk.domain.fields import Name
from pomichnyk.errors import UnavailableError
from pomichnyk.storage import Storage, open_storage
from pomichnyk.storage.postgresql import PostgresqlStorage
from postgresql_server import PostgresqlServer, served

BATCH = 20
OLENA = Contact(name=Name("Олена"))
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

with open_storage(sys.argv[1]) as storage:
    for number in range(int(sys.argv[4])):
        batch = f"{sys.argv[2]}-{number}"
        storage.contacts.put(entries(batch))
        print(batch, flush=True)
"""
EDITOR = """
import sys
from dataclasses import replace
from datetime import timedelta
from uuid import UUID
from pomichnyk.errors import ConflictError
from pomichnyk.storage import open_storage

with open_storage(sys.argv[1]) as storage:
    for _ in sys.stdin:
        was = storage.contacts.get(UUID(sys.argv[2]))
        print("ready", flush=True)
        sys.stdin.readline()
        new = replace(was, comment=was.comment + sys.argv[3], changed=was.changed + timedelta(1))
        try:
            storage.contacts.update(new, was=was)
        except ConflictError as error:
            print(error.exit_code, flush=True)
        else:
            print("done", flush=True)
"""


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresqlServer]:
    """Return a server that may be killed: what it says is stored is on the disk."""
    yield from served()


@pytest.fixture
def url(own_server: PostgresqlServer) -> str:
    """Return the URL of an empty storage there."""
    made = own_server.url(own_server.database())
    open_storage(made).close()
    return made


@pytest.fixture
def storage(url: str) -> Iterator[Storage]:
    """Return an empty storage that is open there."""
    with open_storage(url) as opened:
        yield opened


def started(url: str, name: str, *, size: int, batches: int) -> subprocess.Popen[str]:
    """Start a process that puts batches of contacts, and says so after each."""
    words = [sys.executable, "-c", WRITER, url, name, str(size), str(batches)]
    return subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def stored(url: str) -> Counter[str]:
    """Return how many contacts each batch has in a storage that is sound, each contact whole."""
    batches: Counter[str] = Counter()
    with open_storage(url) as storage:
        for entry in storage.contacts.entries():
            ((tag,), card) = entry.contact.tags, entry.card
            assert card
            assert card.text == f"card of {tag}"
            assert len(entry.contact.phones) == 1
            batches[tag] += 1
        assert storage.check() == []
    return batches


@pytest.mark.slow
def test_a_server_killed_while_it_writes_loses_nothing_that_it_acknowledged(
    own_server: PostgresqlServer, url: str
) -> None:
    chance = random.Random(20)
    said: set[str] = set()
    for moment in range(4):
        with started(url, str(moment), size=BATCH, batches=10_000) as process:
            assert process.stdout
            assert process.stderr
            first = process.stdout.readline()
            time.sleep(chance.uniform(0, 0.5))
            own_server.kill()
            said |= {first.strip(), *process.stdout.read().split()}
            assert "UnavailableError" in process.stderr.read()
        own_server.start()
        batches = stored(url)

        assert set(batches.values()) == {BATCH}
        assert said <= {*batches}
        assert len(batches) <= len(said) + moment + 1  # an answer may be lost, with its server


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_whole_batches_and_all_that_it_said(url: str) -> None:
    chance = random.Random(20)
    said: set[str] = set()
    for moment in range(8):
        with started(url, str(moment), size=BATCH, batches=10_000) as process:
            assert process.stdout
            first = process.stdout.readline()
            time.sleep(chance.uniform(0, 0.1))
            process.kill()
            said |= {first.strip(), *process.stdout.read().split()}
        batches = stored(url)

        assert set(batches.values()) == {BATCH}
        assert said <= {*batches}


@pytest.mark.slow
def test_processes_that_write_at_once_lose_nothing(url: str) -> None:
    processes = [started(url, name, size=3, batches=10) for name in "abcd"]
    said = [process.communicate()[0].split() for process in processes]

    assert [process.returncode for process in processes] == [0] * 4
    assert stored(url) == dict.fromkeys([batch for batches in said for batch in batches], 3)


@pytest.mark.slow
def test_of_two_programs_that_edit_the_same_contact_one_is_refused(
    url: str, storage: Storage
) -> None:
    storage.contacts.add(OLENA)
    words = [sys.executable, "-c", EDITOR, url, str(OLENA.id)]
    pipe = subprocess.PIPE
    editors = [
        subprocess.Popen([*words, name], stdin=pipe, stdout=pipe, text=True) for name in "ab"
    ]

    def said(line: str) -> list[str]:
        for editor in editors:
            assert editor.stdin
            editor.stdin.write(line)
            editor.stdin.flush()
        return [editor.stdout.readline().strip() for editor in editors if editor.stdout]

    for turn in range(20):
        assert said("look\n") == ["ready", "ready"]
        assert sorted(said("update\n")) == ["5", "done"]
        assert len(storage.contacts.get(OLENA.id).comment) == turn + 1
    for editor in editors:
        editor.communicate()


def test_a_server_that_was_restarted_meanwhile_is_not_even_noticed(
    own_server: PostgresqlServer, storage: Storage
) -> None:
    storage.contacts.add(OLENA)
    own_server.stop()
    own_server.start()

    storage.contacts.add(Contact(name=Name("Тарас")))
    own_server.restart()

    assert storage.contacts.count() == 2


def test_a_server_that_is_away_is_told_and_used_again_when_it_is_back(
    own_server: PostgresqlServer, url: str, storage: Storage
) -> None:
    storage.contacts.add(OLENA)
    own_server.kill()
    try:
        for _ in range(2):
            with pytest.raises(UnavailableError, match="refused") as told:
                storage.contacts.count()
            assert str(told.value).startswith(url)
            assert "\n" not in str(told.value)
        with pytest.raises(UnavailableError):
            storage.contacts.add(Contact(name=Name("Тарас")))
        assert [str(line).startswith(url) for line in storage.check()] == [True]
    finally:
        own_server.start()

    storage.contacts.add(Contact(name=Name("Тарас")))
    assert [contact.name for contact in storage.contacts.all()] == ["Олена", "Тарас"]


def test_reading_that_is_cut_off_is_told_and_may_begin_again(
    own_server: PostgresqlServer, storage: Storage
) -> None:
    storage.contacts.put(Entry(Contact(name=Name(f"{n:05}"))) for n in range(1200))
    reading = storage.contacts.all()
    next(reading)

    own_server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'b%'")

    with pytest.raises(UnavailableError, match="terminating connection"):
        list(reading)
    assert len([*storage.contacts.all()]) == 1200


def test_a_server_that_does_not_answer_is_given_up(own_server: PostgresqlServer, url: str) -> None:
    own_server.freeze()
    try:
        with pytest.raises(UnavailableError, match="timeout"):
            open_storage(f"{url}?connect_timeout=2")
    finally:
        own_server.thaw()

    open_storage(url).close()


@pytest.mark.parametrize(
    ("state", "why"),
    [("disk_full", "nothing was stored"), ("too_many_connections", "no connection")],
)
def test_a_server_that_cannot_store_is_told_and_nothing_is_half_done(
    own_server: PostgresqlServer, url: str, state: str, why: str
) -> None:
    own_server.run(
        "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END$$",
        "CREATE TRIGGER fails BEFORE INSERT ON contact_words EXECUTE FUNCTION fails()",
        database=url.rpartition("/")[2],
    )

    with PostgresqlStorage(url) as storage:
        with pytest.raises(UnavailableError, match=why):
            storage.contacts.add(OLENA)
        assert storage.contacts.count() == 0
