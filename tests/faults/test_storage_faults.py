"""A SQLite file in trouble: one clear error, and nothing lost."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Name, Phone, Tag
from pomichnyk.domain.note import Note
from pomichnyk.errors import PomichnykError, UnavailableError
from pomichnyk.storage import Storage, open_storage

ANNA = Contact(name=Name("Анна"), phones=(Phone("+380671234567"),), tags=(Tag("друзі"),))


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a hundred contacts, to be copied and spoiled."""
    path = tmp_path_factory.mktemp("full") / "book.db"
    with open_storage(f"sqlite:///{path}") as storage:
        storage.contacts.put(
            Entry(Contact(name=Name(f"Особа {n}"), comment="слово " * n), Card("x", str(n), "d"))
            for n in range(100)
        )
        storage.contacts.add(ANNA)
        storage.notes.add(Note(text="нотатка", tags=(Tag("дім"),), contacts=(ANNA.id,)))
    return path


@pytest.fixture
def book(full: Path, tmp_path: Path) -> Path:
    """Return a copy of the full file."""
    return Path(shutil.copy(full, tmp_path / "book.db"))


def url(path: Path, timeout: str = "10") -> str:
    """Return the URL of a file."""
    return f"sqlite:///{path}?timeout={timeout}"


def used(storage: Storage) -> None:
    """Do everything there is to be done with a storage, each thing in spite of the others."""
    contacts, notes = storage.contacts, storage.notes
    note = Note(text="інша")
    doings: list[Callable[[], object]] = [
        lambda: [*contacts.all(), *contacts.all(sort="birthday"), *contacts.all(tag="друзі")],
        lambda: [*contacts.entries(), *contacts.known(uids=["1"], digests=["d"])],
        lambda: [contacts.find("особа"), contacts.find("оосба"), contacts.find("лов")],
        lambda: [contacts.refer("Анна"), contacts.names("а"), contacts.tags(), contacts.count()],
        lambda: [*notes.all(), *notes.mentioning(ANNA.id), notes.find("нотат")],
        lambda: contacts.add(Contact(name=Name("Нова"))),
        lambda: contacts.put([Entry(ANNA)]),
        lambda: contacts.remove(ANNA.id),
        lambda: notes.add(note),
        lambda: notes.remove(note.id),
        lambda: [storage.info(), storage.check()],
    ]
    for doing in doings:
        with suppress(PomichnykError):  # what is told clearly is no fault
            doing()


def test_a_file_locked_by_another_program_is_said_to_be_and_nothing_is_stored(book: Path) -> None:
    with closing(sqlite3.connect(book)) as other, open_storage(url(book, "0.05")) as storage:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(UnavailableError, match="another program is writing"):
            storage.contacts.add(Contact(name=Name("Нова")))

        assert storage.contacts.count() == 101
        other.rollback()
        storage.contacts.add(Contact(name=Name("Нова")))
        assert storage.contacts.count() == 102


def test_a_lock_is_waited_for(book: Path) -> None:
    holder = """
import sqlite3, sys, time
other = sqlite3.connect(sys.argv[1])
other.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(0.3)
other.rollback()
other.close()
"""
    with subprocess.Popen([sys.executable, "-c", holder, book], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        with open_storage(url(book)) as storage:
            storage.contacts.add(Contact(name=Name("Нова")))

            assert storage.contacts.count() == 102


@pytest.mark.parametrize("by", ["sqlite", "sqlite+pysqlite"])
def test_a_damaged_page_never_makes_more_than_a_clear_error(book: Path, by: str) -> None:
    sound = book.read_bytes()
    page = 4096
    for start in range(page, len(sound), 5 * page):
        damaged = sound[:start] + b"\xa5" * page + sound[start + page :]
        book.write_bytes(damaged)
        try:
            with open_storage(url(book).replace("sqlite", by, 1)) as storage:
                used(storage)
        except UnavailableError as error:
            assert str(book) in str(error)  # noqa: PT017  # it need not be raised at every page
        for log in book.parent.glob("book.db-*"):
            log.unlink()


def test_damage_is_found_by_a_check(book: Path) -> None:
    with open_storage(url(book)) as storage:
        assert storage.check() == []
    page = 4096
    sound = book.read_bytes()
    checks = []
    for start in range(page, len(sound), 7 * page):
        book.write_bytes(sound[:start] + b"\xa5" * page + sound[start + page :])
        try:
            with open_storage(url(book)) as storage:
                checks.append(storage.check())
        except UnavailableError as error:
            checks.append([error.text])

    assert all(checks)


@pytest.mark.parametrize("keep", [1, 50, 100, 4096, 40_000])
def test_a_truncated_file_is_refused_or_read_with_clear_errors(book: Path, keep: int) -> None:
    with book.open("r+b") as file:
        file.truncate(keep)

    with pytest.raises(UnavailableError), open_storage(url(book)) as storage:
        [*storage.contacts.entries()]


def test_what_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all,\n" * 1000)

    with pytest.raises(UnavailableError, match="not a database"):
        open_storage(url(letter))

    assert letter.read_text() == "Dear all,\n" * 1000
    assert [*tmp_path.iterdir()] == [letter]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="cannot be opened"):
        open_storage(url(tmp_path))


