"""The commands that copy a storage and check another one, as lines that a person types."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.config import Config
from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Name, Phone
from pomichnyk.storage import open_storage
from pomichnyk.storage._urls import same

Run = Callable[..., tuple[int, str, str]]
Sql = Callable[..., None]

UUID_FORM = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SPOIL = """
CREATE TRIGGER spoil AFTER INSERT ON contacts
BEGIN UPDATE contacts SET comment = 'spoiled' WHERE pk = NEW.pk; END
"""


@pytest.fixture
def source(app: App, run: Run, tmp_path: Path) -> str:
    """Return the URL of a file with a contact, a note and a group of students."""
    url = f"sqlite:///{tmp_path}/a.db"
    app.config = Config(url)
    run("contact", "add", "Олена", "--phone", "0671234567")
    run("note", "add", "call @Олена")
    run("grades", "add", "group", "10-А")
    return url


@pytest.fixture
def target(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/b.db"


@pytest.fixture
def spoilt(target: str, tmp_path: Path) -> Sql:
    """Run statements on the target behind the program's back."""
    open_storage(target).close()

    def run(*statements: str) -> None:
        with closing(sqlite3.connect(tmp_path / "b.db", isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return run


def test_everything_is_copied_and_told(run: Run, source: str, target: str) -> None:
    code, out, err = run("storage", "copy", source, target)

    assert (code, err) == (0, "")
    said, digest = out.rstrip().rsplit("\t", 1)
    assert said == (
        f"copied from {source} to {target}; both are equal\n"
        "contacts\t1 new, 0 updated, 0 unchanged\n"
        "notes\t1 new, 0 updated, 0 unchanged\n"
        "groups\t1 new, 0 updated, 0 unchanged\n"
        "digest"
    )
    assert len(digest) == 64
    checked = run("storage", "check", target, view="json")[1]
    assert json.loads(checked) == {"problems": [], "digest": digest}
    assert run("storage", "check", target)[:2] == (0, "the storage is sound\n")


def test_a_program_reads_what_became_of_each_kind(run: Run, source: str, target: str) -> None:
    run("storage", "copy", source, target)
    run("--", "contact")

    record = json.loads(run("storage", "copy", source, target, view="json")[1])

    none = {"new": 0, "updated": 0, "unchanged": 0, "beyond": 0}
    assert (record["source"], record["target"]) == (source, target)
    assert record["copied"]["contacts"] == none | {"unchanged": 1}
    assert record["copied"]["grades"] == none
    assert (record["differing"], record["differences"]) == (0, [])
    assert record["digests"][0] == record["digests"][1]


def test_what_a_trigger_spoils_is_named(run: Run, source: str, target: str, spoilt: Sql) -> None:
    spoilt(SPOIL)

    code, out, err = run("storage", "copy", source, target)

    assert (code, err) == (7, "")
    assert f"copied from {source} to {target}; 1 record differs\n" in out
    assert "differing\tcontacts: Олена (" in out
    assert out.endswith(") is another in the target: comment\n")
    record = json.loads(run("storage", "copy", source, target, view="json")[1])
    assert record["copied"]["contacts"]["updated"] == 1
    assert (record["differing"], record["differences"]) == (0, [])


def test_what_was_changed_later_in_the_target_stays_and_is_named(
    run: Run, source: str, target: str, spoilt: Sql
) -> None:
    run("storage", "copy", source, target)
    spoilt("UPDATE contacts SET comment = 'mine', changed = '2100' || substr(changed, 5)")

    code, out, _ = run("storage", "copy", source, target)
    assert code == 7
    assert ") was changed later in the target, and stays so: comment, changed" in out

    record = json.loads(run("storage", "copy", source, target, view="json")[1])
    assert record["differences"][0]["fields"] == ["comment", "changed"]
    assert record["differences"][0]["later"]
    assert record["digests"][0] != record["digests"][1]
    assert run("storage", "copy", target, source)[0] == 0


def test_many_differences_are_counted_and_the_first_are_named(
    run: Run, app: App, source: str, target: str, spoilt: Sql
) -> None:
    app.storage.contacts.put(Entry(Contact(name=Name(f"N{n}"))) for n in range(150))
    spoilt(SPOIL)

    out = run("storage", "copy", source, target)[1]

    assert "151 records differ" in out
    assert out.count(" is another in the target: comment") == 100
    assert "and 51 more" in out


def test_where_nothing_can_be_copied_it_is_told_and_nothing_is_made(
    run: Run, source: str, target: str, tmp_path: Path
) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "a.db")
    os.link(tmp_path / "a.db", tmp_path / "hard.db")
    again = [f"sqlite:///{tmp_path}/{name}.db" for name in ("a", "link", "hard", "./a")]
    for url in (*again, f"sqlite+pysqlite:///{tmp_path}/a.db"):
        assert run("storage", "copy", source, url)[::2] == (
            2,
            "pomichnyk: a storage cannot be copied into itself\n",
        )
    assert run("storage", "copy", source, "memory:")[0] == 2
    assert run("storage", "copy", f"sqlite:///{tmp_path}/none.db", target)[0] == 3
    assert run("storage", "check", f"sqlite:///{tmp_path}/none.db")[0] == 3
    assert run("storage", "copy", source, "nowhere://x")[0] == 2
    assert not (tmp_path / "none.db").exists()
    assert not (tmp_path / "b.db").exists()


@pytest.mark.parametrize("kind", ["postgresql", "mongodb"])
def test_a_server_that_is_away_is_told_without_its_password(
    run: Run, source: str, kind: str
) -> None:
    options = "?serverSelectionTimeoutMS=200" if kind == "mongodb" else ""
    url = f"{kind}://me:s3cret@127.0.0.1:1/book{options}"

    for words in (("copy", source, url), ("copy", url, source), ("check", url)):
        code, out, err = run("storage", *words)
        assert (code, out, len(err.splitlines())) == (6, "", 1)
        assert "s3cret" not in err


def test_the_gradebook_stays_aside_if_asked(run: Run, source: str, target: str) -> None:
    out = run("storage", "copy", source, target, "--without-grades")[1]

    assert "groups" not in out
    with closing(sqlite3.connect(target.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("SELECT count(*) FROM student_groups").fetchone() == (0,)


def test_the_storage_in_use_may_be_either(run: Run, app: App, target: str) -> None:
    run("contact", "add", "Олена")

    assert run("storage", "copy", "memory:", target)[0] == 0
    run("contact", "add", "Тарас")
    assert run("storage", "copy", target, "memory:")[1].splitlines()[1] == (
        "contacts\t0 new, 0 updated, 1 unchanged; 1 more in the target"
    )
    assert app.storage.contacts.count() == 2


def test_a_check_reads_every_record(run: Run, source: str, target: str, spoilt: Sql) -> None:
    with open_storage(target) as storage:
        for name in ("Адам", "Єва"):
            contact = Contact(name=Name(name), phones=(Phone("+380671234567"),))
            storage.contacts.put([Entry(contact, Card("BEGIN:VCARD\nEND:VCARD", "", "d" * 64))])
    spoilt("UPDATE contact_details SET value = 'nothing'")

    code, out, _ = run("storage", "check", target)
    assert code == 7
    assert ": phone: 'nothing' is not valid" in out
    assert re.match(rf"{UUID_FORM}: phone", out)

    spoilt(
        "UPDATE contact_details SET value = '+380671234567'",
        "UPDATE contacts SET created = 'never'",
    )
    assert "is not valid; expected: a record" in run("storage", "check", target)[1]

    spoilt("UPDATE contacts SET created = changed")
    code, out, _ = run("storage", "check", target)
    assert code == 7
    assert len([line for line in out.splitlines() if "is not what it was" in line]) == 2

    spoilt("UPDATE contacts SET place = '\U0010ffff' WHERE name = 'Адам'")
    assert "is out of order" in run("storage", "check", target)[1]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("postgresql://me:a@Host/book", "postgresql://you:b@host/book?x=1", True),
        ("postgresql://host/book", "postgresql://host/other", False),
        ("mongodb://host/book", "postgresql://host/book", False),
        ("sqlite:///none%20here.db", "sqlite:///./none here.db?timeout=1", True),
    ],
)
def test_two_urls_of_one_storage_are_known(one: str, other: str, *, expected: bool) -> None:
    assert same(one, other) == expected


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("value", "101", "#1: grade"),
        ("day", "'2026'", "#1: day"),
        ("done", "'gone'", "#1: history"),
        ("at", "'never'", "#1: moment"),
        ("weight", "0", "#1: weight"),
    ],
)
def test_a_check_reads_the_gradebook_too(
    run: Run, target: str, spoilt: Sql, column: str, value: str, told: str
) -> None:
    spoilt(
        "INSERT INTO grade_changes (id, grade_id, student_id, subject_id, student, subject, value,"
        " day, weight, work, at, done) VALUES (1, 1, 1, 1, 'Олена', 'Алгебра', 100, '2026-09-01',"
        " 1, '', '2026-09-02T00:00+00:00', 'erased')"
    )
    assert run("storage", "check", target)[0] == 0

    spoilt(f"UPDATE grade_changes SET {column} = {value}")
    code, out, _ = run("storage", "check", target)

    assert code == 7
    assert out.startswith(told)
