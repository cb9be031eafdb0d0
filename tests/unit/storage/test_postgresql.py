"""How a PostgreSQL database is named, made, opened, asked and checked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest

from pomichnyk import cli
from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Name, Phone
from pomichnyk.domain.note import Note
from pomichnyk.errors import ConflictError, InvalidValueError, UnavailableError, UsageError
from pomichnyk.gradebook.compiled_postgresql import STATEMENTS as GRADEBOOK
from pomichnyk.gradebook.compiled_sqlite import STATEMENTS as SQLITE_GRADEBOOK
from pomichnyk.migrations import HEAD
from pomichnyk.storage import open_storage
from pomichnyk.storage._sql import server as servers
from pomichnyk.storage._sql.compiled_postgresql import STATEMENTS
from pomichnyk.storage._sql.rows import contact_row
from pomichnyk.storage._sql.served import WRITE, Connection
from pomichnyk.storage._sql.server import server
from pomichnyk.storage._sql.tsearch import matching
from pomichnyk.storage.postgresql import PostgresqlStorage
from postgresql_server import PASSWORD, PostgresqlServer

OLENA = Contact(name=Name("Олена"), phones=(Phone("+380671234567"),))
CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'"


@pytest.fixture
def storage(postgresql_url: str) -> Iterator[PostgresqlStorage]:
    """Return an empty storage that is open."""
    with PostgresqlStorage(postgresql_url) as opened:
        yield opened


@pytest.fixture
def new_url(postgresql_server: PostgresqlServer) -> str:
    """Return the URL of a database of one's own, without any table."""
    return postgresql_server.url(postgresql_server.database())


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://localhost/book?sslmod=require", "sslmod"),
        ("postgresql://localhost/book?Timeout=3", "Timeout"),
        ("postgresql://localhost/book?timeout=soon", "timeout: “soon”"),
        ("postgresql://localhost/book?statement_timeout=-1", "statement_timeout: “-1”"),
        ("postgresql://localhost/book?pool=", "pool: “”"),
        ("postgresql://me:secret@[local/book", "postgresql:…"),
    ],
)
def test_a_url_that_asks_for_what_there_is_not_is_refused_by_name(url: str, why: str) -> None:
    with pytest.raises(UsageError, match=re.escape(why)) as refused:
        open_storage(url)

    assert "secret" not in str(refused.value)


def test_what_a_url_says_reaches_the_server(postgresql_url: str) -> None:
    url = f"{postgresql_url}?timeout=1.5&statement_timeout=7&options=-c%20work_mem%3D1MB&pool=2"
    shown = b"SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
    names = ["lock_timeout", "statement_timeout", "work_mem", "jit"]

    with PostgresqlStorage(url) as storage, storage._served.connection() as connection:
        settings = dict(connection.execute(shown, [names]).fetchall())

    assert settings == {
        "lock_timeout": "1500",
        "statement_timeout": "7000",
        "work_mem": "1024",
        "jit": "off",
    }


def test_a_url_as_sqlalchemy_has_it_and_names_to_be_escaped_will_do(
    postgresql_server: PostgresqlServer,
) -> None:
    postgresql_server.run('CREATE DATABASE "my book?"')
    url = postgresql_server.url("my book?").replace("postgresql:", "postgresql+psycopg:")

    with open_storage(url) as storage:
        storage.contacts.add(OLENA)
        assert storage.info().url == url


def test_programs_that_make_the_schema_at_once_all_find_it_made(new_url: str) -> None:
    program = "import sys; from pomichnyk.storage import open_storage; open_storage(sys.argv[1])"
    words = [sys.executable, "-W", "ignore", "-c", f"{program}.close()", new_url]
    processes = [subprocess.Popen(words) for _ in range(2)]

    assert [process.wait() for process in processes] == [0, 0]
    with open_storage(new_url) as storage:
        assert (storage.info().version, storage.check()) == (HEAD, [])


