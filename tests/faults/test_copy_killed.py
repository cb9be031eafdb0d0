"""Copying that is cut short: by a kill of the program or of a server, or by the disk."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID

import pytest

import mongodb_server
import postgresql_server
from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Name, Phone, Tag
from pomichnyk.domain.message import Message
from pomichnyk.domain.note import Note
from pomichnyk.services.transfer import export
from pomichnyk.storage import Storage, open_storage

LEGS = [
    leg
    for leg in (
        ("sqlite", "sqlite+pysqlite"),
        ("sqlite", "postgresql"),
        ("postgresql", "mongodb"),
        ("mongodb", "sqlite"),
    )
    if {one.partition("+")[0] for one in leg} <= {*Storage.names()}
]
SIZES = (1_500, 400, 300)
"""How many contacts, notes and messages are copied."""
KILLS = 8
STAGES = 3
"""How many different stages a leg is to be killed at; batches of 500 leave five of them."""
LIMIT = 60.0
"""Seconds after which a copy that does not end is given up."""
START = datetime(2026, 1, 1, tzinfo=UTC)

SERVER_KILLS = 3

FreshAt = Callable[[str], str]


class Killable(NamedTuple):
    """A server of a test's own: the URL of its storage, and how it is killed and started."""

    url: str
    kill: Callable[[], object]
    start: Callable[[], object]


@contextmanager
def postgresql() -> Iterator[Killable]:
    with contextmanager(postgresql_server.served)() as server:
        yield Killable(server.url(), server.kill, server.start)


@contextmanager
def mongodb() -> Iterator[Killable]:
    with mongodb_server.replicated(1) as servers:
        (server,) = servers.members

        def start() -> None:
            server.start()
            servers.primary()

        yield Killable(servers.url("book", serverSelectionTimeoutMS=3000), server.kill, start)


SERVERS = {"postgresql": postgresql, "mongodb": mongodb}


@pytest.fixture
def fresh_at(request: pytest.FixtureRequest, tmp_path: Path) -> FreshAt:
    """Return what gives the URL of a new storage of a kind."""

    def url(kind: str) -> str:
        if kind.startswith("sqlite"):
            return f"{kind}:///{tmp_path}/{kind}.db"
        made: str = request.getfixturevalue(f"fresh_{kind}")()
        return made

    return url


@dataclass(frozen=True)
class Content:
    """All that is copied, as a storage gives it."""

    contacts: list[Entry]
    notes: list[Note]
    messages: list[Message]

    @classmethod
    def of(cls, url: str) -> Content:
        with open_storage(url) as storage:
            return cls(
                [*storage.contacts.entries()], [*storage.notes.all()], [*storage.messages.all()]
            )


def fill(url: str) -> None:
    contacts, notes, messages = SIZES
    with open_storage(url) as storage:
        storage.contacts.put(entry(number) for number in range(1, contacts + 1))
        storage.notes.put(
            Note(text=f"нотатка {n} {'слово ' * 20}", id=UUID(int=n), created=START + timedelta(n))
            for n in range(1, notes + 1)
        )
        storage.messages.put(
            Message(text=f"текст {n}", sender="дача", peer="host", key=str(n), id=UUID(int=n))
            for n in range(1, messages + 1)
        )


def entry(number: int) -> Entry:
    contact = Contact(
        name=Name(f"Особа {number * 7919 % 9973}"),
        phones=(Phone("+380671234567", "cell"),),
        tags=(Tag(f"tag{number % 7}"),),
        comment="слово " * 20,
        id=UUID(int=number),
    )
    text = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{contact.name}\r\nX-KEPT:{number}\r\nEND:VCARD"
    return Entry(contact, Card(text, str(number), "d" * 64) if number % 2 else None)


def started(source: str, target: str) -> subprocess.Popen[str]:
    command = (sys.executable, "-m", "pomichnyk", "storage", "copy", source, target)
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "POMICHNYK_LANG": "en"},
    )


def until(process: subprocess.Popen[str], target: Storage, count: int) -> None:
    """Wait until so many records are in the target, or the copy has come to its end."""
    end = time.monotonic() + LIMIT
    while process.poll() is None and records(target) < count:
        assert time.monotonic() < end
        time.sleep(0.003)


def records(target: Storage) -> int:
    info = target.info()
    return info.contacts + info.notes + info.messages


def exported(url: str, path: Path) -> bytes:
    with open_storage(url) as storage:
        export(storage, path)
    return path.read_bytes()


