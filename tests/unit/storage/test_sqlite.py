"""How a SQLite file is named, made and opened."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pomichnyk.config import default_storage
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Name, Phone
from pomichnyk.errors import ConflictError, UsageError
from pomichnyk.storage import open_storage
from pomichnyk.storage._sql.compiled_sqlite import STATEMENTS
from pomichnyk.storage._sql.rows import contact_row
from pomichnyk.storage._sql.sessions import BATCH
from pomichnyk.storage.sqlite import SqliteStorage

OLENA = Contact(name=Name("Олена"))


def test_a_relative_path_stays_where_it_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_storage("sqlite:///new/my%20book%3F.db") as storage:
        monkeypatch.chdir("/")
        reading = storage.contacts.all()
        storage.contacts.add(OLENA)

        assert [*reading] == [OLENA]
    assert [*tmp_path.rglob("*.db")] == [tmp_path / "new/my book?.db"]


def test_a_new_home_is_private(tmp_path: Path) -> None:
    with open_storage(f"sqlite:///{tmp_path}/new/book.db") as storage:
        storage.contacts.add(OLENA)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}

    assert modes == {"new": 0o700, "book.db": 0o600, "book.db-wal": 0o600, "book.db-shm": 0o600}


@pytest.mark.skipif(sys.platform != "linux", reason="the folder is chosen by XDG_DATA_HOME")
def test_the_default_home_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "a %20 b? c# ї"
    url = default_storage({"XDG_DATA_HOME": str(folder)})

    open_storage(url).close()

    assert [path.name for path in folder.rglob("*.db")] == ["pomichnyk.db"]


def test_threads_that_read_at_once_share_the_connections_that_are_idle(tmp_path: Path) -> None:
    with SqliteStorage(f"sqlite:///{tmp_path}/book.db") as storage:
        with ThreadPoolExecutor(8) as pool:
            counts = [*pool.map(lambda _: storage.contacts.count(), range(400))]

        assert counts == [0] * 400
        assert len(storage._direct._idle) <= 8


def test_an_empty_file_is_made_a_storage(tmp_path: Path) -> None:
    book = tmp_path / "book.db"
    book.touch()

    with open_storage(f"sqlite:///{book}") as storage:
        assert storage.info().version


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/book.db",
        "sqlite:///book.db?mode=ro",
        "sqlite:///book.db#part",
        "sqlite:///book.db?timeout=soon",
        "sqlite:///book.db?timeout=-1",
        "sqlite:///book.db?timeout=nan",
    ],
)
def test_a_url_that_names_no_file_is_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError):
        open_storage(url)

    assert [*tmp_path.iterdir()] == []


def test_everyday_use_imports_neither_sqlalchemy_nor_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/book.db"
    open_storage(url).close()
    program = """
import sys
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Name, Phone
from pomichnyk.storage import open_storage
with open_storage(sys.argv[1]) as storage:
    storage.contacts.add(Contact(name=Name("Олена")))
    print([contact.name for contact in storage.contacts.find("олен")])
print({"sqlalchemy", "alembic", "rapidfuzz", "phonenumbers"} & {*sys.modules})
"""
    done = subprocess.run(
        [sys.executable, "-c", program, url],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )

    assert done.stdout.split("\n") == ["['Олена']", "set()", ""]


def test_the_compiled_statements_are_those_that_are_written(compile_statements: str) -> None:
    module = sys.modules[open_storage.__module__].__file__
    assert module

    compiled = Path(module).parent / "_sql/compiled_sqlite.py"

    assert compiled.read_text(encoding="utf-8") == compile_statements, (
        "run scripts/compile_statements.py"
    )


@pytest.fixture
def compile_statements() -> str:
    """Return what the script would write now."""
    script = Path(__file__).parents[3] / "scripts/compile_statements.py"
    program = f"import runpy; print(runpy.run_path({str(script)!r})['module'](), end='')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    return done.stdout


def test_an_index_that_disagrees_with_its_words_is_found_by_a_check(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/book.db"
    with SqliteStorage(url) as storage:
        storage.contacts.add(OLENA)
        with storage._direct.connection() as connection:
            connection.execute("DROP TRIGGER contacts_update")
            connection.execute("UPDATE contacts SET folded = 'інше'")

        found = [str(line).split(":")[0] for line in storage.check()]

    assert found[:2] == ["contact_index", "contact_parts"]
    assert len(found) == 4  # the words are not the contact's, nor as many as were counted


def test_details_that_belong_to_nobody_are_found_by_a_check(tmp_path: Path) -> None:
    with SqliteStorage(f"sqlite:///{tmp_path}/book.db") as storage:
        with storage._direct.connection() as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("INSERT INTO contact_tags VALUES (7, 0, 'a', 'a', 'a')")

        assert [str(line) for line in storage.check()] == [
            "contact_tags: a row belongs to nothing in contacts"
        ]


def test_no_statement_that_stores_is_larger_than_a_batch(tmp_path: Path) -> None:
    made: list[str] = []
    phones = tuple(Phone(f"+38067{number:07}") for number in range(2 * BATCH + 1))
    with SqliteStorage(f"sqlite:///{tmp_path}/book.db") as storage:
        with storage._direct.connection() as connection:
            connection.set_trace_callback(made.append)
        storage.contacts.add(Contact(name=Name("Анна"), phones=phones))

    stored = [one.count("'phone'") for one in made if one.startswith("INSERT INTO contact_details")]
    assert stored == [BATCH, BATCH, 1]


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite"])
def test_what_the_database_itself_refuses_as_known_is_a_conflict(
    tmp_path: Path, scheme: str
) -> None:
    with SqliteStorage(f"{scheme}:///{tmp_path}/book.db") as storage:
        storage.contacts.add(OLENA)

        with (
            pytest.raises(ConflictError, match="stored meanwhile"),
            storage._database.writing() as session,
        ):
            session.insert("contact.add", [contact_row(OLENA)])

        assert storage.contacts.count() == 1


SCANNED = ("count", "folded", "every_tag", "words.long")
SORTED = ("all.", "tagged.", "names")


@pytest.mark.parametrize(
    "name", [name for name in STATEMENTS if not any(one in name for one in (*SCANNED, *SORTED))]
)
def test_no_everyday_statement_reads_a_whole_table(tmp_path: Path, name: str) -> None:
    statement = STATEMENTS[name]
    with SqliteStorage(f"sqlite:///{tmp_path}/book.db") as storage:  # noqa: SIM117
        with storage._direct.connection() as connection:
            values = dict.fromkeys(_parameters(statement))
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()

    scans = [line for *_, line in plan if line.startswith("SCAN") and "VIRTUAL" not in line]
    assert scans == []


def _parameters(statement: str) -> list[str]:
    return re.findall(r":(\w+)", statement)