def test_an_older_schema_is_upgraded_with_all_its_data(
    postgresql_server: PostgresqlServer, new_url: str
) -> None:
    from pomichnyk.storage._sql.schema import upgrade

    engine = server(new_url).engine()
    upgrade(engine, "old", "0003")
    engine.dispose()
    row = contact_row(OLENA)
    values = ", ".join("NULL" if one is None else f"'{one}'" for one in row.values())
    postgresql_server.run(
        f"INSERT INTO contacts (pk, {', '.join(row)}) VALUES (7, {values})",
        "INSERT INTO contact_words VALUES ('олена', 1), ('olena', 1)",
        database=new_url.rpartition("/")[2],
    )

    with open_storage(new_url) as storage:
        assert [one.name for one in storage.contacts.find("олен")] == ["Олена"]


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("CREATE TABLE others (id int)", "another program"),
        ("CREATE TABLE alembic_version AS SELECT 'ae1027a6acf' AS version_num", "another program"),
        ("CREATE TABLE alembic_version (version_num text)", "another program"),
        ("CREATE TABLE alembic_version AS SELECT '9999' AS version_num", "newer version"),
    ],
)
def test_what_is_not_ours_is_left_alone(
    postgresql_server: PostgresqlServer, new_url: str, statement: str, why: str
) -> None:
    database = new_url.rpartition("/")[2]
    postgresql_server.run(statement, database=database)
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    before = postgresql_server.run(tables, database=database)

    with pytest.raises(UnavailableError, match=why):
        open_storage(new_url)

    assert postgresql_server.run(tables, database=database) == before


def test_everyday_use_imports_neither_sqlalchemy_nor_alembic(postgresql_url: str) -> None:
    program = """
import sys
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Name
from pomichnyk.storage import open_storage
with open_storage(sys.argv[1]) as storage:
    storage.contacts.add(Contact(name=Name("Олена")))
    print([contact.name for contact in storage.contacts.find("олен")])
print({"sqlalchemy", "alembic", "rapidfuzz", "phonenumbers"} & {*sys.modules})
"""
    done = subprocess.run(
        [sys.executable, "-c", program, postgresql_url],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )

    assert done.stdout.split("\n") == ["['Олена']", "set()", ""]


@pytest.mark.parametrize("folder", ["storage/_sql", "gradebook"])
def test_the_compiled_statements_are_those_that_are_written(folder: str) -> None:
    script = Path(__file__).parents[3] / "scripts/compile_statements.py"
    program = f"import runpy; print(runpy.run_path({str(script)!r})['module']"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}({folder!r}, 'postgresql'), end='')"],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    compiled = script.parents[1] / "src/pomichnyk" / folder / "compiled_postgresql.py"

    assert compiled.read_text(encoding="utf-8") == done.stdout, "run scripts/compile_statements.py"


