"""Copying a gradebook between storages that carry one, and refusing where that would lose."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from io import StringIO
from itertools import product
from pathlib import Path

import pytest

from pomichnyk.bootstrap import GRADEBOOKS, App
from pomichnyk.config import Config
from pomichnyk.domain.contact import Contact, Entry
from pomichnyk.domain.fields import Name
from pomichnyk.errors import ConflictError, SerializationError, UsageError
from pomichnyk.gradebook import editing, grades, records
from pomichnyk.gradebook.records import KINDS, Record
from pomichnyk.gradebook.sessions import Database
from pomichnyk.services.backup import Counts, backup, restore
from pomichnyk.services.copying import copy
from pomichnyk.services.homes import Home
from pomichnyk.storage import Storage, open_storage
from pomichnyk.text import translations
from pomichnyk.views.plain import PlainView

CARRYING = sorted({"sqlite+pysqlite", *GRADEBOOKS} & {"sqlite+pysqlite", *Storage.names()})
ROUND = [*zip(CARRYING, [*CARRYING[1:], CARRYING[0]], strict=True)]
"""Pairs in which each kind is a source once, and a target once."""
TODAY = date(2026, 9, 1)

FreshOf = Callable[[str], Callable[[], str]]
Both = tuple[Home, Home]


def named(pair: tuple[str, str]) -> str:
    return f"{pair[0]} to {pair[1]}"


@pytest.fixture(params=ROUND, ids=named)
def homes(request: pytest.FixtureRequest, fresh_of: FreshOf) -> Iterator[Both]:
    """Return a source with a gradebook, and a target without one."""
    with ExitStack() as stack:

        def home(kind: str) -> Home:
            view = PlainView(StringIO(), StringIO(), translations("en"))
            return stack.enter_context(App(Config(fresh_of(kind)()), view)).home()

        source, target = map(home, request.param)
        fill(book(source))
        yield source, target


def book(home: Home) -> Database:
    assert home.gradebook is not None
    return home.gradebook


def fill(gradebook: Database) -> None:
    """Store two students with grades, one of which was corrected, and one erased."""
    with gradebook.writing() as session:
        for kind, name, owner in (
            ("group", "10-А", ""),
            ("group", "Порожня", ""),
            ("teacher", "Коваль Ірина", ""),
            ("subject", "Алгебра", "Коваль Ірина"),
            ("student", "Шевчук Марта", "10-А"),
            ("student", "Ґалаґан Юрій", "10-А"),
        ):
            editing.add(session, kind, name, owner)
        for student, value in ((1, 100), (1, 70), (2, 0), (2, 55)):
            grades.give(session, student, 1, value, TODAY, weight=student, work="test")
        was = grades.get(session, "2")
        grades.correct(session, was, was._replace(value=75))
        grades.erase(session, "grade", 4)


def kept(home: Home) -> list[Record]:
    """Return all that a gradebook has, its history too."""
    with book(home).reading() as session:
        return [one for kind in KINDS for one in records.stored(session, kind)]


@pytest.mark.parametrize("homes", [*product(CARRYING, CARRYING)], ids=named, indirect=True)
def test_all_of_it_arrives_and_arrives_once(homes: Both) -> None:
    source, target = homes

    first, second = copy(source, target), copy(source, target)

    assert kept(target) == kept(source)
    assert len(kept(source)) == 11
    assert sum(one.new for one in first.tallies) == 11
    assert sum(one.new + one.updated for one in second.tallies) == 0
    assert first.differing == second.differing == 0
    with book(target).writing() as session:  # a number that the history knows is not given again
        assert grades.give(session, 1, 1, 60, TODAY).id == 5


def test_what_was_corrected_since_is_corrected_and_told_once_by_the_history(homes: Both) -> None:
    source, target = homes
    copy(source, target)
    with book(source).writing() as session:
        was = grades.get(session, "1")
        grades.correct(session, was, was._replace(value=98))
        editing.change(session, "student", "Шевчук Марта", owner="Порожня")

    report = copy(source, target)

    assert [one.updated for one in report.tallies] == [0, 0, 0, 0, 0, 0, 1, 0, 1]
    assert report.differing == 0
    assert kept(target) == kept(source)


def test_a_grade_that_only_the_target_knows_is_kept_in_its_history(homes: Both) -> None:
    source, target = homes
    copy(source, target)
    with book(target).writing() as session:
        session.run("grade.change", at=1, **grades.row(grades.get(session, "1")._replace(value=3)))

    report = copy(source, target)

    assert report.differing == 0
    with book(target).reading() as session:
        assert grades.get(session, "1").value == 100
        assert [one.value for one in grades.history(session, "grade", 1)] == [3]


@pytest.mark.parametrize(
    ("kind", "names", "said"),
    [
        ("group", ["Інша"], "groups: #1 “10-А” in the one, #1 “Інша” in the other"),
        ("group", ["10-А", "Порожня", "Третя"], ""),
        ("teacher", ["Інша", "Коваль Ірина"], "#1 “Коваль Ірина” in the one, #1 “Інша”"),
        ("group", ["10-а", "Інша", "порожня"], "#2 “Порожня” in the one, #2 “Інша”"),
        ("group", ["10-а"], ""),
    ],
    ids=["other name", "more names", "swapped", "second", "other letters"],
)
def test_two_gradebooks_are_not_mixed(homes: Both, kind: str, names: list[str], said: str) -> None:
    source, target = homes
    with book(target).writing() as session:
        for name in names:
            editing.add(session, kind, name)
    before = kept(target)

    if not said:
        assert copy(source, target).differing == 0
        return
    with pytest.raises(ConflictError, match=said):
        copy(source, target)
    assert kept(target) == before


def test_a_name_that_another_number_has_is_refused(homes: Both) -> None:
    source, target = homes
    with book(target).writing() as session:
        editing.insert(session, "teacher", "коваль ірина", None, 9)

    with pytest.raises(ConflictError, match="#1 “Коваль Ірина” in the one, #9 “коваль ірина”"):
        copy(source, target)


def test_a_number_that_is_another_grade_is_refused(homes: Both) -> None:
    source, target = homes
    copy(source, target)
    with book(target).writing() as session:
        grade = grades.get(session, "1")._replace(student_id=2)
        session.run("grade.change", at=1, **grades.row(grade))

    with pytest.raises(ConflictError, match=r"grades: #1 \(#1, #1\) in the one, #1 \(#2, #1\)"):
        copy(source, target)


def test_another_history_is_refused(homes: Both) -> None:
    source, target = homes
    copy(source, target)
    for home, erased in ((source, 1), (target, 2)):
        with book(home).writing() as session:
            grades.erase(session, "grade", erased)

    with pytest.raises(ConflictError, match="changes of grades: #3"):
        copy(source, target)


@pytest.mark.parametrize("kind", sorted({*Storage.names()} - {*GRADEBOOKS}))
def test_where_none_is_carried_nothing_is_copied(homes: Both, fresh_of: FreshOf, kind: str) -> None:
    source, _ = homes
    with open_storage(fresh_of(kind)()) as other:
        with pytest.raises(UsageError, match="carries no gradebook"):
            copy(source, Home(other))

        assert other.info().contacts == 0
        assert copy(Home(source.storage), Home(other)).differing == 0


@pytest.mark.parametrize("ending", ["json", "bin"])
def test_a_backup_brings_all_of_it_back(homes: Both, tmp_path: Path, ending: str) -> None:
    source, target = homes
    path = tmp_path / f"book.{ending}"

    written = backup(source, path)
    first, second = restore(target, path), restore(target, path)

    assert written.gradebook == len(kept(source)) == 11
    assert (first.gradebook, second.gradebook) == (Counts(new=11), Counts(unchanged=11))
    assert kept(target) == kept(source)


def test_what_changed_since_a_backup_becomes_as_it_was_and_stays_in_the_history(
    homes: Both, tmp_path: Path
) -> None:
    source, _ = homes
    backup(source, tmp_path / "book.bin")
    with book(source).writing() as session:
        was = grades.get(session, "1")
        grades.correct(session, was, was._replace(value=98))
        grades.erase(session, "grade", 3)
        grades.give(session, 1, 1, 60, TODAY)

    report = restore(source, tmp_path / "book.bin")

    assert report.gradebook == Counts(new=1, updated=1, unchanged=9)
    with book(source).reading() as session:
        assert [one.value for one in grades.grades(session, "student", 1)] == [100, 75, 60]
        assert [one.value for one in grades.history(session, "grade", 1)] == [100, 98]


def test_a_backup_of_another_gradebook_is_refused(homes: Both, tmp_path: Path) -> None:
    source, target = homes
    source.storage.contacts.put([Entry(Contact(name=Name("Олена")))])
    backup(source, tmp_path / "book.json")
    with book(target).writing() as session:
        editing.add(session, "group", "Інша")

    with pytest.raises(ConflictError, match="two gradebooks"):
        restore(target, tmp_path / "book.json")
    assert target.storage.contacts.count() == 0
    assert restore(target, tmp_path / "book.json", grades=False).gradebook == Counts()


@pytest.mark.parametrize(
    ("was", "made"),
    [
        ('"value":100', '"value":101'),
        ('"value":100', '"value":"5"'),
        ('"name":"10-А"', '"name":"#"'),
        ('"day":"2026-09-01"', '"day":"2026-9-1"'),
        ('"done":"erased"', '"done":"gone"'),
        ('"weight":1', '"weight":true'),
        ('"id":1', '"id":0'),
    ],
    ids=["high", "text", "nameless", "day", "history", "truth", "number"],
)
def test_a_backup_of_what_cannot_be_a_gradebook_is_refused(
    homes: Both, tmp_path: Path, was: str, made: str
) -> None:
    source, target = homes
    path = tmp_path / "book.json"
    backup(source, path)
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, made), encoding="utf-8")

    with pytest.raises(SerializationError):
        restore(target, path)
    assert kept(target) == []


def test_a_backup_without_grades_makes_no_gradebook(tmp_path: Path) -> None:
    """Nothing of SQLAlchemy is loaded for it either: that would take half a second."""
    program = f"""
import sys
from pomichnyk.cli import main
main(["--storage", "sqlite:///{tmp_path}/book.db", "note", "add", "a"])
"""
    again = program.replace('"note", "add", "a"', f'"backup", "{tmp_path}/book.json"')
    again += "assert 'sqlalchemy' not in sys.modules"
    for one in (program, again):
        subprocess.run([sys.executable, "-c", one], check=True)

    assert '"gradebook"' not in (tmp_path / "book.json").read_text(encoding="utf-8")