def completed(source: str, target: str, tmp_path: Path) -> None:
    """Prove that another copy completes what is there, and the two are the same."""
    process = started(source, target)
    out, err = process.communicate(timeout=LIMIT)

    assert (process.returncode, err) == (0, "")
    assert "both are equal" in out
    assert Content.of(target) == Content.of(source)
    assert exported(target, tmp_path / "b.vcf") == exported(source, tmp_path / "a.vcf")
    with open_storage(target) as storage:
        assert storage.check() == []


@pytest.mark.slow
@pytest.mark.parametrize("leg", LEGS, ids=lambda leg: f"{leg[0]} to {leg[1]}")
def test_the_program_is_killed_at_many_moments(
    leg: tuple[str, str], fresh_at: FreshAt, tmp_path: Path
) -> None:
    source, target = map(fresh_at, leg)
    fill(source)
    whole = Content.of(source)
    stages = set()
    with open_storage(target) as storage:
        for kill in range(KILLS):
            with started(source, target) as process:
                until(process, storage, kill * sum(SIZES) // KILLS + 1)
                process.kill()
                assert not (process.stderr and process.stderr.read())
            stages.add(records(storage))
            known = {one.contact.id: one for one in whole.contacts}
            there = [*storage.contacts.entries()]

            assert there == [known[one.contact.id] for one in there]
            assert storage.check() == []
    assert len(stages) >= STAGES, "the kills came at the same stages"
    completed(source, target, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(SERVERS))
@pytest.mark.parametrize("is_target", [True, False], ids=["target", "source"])
def test_a_server_is_killed_at_some_moments(kind: str, *, is_target: bool, tmp_path: Path) -> None:
    file = f"sqlite:///{tmp_path}/book.db"
    with SERVERS[kind]() as server:
        source, target = (file, server.url) if is_target else (server.url, file)
        fill(source)
        open_storage(target).close()
        for kill in range(SERVER_KILLS):
            with open_storage(target) as storage, started(source, target) as process:
                until(process, storage, kill * sum(SIZES) // SERVER_KILLS + 1)
                server.kill()
                out, err = process.communicate(timeout=LIMIT)
            server.start()

            assert (process.returncode, out) == (6, "")
            assert len(err.splitlines()) == 1
        completed(source, target, tmp_path)


@pytest.mark.slow
def test_a_disk_that_is_full_is_told_and_the_copy_is_completed_when_it_is_not(
    fresh_at: FreshAt, tmp_path: Path
) -> None:
    source, target = fresh_at("sqlite"), fresh_at("sqlite+pysqlite")
    fill(source)
    open_storage(target).close()
    words = [sys.executable, "-m", "pomichnyk", "storage", "copy", source, target]
    limited = ["bash", "-c", 'ulimit -f 1500; exec "$@"', "bash", *words]
    full = subprocess.run(limited, capture_output=True, text=True, check=False)

    assert (full.returncode, full.stdout, len(full.stderr.splitlines())) == (6, "", 1)
    assert "the disk" in full.stderr
    assert 0 < len(Content.of(target).contacts) < SIZES[0]
    completed(source, target, tmp_path)


AS_NOBODY = """
import os, sys
from pomichnyk.cli import main
def copy(target):
    return main(["--lang", "en", "--view", "plain", "storage", "copy", sys.argv[1], target])
if os.getuid() == 0:
    copy(sys.argv[3])  # nobody may not read what is imported only now
    os.setgid(65534), os.setuid(65534)
sys.exit(copy(sys.argv[2]))
"""


@pytest.mark.slow
def test_a_target_that_may_not_be_written_is_told_and_a_source_need_not_be() -> None:
    with TemporaryDirectory() as temporary:
        home = Path(temporary)
        urls = [f"sqlite:///{home}/{name}.db" for name in "abc"]
        fill(urls[0])
        open_storage(urls[1]).close()
        for file in home.iterdir():
            file.chmod(0o444)
        home.chmod(0o555)
        refused = run_as_nobody(home, urls)
        (home / "b.db").chmod(0o666)
        home.chmod(0o777)
        done = run_as_nobody(home, urls)

    assert refused == (6, f"pomichnyk: {home}/b.db: it may be read but not written\n")
    assert done == (0, "")


def run_as_nobody(home: Path, urls: list[str]) -> tuple[int, str]:
    words = [sys.executable, "-c", AS_NOBODY, *urls]
    # Nobody may not write what coverage would.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    settings = {**kept, "XDG_CONFIG_HOME": str(home)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=settings)
    return done.returncode, done.stderr