@pytest.mark.parametrize("words", [["contact", "find", "олен"], ["grades", "list"], ["nonsense"]])
def test_no_connection_is_left_after_a_command(
    postgresql_server: PostgresqlServer,
    postgresql_url: str,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", StringIO())
    monkeypatch.setattr(sys, "stderr", StringIO())
    connected = CONNECTED.format(name=postgresql_url.rpartition("/")[2])

    cli.main(["--storage", postgresql_url, *words])

    for _ in range(1000):  # the server notices a little later
        if postgresql_server.run(connected) == [(0,)]:
            return
    pytest.fail("a connection is left")


def test_threads_share_the_connections_that_are_idle(storage: PostgresqlStorage) -> None:
    with ThreadPoolExecutor(8) as pool:
        counts = [*pool.map(lambda _: storage.contacts.count(), range(200))]

    assert counts == [0] * 200
    assert len(storage._served._idle) <= 8


def test_there_are_no_more_connections_than_the_url_allows(postgresql_url: str) -> None:
    with PostgresqlStorage(f"{postgresql_url}?pool=1&timeout=0.1") as storage:
        storage.contacts.put([Entry(OLENA), Entry(Contact(name=Name("Тарас")))])
        reading = storage.contacts.all()
        next(reading)

        with pytest.raises(UnavailableError, match="too many"):
            storage.contacts.count()

        assert len([*reading]) == 1
        assert storage.contacts.count() == 2


def test_who_waits_too_long_for_another_writer_is_told(postgresql_url: str) -> None:
    with (
        PostgresqlStorage(postgresql_url) as other,
        PostgresqlStorage(f"{postgresql_url}?timeout=0.1") as storage,
        other._served.connection(WRITE),
    ):
        with pytest.raises(UnavailableError, match="another program is writing"):
            storage.contacts.add(OLENA)
        assert storage.contacts.count() == 0


def test_a_statement_that_takes_too_long_is_given_up(postgresql_url: str) -> None:
    with PostgresqlStorage(f"{postgresql_url}?statement_timeout=0.05") as storage:
        with (
            pytest.raises(UnavailableError, match="took too long"),
            storage._served.connection() as connection,
        ):
            connection.execute(b"SELECT pg_sleep(60)")
        assert storage.contacts.count() == 0


def test_what_the_database_itself_refuses_as_known_is_a_conflict(
    storage: PostgresqlStorage,
) -> None:
    storage.contacts.add(OLENA)

    with (
        pytest.raises(ConflictError, match="stored meanwhile"),
        storage._served.writing() as session,
    ):
        session.insert("contact.add", [contact_row(OLENA)])

    assert storage.contacts.count() == 1


@pytest.mark.parametrize("size", [1, 30])
def test_a_nul_is_refused_before_anything_is_stored(storage: PostgresqlStorage, size: int) -> None:
    entries = [Entry(Contact(name=Name(str(n))), Card("a\0b", "", "")) for n in range(size)]

    with pytest.raises(InvalidValueError, match="text"):
        storage.contacts.put(entries)

    assert storage.contacts.count() == 0
    storage.contacts.add(OLENA)


def test_tens_of_thousands_are_asked_for_at_once(storage: PostgresqlStorage) -> None:
    entries = [Entry(Contact(name=Name(f"{n}")), Card("c", f"u{n}", f"d{n}")) for n in range(3)]
    storage.contacts.put(entries)
    uids = {*(f"u{n}" for n in range(70_000)), *(str(uuid4()) for _ in range(1000))}

    assert storage.contacts.known(uids=uids, digests={f"e{n}" for n in range(70_000)}) == entries


LONG = "довге" * 200
WORDS = " ".join(f"слово{n}" for n in range(80_000))


@pytest.mark.parametrize(
    "text",
    [
        f"початок {WORDS[:3000]} {LONG} кінець",
        f"початок {WORDS} {LONG} кінець",
        f"початок слово149 {'щ' * 990_000} {LONG} кінець",
        f"початок слово149 кінець {''.join(map(chr, range(0x4E00, 0x9FFF)))} {LONG}",
    ],
    ids=["a page", "a book", "one word", "ideographs"],
)
def test_long_texts_are_found_by_all_their_words(storage: PostgresqlStorage, text: str) -> None:
    note, other = Note(text=text), Note(text="початок іншого")
    storage.notes.put([note, other])
    find = storage.notes.find

    assert storage.notes.get(note.id) == note
    for query in ("кінець", "кін", "інець", "ово14", "початок слово149", "поч інець", LONG):
        assert find(query) == [note], query
    assert find("овгедо") == [note]
    assert find("хтозна") == find("ово14 іншого") == []
    assert storage.check() == []


def test_a_name_too_long_for_an_index_is_refused_and_nothing_of_it_stored(
    storage: PostgresqlStorage,
) -> None:
    ideographs = "".join(map(chr, range(0x4E00, 0x4E00 + 1000)))

    with pytest.raises(InvalidValueError, match="a shorter name"):
        storage.contacts.add(Contact(name=Name(ideographs)))

    assert storage.contacts.count() == 0
    storage.contacts.add(Contact(name=Name(("Шевченко " * 111).strip())))


@pytest.mark.parametrize(
    "query",
    ["' | 'а", "а':*", "(|)", "a\\", ".*", "^", "|", "$$; DROP TABLE notes", "…", "%s %(a)s"],
)
def test_no_operator_of_a_query_gets_through(storage: PostgresqlStorage, query: str) -> None:
    storage.contacts.put([Entry(OLENA), Entry(Contact(name=Name("а")))])

    assert {one.name for one in storage.contacts.find(query)} <= {"а"}
    assert storage.contacts.find(f"{query} тарас") == []
    assert storage.contacts.refer(query) == []


def test_a_query_of_a_thousand_words_is_answered(storage: PostgresqlStorage) -> None:
    words = [f"слово{n}" for n in range(1000)]
    note = Note(text=" ".join(words))
    storage.notes.add(note)

    assert storage.notes.find(" ".join(words)) == [note]
    assert storage.notes.find(" ".join(word[1:] for word in words)) == [note]
    assert storage.notes.find(" ".join([*words, "інше"])) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DROP INDEX ix_contacts_words", ["ix_contacts_words: lacking"]),
        ("DROP INDEX ix_contact_cards_uid", ["ix_contact_cards_uid: lacking"]),
        (
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_notes_parts'::regclass",
            ["ix_notes_parts: not valid"],
        ),
        ("UPDATE contacts SET folded = 'інше'", ["is found by other words", "miscounted"]),
        ("DROP TABLE note_words CASCADE", ["pk_note_words: lacking", "does not exist"]),
    ],
)
def test_damage_is_found_by_a_check(
    postgresql_server: PostgresqlServer, empty_database: str, statement: str, found: list[str]
) -> None:
    database = postgresql_server.database(empty_database)
    with open_storage(postgresql_server.url(database)) as storage:
        storage.contacts.add(OLENA)
        postgresql_server.run("SET allow_system_table_mods = on", statement, database=database)

        lines = [str(line) for line in storage.check()]

    assert len(lines) <= len(found) + 1
    assert all(any(part in line for line in lines) for part in found)


