"""MongoDB in trouble: one clear error, nothing acknowledged lost, and work goes on when it can."""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from mongodb_server import (
    ESCAPED,
    LIMIT,
    PASSWORD,
    USER,
    MongodbServer,
    ReplicaSet,
    replicated,
    served,
)
from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Name, Phone, Tag
from pomichnyk.domain.message import Message
from pomichnyk.domain.note import Note
from pomichnyk.errors import (
    InvalidValueError,
    UnavailableError,
    UsageError,
)
from pomichnyk.storage import Storage, open_storage

QUICK = {"serverSelectionTimeoutMS": 300, "socketTimeoutMS": 500}
ANNA = Contact(name=Name("Анна"), phones=(Phone("+380671234567"),), tags=(Tag("друзі"),))
HOSTILE = [
    *("$where", "{'$gt': ''}", '{"$ne": null}', "a.b.c", "$a.$b", "'; db.dropDatabase(); //"),
    *('"', "\\", "__proto__", "../../etc", "$$NOW", "$name", "%00", "{$regex: '.*'}", "*"),
]


@pytest.fixture
def server() -> Iterator[MongodbServer]:
    """Return a server that may be killed."""
    with served() as started:
        yield started


def everything(storage: Storage) -> None:
    """Do each thing there is to be done, and make sure that it says clearly that it cannot."""
    contacts, notes, messages = storage.contacts, storage.notes, storage.messages
    mail = Message(text="лист", sender="хата", peer="10.0.0.7:1")
    for doing in (
        lambda: [*contacts.all()],
        lambda: contacts.find("анна"),
        lambda: contacts.add(ANNA),
        lambda: contacts.put([Entry(ANNA)]),
        lambda: contacts.known(uids=["a"], digests=["b"]),
        notes.tags,
        lambda: messages.receive([mail]),
        lambda: messages.after(None),
        storage.info,
    ):
        with pytest.raises(UnavailableError, match=r"^mongodb://127\.0\.0\.1:\d+/book"):
            doing()


def test_a_server_that_is_not_there_is_told_in_one_line_without_the_password() -> None:
    with pytest.raises(UnavailableError) as caught:
        open_storage(f"mongodb://me:{ESCAPED}@127.0.0.1:1/book?serverSelectionTimeoutMS=200")

    said = str(caught.value)
    assert said.startswith("mongodb://me@127.0.0.1:1/book")
    assert "no server that is ready answers" in said
    assert "\n" not in said
    assert PASSWORD not in said
    assert ESCAPED not in said