def test_a_home_that_cannot_be_made_is_refused(book: Path) -> None:
    with pytest.raises(UnavailableError, match="cannot be made"):
        open_storage(url(book / "inside" / "a.db"))


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE contacts (id)", "PRAGMA application_id = 7", "CREATE TABLE alembic_version (x)"],
)
def test_the_file_of_another_program_is_refused_and_left_as_it_is(
    tmp_path: Path, statement: str
) -> None:
    theirs = tmp_path / "theirs.db"
    with closing(sqlite3.connect(theirs)) as connection:
        connection.execute(statement)
    before = theirs.read_bytes()

    with pytest.raises(UnavailableError, match="another program"):
        open_storage(url(theirs))

    assert theirs.read_bytes() == before


def test_a_newer_schema_is_refused_and_left_as_it_is(book: Path) -> None:
    with closing(sqlite3.connect(book, isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = book.read_bytes()

    with pytest.raises(UnavailableError, match="newer version"):
        open_storage(url(book))

    assert book.read_bytes() == before


@pytest.mark.parametrize("statement", ["DELETE FROM alembic_version", "DROP TABLE alembic_version"])
def test_a_file_of_ours_without_a_schema_is_refused(book: Path, statement: str) -> None:
    with closing(sqlite3.connect(book, isolation_level=None)) as connection:
        connection.execute(statement)

    with pytest.raises(UnavailableError, match=str(book)):
        open_storage(url(book))


def test_a_file_that_is_gone_meanwhile_is_not_made_anew(book: Path) -> None:
    with open_storage(url(book)) as storage:
        reading = storage.contacts.all()
        next(reading)
        book.unlink()

        with pytest.raises(UnavailableError, match="cannot be opened"):
            storage.contacts.add(ANNA)

        assert not book.exists()
        assert len([*reading]) == 100


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a disk of a megabyte there, and tell whether that was possible."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True
    )
    try:
        yield mounted.returncode == 0
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_said_to_be_and_nothing_is_lost(tmp_path: Path) -> None:
    with small_disk(tmp_path) as small, open_storage(url(tmp_path / "book.db")) as storage:
        if not small:
            _limit_pages(storage)
        storage.contacts.add(ANNA)

        with pytest.raises(UnavailableError, match="the disk"):
            storage.contacts.put(
                Entry(Contact(name=Name(f"Особа {n}"), comment=f"{n} " * 500)) for n in range(2000)
            )

        assert [*storage.contacts.all()] == [ANNA]
        assert storage.check() == []
        storage.contacts.remove(ANNA.id)
        assert storage.contacts.count() == 0


def test_a_file_that_may_not_grow_is_said_to_be_full(book: Path) -> None:
    with open_storage(url(book)) as storage:
        _limit_pages(storage)

        with pytest.raises(UnavailableError, match="the disk is full; nothing was stored"):
            storage.contacts.put(Entry(Contact(name=Name(f"Особа {n}"))) for n in range(2000))

        assert storage.contacts.count() == 101


def _limit_pages(storage: Storage) -> None:
    """Let the file of a storage grow by a hundred pages at most."""
    file = storage._file  # type: ignore[attr-defined]  # of SqliteStorage
    connect = file.connect

    def limited() -> sqlite3.Connection:
        connection: sqlite3.Connection = connect()
        ((pages,),) = connection.execute("PRAGMA page_count")
        connection.execute(f"PRAGMA max_page_count = {pages + 100}")
        return connection

    storage._direct._idle.pop().close()  # type: ignore[attr-defined]  # of SqliteStorage
    storage._direct._connect = limited  # type: ignore[attr-defined]  # of SqliteStorage


READING = """
import os, sys
import pomichnyk.storage.sqlite
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Name
from pomichnyk.errors import UnavailableError
from pomichnyk.storage import open_storage
if os.getuid() == 0:
    os.setgid(65534), os.setuid(65534)
try:
    with open_storage("sqlite:///" + sys.argv[1]) as storage:
        print(len([*storage.contacts.all()]), storage.check())
        storage.contacts.add(Contact(name=Name("x")))
except UnavailableError as error:
    print(error)
sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.parametrize(
    ("file", "folder", "said"),
    [
        (0o444, 0o555, ["101 []", "it may be read but not written"]),
        (0o444, 0o777, ["101 []", "it may be read but not written"]),
        (0o666, 0o555, ["101 []", "it may be read but not written"]),
        (0o000, 0o777, ["the file cannot be opened"]),
        (0o666, 0o000, ["cannot be made: Permission denied"]),
    ],
)
def test_who_may_not_write_reads_and_who_may_not_read_is_told(
    book: Path, file: int, folder: int, said: list[str]
) -> None:
    with TemporaryDirectory() as temporary:
        Path(temporary).chmod(0o755)
        home = Path(temporary) / "home"
        home.mkdir()
        copy = Path(shutil.copy(book, home))
        copy.chmod(file)
        home.chmod(folder)

        done = subprocess.run(
            [sys.executable, "-c", READING, copy], check=True, capture_output=True, text=True
        )
        home.chmod(0o755)

    lines = done.stdout.splitlines()
    assert [line.removeprefix(str(copy)).lstrip(": ") for line in lines] == said
    assert done.stderr == ""


def test_a_log_left_by_a_program_that_died_is_read_too(book: Path) -> None:
    writing = f"""
import os, uuid
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Name
from pomichnyk.storage import open_storage
storage = open_storage({url(book)!r})
storage.contacts.add(Contact(name=Name("Остання"), id=uuid.UUID(int=1)))
os._exit(1)
"""
    subprocess.run([sys.executable, "-c", writing], check=False)
    assert book.with_name("book.db-wal").stat().st_size > 0

    with open_storage(url(book)) as storage:
        assert storage.contacts.get(UUID(int=1)).name == "Остання"