SCANNED = ("count", "folded", "every_tag", "words.long")
SORTED = ("all.", "tagged.", "names")


def test_no_everyday_statement_reads_a_whole_table(storage: PostgresqlStorage) -> None:
    everyday = [name for name in STATEMENTS if not any(one in name for one in (*SCANNED, *SORTED))]
    scans: list[tuple[str, str]] = []

    with storage._served.connection() as connection:
        connection.execute(b"SET LOCAL enable_seqscan = off")
        for name in everyday:
            plan = connection.execute(f"EXPLAIN (GENERIC_PLAN) {_numbered(name)}".encode())
            scans += [(name, line) for (line,) in plan if "Seq Scan" in line]

    assert scans == []
    assert len(everyday) > 40


def test_a_search_is_planned_alike_whatever_is_looked_for(storage: PostgresqlStorage) -> None:
    """For what nearly all have, PostgreSQL would rather read all rows than ask an index."""
    phones = (Phone(f"+38067{n:07}") for n in range(500))
    storage.contacts.put(Entry(Contact(name=Name("Олена"), phones=(phone,))) for phone in phones)

    with storage._served.connection() as connection:
        connection.execute(b"ANALYZE contacts")
        assert _plan(connection, "380") == _plan(connection, "999")


def _plan(connection: Connection, word: str) -> list[str]:
    search, asked = matching(((word,),), (), False)
    values = {**asked, "among": 1000, "limit": 50}
    explained = f"EXPLAIN {STATEMENTS[f'contact.find.{search}']}".encode()
    return [line for (line,) in connection.execute(explained, values)]


def _numbered(name: str) -> str:
    """Return a statement with its parameters as the server itself has them."""
    numbers = {one: f"${n}" for n, one in enumerate(_parameters(STATEMENTS[name]), 1)}
    return re.sub(r"%\((\w+)\)s", lambda found: numbers[found[1]], STATEMENTS[name])


def _parameters(statement: str) -> list[str]:
    return [*dict.fromkeys(re.findall(r"%\((\w+)\)s", statement))]


def test_the_gradebook_has_the_same_statements_as_on_sqlite() -> None:
    assert {*GRADEBOOK} == {*SQLITE_GRADEBOOK}


def test_a_password_comes_by_url_and_is_never_shown(
    postgresql_server: PostgresqlServer, postgresql_url: str
) -> None:
    database = postgresql_url.rpartition("/")[2]
    postgresql_server.run(
        f"DROP ROLE IF EXISTS guarded; CREATE ROLE guarded LOGIN SUPERUSER PASSWORD '{PASSWORD}'"
    )
    url = postgresql_server.guarded_url(database)

    with open_storage(url) as storage:
        assert storage.info().url == postgresql_server.url(database, "guarded")
    with pytest.raises(UnavailableError, match="password authentication failed") as refused:
        open_storage(postgresql_server.guarded_url(database, "wrong"))

    assert "wrong" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("privilege", "why"),
    [
        ("ALTER ROLE reader SET default_transaction_read_only = on", "not written"),
        ("REVOKE INSERT ON contacts FROM reader", "not permitted"),
    ],
)
def test_what_may_only_be_read_is_read(
    postgresql_server: PostgresqlServer, empty_database: str, privilege: str, why: str
) -> None:
    database = postgresql_server.database(empty_database)
    with open_storage(postgresql_server.url(database)) as storage:
        storage.contacts.add(OLENA)
    postgresql_server.run(
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO reader",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO reader",
        privilege,
        database=database,
    )

    with open_storage(postgresql_server.url(database, "reader")) as storage:
        assert [*storage.contacts.all()] == storage.contacts.find("олен") == [OLENA]
        with pytest.raises(UnavailableError, match=why):
            storage.contacts.add(Contact(name=Name("Тарас")))
        assert storage.contacts.count() == 1
    postgresql_server.run("DROP OWNED BY reader", "DROP ROLE reader", database=database)


def test_a_database_that_is_not_there_is_told(postgresql_server: PostgresqlServer) -> None:
    with pytest.raises(UnavailableError, match='database "absent" does not exist'):
        open_storage(postgresql_server.url("absent"))


def test_a_database_of_another_encoding_is_refused(postgresql_server: PostgresqlServer) -> None:
    postgresql_server.run(
        "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'"
    )

    with pytest.raises(UnavailableError, match="UTF8"):
        open_storage(postgresql_server.url("latin"))


def test_limits_are_those_that_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert server("postgresql:///book?pool=0").most == 1
    assert server("postgresql:///book?timeout=1000000000").patience == servers.LARGEST
    assert server("postgresql://").conninfo.startswith("connect_timeout=10")