@pytest.mark.parametrize(
    "url",
    [
        "mongodb://127.0.0.1/",
        "mongodb://127.0.0.1",
        "mongodb:///book",
        "mongodb:book",
        "mongodb://127.0.0.1/book.contacts",
        "mongodb://127.0.0.1/bo$ok",
        "mongodb://127.0.0.1:99999/book",
        "mongodb://127.0.0.1/book?unknown=1",
        "mongodb://127.0.0.1/book?socketTimeoutMS=soon",
        "mongodb://me:se@cret@127.0.0.1/book",
        "mongodb://me:se/cret@127.0.0.1/book",
        "mongodb+srv://127.0.0.1/",
    ],
)
def test_a_url_that_is_none_is_refused_and_its_password_not_said(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_storage(url)

    assert "cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_that_cannot_be_looked_up_is_told() -> None:
    with pytest.raises(UnavailableError, match="no server of that name is known"):
        open_storage("mongodb+srv://nowhere.invalid/book?serverSelectionTimeoutMS=200")


def test_only_who_knows_the_password_is_let_in_and_it_is_never_said() -> None:
    with served("--auth") as server:
        server.run("createUser", USER, pwd=PASSWORD, roles=["root"])
        at = f"{server.host}/book?authSource=admin"

        with open_storage(f"mongodb://{USER}:{ESCAPED}@{at}") as storage:
            storage.contacts.add(ANNA)
            assert storage.info().url == f"mongodb://{USER}@{at}"
            assert storage.check() == []
        for wrong in (f"{USER}:wrong@", ""):
            with pytest.raises(UnavailableError) as caught:
                open_storage(f"mongodb://{wrong}{at}")
            assert "wrong" not in str(caught.value).replace("is wrong", "")


def test_work_goes_on_when_the_server_is_back(server: MongodbServer) -> None:
    with open_storage(server.url("book", **QUICK | {"socketTimeoutMS": 30_000})) as storage:
        storage.contacts.add(ANNA)
        server.kill()

        everything(storage)

        server.start()
        assert [*storage.contacts.all()] == [ANNA]
        storage.contacts.remove(ANNA.id)
        assert storage.check() == []


def test_a_server_that_does_not_answer_is_given_up_in_time(server: MongodbServer) -> None:
    with open_storage(server.url("book", **QUICK)) as storage:
        storage.contacts.add(ANNA)
        server.freeze()
        try:
            start = time.monotonic()
            with pytest.raises(UnavailableError, match="book"):
                storage.contacts.find("анна")
            with pytest.raises(UnavailableError, match="book"):
                storage.contacts.add(Contact(name=Name("Нова")))
            assert time.monotonic() - start < LIMIT
        finally:
            server.thaw()
        assert storage.contacts.get(ANNA.id) == ANNA


def test_neither_threads_nor_connections_are_left_after_closing(server: MongodbServer) -> None:
    before = {*threading.enumerate()}
    with open_storage(server.url("book")) as storage:
        storage.contacts.put([Entry(ANNA)])
        reading = storage.contacts.all()
        next(reading)
    reading.close()  # type: ignore[attr-defined]  # a generator
    gc.collect()

    end = time.monotonic() + LIMIT
    while {*threading.enumerate()} - before or connections(server):
        assert time.monotonic() < end, {*threading.enumerate()} - before
        time.sleep(0.05)


def connections(server: MongodbServer) -> int:
    """Return how many connections the program has to a server."""
    with server.client() as client:
        told = client.admin.aggregate([{"$currentOp": {"allUsers": True, "idleConnections": True}}])
        return sum(one.get("appName") == "pomichnyk" for one in told)


def test_hostile_text_is_kept_as_text_and_finds_nothing_else(server: MongodbServer) -> None:
    with open_storage(server.url("book")) as storage:
        storage.contacts.add(ANNA)
        entries = [
            Entry(
                Contact(name=Name(text), comment=f"{text}\n{{'$set': 1}}", keywords=text),
                Card(f"BEGIN:VCARD\r\nX-A.$B:{text}\0\r\nEND:VCARD", text, text),
            )
            for text in HOSTILE
        ]
        storage.contacts.put(entries)
        storage.notes.put(Note(text=text) for text in HOSTILE)

        assert {entry.contact.id: entry for entry in storage.contacts.entries()} == {
            entry.contact.id: entry for entry in (*entries, Entry(ANNA))
        }
        for text, entry in zip(HOSTILE, entries, strict=True):
            assert storage.contacts.known(uids=[text], digests=[]) == [entry]
            assert ANNA not in storage.contacts.find(text)
            assert ANNA not in storage.contacts.refer(text)
            assert [*storage.contacts.all(tag=text)] == []
            assert str(ANNA.name) not in storage.contacts.names(text)
        assert storage.check() == []


def test_a_contact_with_a_card_of_ten_megabytes_is_kept_and_a_larger_one_refused_by_name(
    server: MongodbServer,
) -> None:
    photo = "BEGIN:VCARD\nPHOTO:" + "A" * 10_000_000
    large = Entry(replace(ANNA, comment="Ї" * 1_000_000), Card(photo, "u", "d"))
    huge = Entry(Contact(name=Name("Завелика")), Card(photo * 2, "u", "d"))
    with open_storage(server.url("book")) as storage:
        storage.contacts.put([large])
        with pytest.raises(InvalidValueError, match=r"Завелика.*16 MB"):
            storage.contacts.put([Entry(Contact(name=Name("Інша"))), huge])
        with pytest.raises(InvalidValueError, match="Завелика"):
            storage.contacts.reconcile(lambda _: [huge], uids=["x"], digests=["y"])

        assert [*storage.contacts.entries()] == [large]
        assert storage.contacts.find("анна") == storage.contacts.find("ї" * 1_000_000)
        assert storage.contacts.find("їїї" * 500) == [large.contact]
        assert storage.check() == []


def test_a_text_of_very_many_words_is_kept_and_found(server: MongodbServer) -> None:
    words = " ".join(f"слово{number}" for number in range(20_000))
    note = Note(text=words)
    with open_storage(server.url("book")) as storage:
        storage.notes.add(note)

        assert storage.notes.get(note.id) == note
        assert storage.notes.find("слово19999") == storage.notes.find("лово1999 slovo7") == [note]


def test_a_newer_schema_is_refused_and_left_as_it_is(server: MongodbServer) -> None:
    open_storage(server.url("book")).close()
    with server.client() as client:
        client.book.meta.update_one({"_id": "schema"}, {"$set": {"version": "9999"}})

        with pytest.raises(UnavailableError, match=r"newer version of the program \(schema 9999"):
            open_storage(server.url("book"))

        assert client.book.meta.find_one({"_id": "schema"}) == {"_id": "schema", "version": "9999"}


def test_the_database_of_another_program_is_refused_and_left_as_it_is(
    server: MongodbServer,
) -> None:
    with server.client() as client:
        client.theirs.contacts.insert_one({"_id": 1})

        with pytest.raises(UnavailableError, match="another program keeps contacts there"):
            open_storage(server.url("theirs"))

        assert client.theirs.list_collection_names() == ["contacts"]


OPENER = """
import sys
from pomichnyk.storage import open_storage
open_storage(sys.argv[1]).close()
"""


def test_programs_that_open_a_new_database_at_once_all_succeed(server: MongodbServer) -> None:
    words = (sys.executable, "-c", OPENER, server.url("book"))
    programs = [subprocess.Popen(words) for _ in range(3)]

    assert [program.wait(LIMIT) for program in programs] == [0] * 3
    with open_storage(server.url("book")) as storage:
        storage.contacts.add(ANNA)
        assert storage.check() == []


WRITER = """
import sys
from uuid import UUID
from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Name, Tag
from pomichnyk.errors import UnavailableError
from pomichnyk.storage import open_storage

url, start, size, until = sys.argv[1], *map(int, sys.argv[2:])
with open_storage(url) as storage:
    number = start
    while number < until:
        entries = [
            Entry(Contact(name=Name(f"Особа {n}"), id=UUID(int=n)), Card(str(n), str(n), "d"))
            for n in range(number, number + size)
        ]
        try:
            storage.contacts.put(entries)
        except UnavailableError as error:
            print("!", error, flush=True)  # and the same once more
        else:
            print(number, flush=True)
            number += size
"""


def writer(url: str, start: int, size: int, until: int = 10**9) -> subprocess.Popen[str]:
    """Start a process that puts contacts, so many at a time, and says so after each time."""
    words = [sys.executable, "-c", WRITER, url, *map(str, (start, size, until))]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def heard(process: subprocess.Popen[str], first: str = "") -> set[int]:
    """Return the beginnings of what a process said it had stored."""
    assert process.stdout
    lines = [first, *process.stdout.read().splitlines()]
    return {int(line) for line in lines if line.strip().isdigit()}


def lacking(url: str, begun: set[int], size: int) -> set[int]:
    """Return the numbers of what is not stored of batches; what is stored must be sound."""
    with open_storage(url) as storage:
        numbers = set()
        for entry in storage.contacts.entries():
            assert entry.card
            assert entry.card.text == str(entry.contact.id.int)
            numbers.add(entry.contact.id.int)
        assert storage.check() == []
    return {number + n for number in begun for n in range(size)} - numbers


@pytest.mark.slow
def test_a_server_killed_while_it_writes_loses_nothing_that_was_said_to_be_stored(
    server: MongodbServer,
) -> None:
    chance = random.Random(9)
    said: set[int] = set()
    url = server.url("book", **QUICK)
    open_storage(url).close()
    for turn in range(3):
        with writer(url, turn * 10**6, 5) as process:
            assert process.stdout
            first = process.stdout.readline()
            time.sleep(chance.uniform(0.05, 0.4))
            server.kill()
            process.kill()
            said |= heard(process, first)
        server.start()

        assert lacking(url, said, 5) == set()
    assert len(said) > 3


@pytest.mark.slow
def test_a_program_killed_while_it_writes_leaves_whole_batches_where_there_are_transactions(
    mongodb_set: ReplicaSet,
) -> None:
    chance = random.Random(10)
    said: set[int] = set()
    url = mongodb_set.url("killed")
    open_storage(url).close()
    for turn in range(3):
        with writer(url, turn * 10**6, 20) as process:
            assert process.stdout
            first = process.stdout.readline()
            time.sleep(chance.uniform(0, 0.3))
            process.kill()
            said |= heard(process, first)

        assert lacking(url, said, 20) == set()
        with open_storage(url) as storage:
            assert storage.contacts.count() % 20 == 0


@pytest.mark.slow
def test_the_turn_of_a_program_that_died_ends_by_itself(server: MongodbServer) -> None:
    url = server.url("book")
    holder = f"""
import os
from pomichnyk.storage import open_storage
storage = open_storage({url!r})
storage.contacts.reconcile(lambda known: os._exit(1), uids=[], digests=[])
"""
    subprocess.run([sys.executable, "-c", holder], check=False)

    with open_storage(url) as storage:
        storage.contacts.add(ANNA)  # once the turn has ended

        assert [*storage.contacts.all()] == [ANNA]


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_the_primary_is_killed_and_writing_goes_on() -> None:
    with replicated(3) as servers, ExitStack() as resources:
        url = servers.url("book", serverSelectionTimeoutMS=3000)
        open_storage(url).close()
        writers = [
            resources.enter_context(writer(url, start * 10**6, 3, start * 10**6 + 300))
            for start in (1, 2)
        ]
        for process in writers:
            assert process.stdout
            process.stdout.readline()
        servers.primary().kill()
        said = {number for process in writers for number in heard(process)}

        assert [process.wait(LIMIT) for process in writers] == [0, 0]
        assert len(said) >= 2 * 99
        assert lacking(url, said, 3) == set()


EDITOR = """
import sys
from contextlib import ExitStack
from dataclasses import replace
from uuid import UUID
from pomichnyk.domain.contact import now
from pomichnyk.errors import ConflictError
from pomichnyk.storage import open_storage

with open_storage(sys.argv[1]) as storage:
    was = storage.contacts.get(UUID(sys.argv[2]))
    print("read", flush=True)
    sys.stdin.readline()
    try:
        storage.contacts.update(replace(was, comment=sys.argv[3], changed=now()), was=was)
    except ConflictError:
        print("conflict")
    else:
        print(sys.argv[3])
"""


@pytest.mark.parametrize("servers", ["fresh_mongodb", "fresh_mongodb_alone"])
def test_of_two_programs_that_edit_the_same_contact_one_is_refused(
    request: pytest.FixtureRequest, servers: str
) -> None:
    url = request.getfixturevalue(servers)()
    with open_storage(url) as storage:
        storage.contacts.add(ANNA)
        programs = [
            subprocess.Popen(
                [sys.executable, "-c", EDITOR, url, str(ANNA.id), comment],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for comment in ("one", "two")
        ]
        for program in programs:
            assert program.stdout
            assert program.stdout.readline() == "read\n"
        said = sorted(program.communicate("\n")[0].strip() for program in programs)

        assert said[0] == "conflict"
        assert storage.contacts.get(ANNA.id).comment == said[1]
