"""Random people: as many as were asked for, the same again for the same seed, all or none."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.gradebook.exporting import rows
from pomichnyk.gradebook.seed import _unlike

Run = Callable[..., tuple[int, str, str]]

SMALL = ("seed", "--year", "2026", "--students", "7", "--grades", "4")


def everything(app: App) -> list[tuple[object, ...]]:
    with app.gradebook.reading() as session:
        return [tuple(row) for row in rows(session)]


@pytest.mark.parametrize("names", ["en", "uk"])
def test_the_usual_sizes(run: Run, names: str) -> None:
    code, out, _ = run("seed", "--names", names)

    assert (code, out) == (
        0,
        "30 students in 3 groups, 5 subjects, 3 teachers, 600 grades\n",
    )
    counted = {
        kind: len(run("show", kind)[1].splitlines())
        for kind in ("student", "group", "subject", "teacher")
    }
    assert counted == {"student": 30, "group": 3, "subject": 5, "teacher": 3}


def test_the_same_seed_gives_the_same_again(run: Run, app: App, tmp_path: Path) -> None:
    for name in ("first", "second"):
        assert run(*SMALL, "--seed", "7")[0] == 0
        run("export", f"{tmp_path}/{name}.csv")
        with app.gradebook.writing() as session:
            for student in range(1, 8):
                session.run("grades.remove.student", of=student)
                session.run("student.remove", at=student)
            for kind in ("subject", "teacher", "group"):
                for number in range(1, 6):
                    session.run(f"{kind}.remove", at=number)
    run(*SMALL, "--seed", "8")
    run("export", f"{tmp_path}/third.csv")

    first, second, third = (
        (tmp_path / f"{name}.csv").read_text() for name in ("first", "second", "third")
    )
    assert first == second != third


def test_more_than_there_are_names_are_numbered(run: Run) -> None:
    code, _, error = run(*SMALL, "--subjects", "23", "--teachers", "2", "--names", "en")

    assert code == 0, error
    shown = run("show", "subject")[1]
    assert "Mathematics 3" in shown
    assert len(shown.splitlines()) == 23


def test_people_of_one_name_are_told_apart_by_a_number() -> None:
    assert _unlike(iter(("Ада", "ада", "Єва")), 3) == ["Ада", "ада 2", "Єва"]


def test_the_indexes_are_there_afterwards(run: Run, app: App) -> None:
    from pomichnyk.gradebook.compiled_sqlite import STATEMENTS

    run(*SMALL)
    with app.gradebook.writing() as session:
        for column in ("student", "subject"):
            assert f"grades.index.{column}.drop" in STATEMENTS
            session.run(f"grades.index.{column}.drop")  # fails where there is none
            session.run(f"grades.index.{column}.make")


@pytest.mark.parametrize("way", ["seed", "import"])
def test_the_planner_knows_how_much_there_is_after_very_many(
    run: Run, app: App, tmp_path: Path, way: str
) -> None:
    run(*SMALL, "--grades", "200")
    if way == "import":
        run("export", f"{tmp_path}/school.csv")
        with app.gradebook.writing() as session:
            for student in range(1, 8):
                session.run("grades.remove.student", of=student)
        with closing(sqlite3.connect(tmp_path / "book.db")) as connection:
            connection.execute("DELETE FROM sqlite_stat1")
            connection.commit()
        assert "new: 1400 grades" in run("import", f"{tmp_path}/school.csv")[1]

    with closing(sqlite3.connect(tmp_path / "book.db")) as connection:
        counted = dict(
            connection.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'grades'")
        )
    assert {stat.split()[0] for stat in counted.values()} == {"1400"}
    assert len(counted) == 2


def test_without_faker_the_extra_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)

    code, _, error = run(*SMALL)

    assert code == 6
    assert "pomichnyk[seed]" in error
    assert run("show", "group")[1] == ""


@pytest.mark.parametrize(
    ("module", "words", "extra"),
    [
        ("openpyxl", ("export", "grades.xlsx"), "xlsx"),
        ("matplotlib.backends.backend_agg", ("statistics", "G-101", "--plot", "x.svg"), "plot"),
    ],
)
def test_without_a_package_its_extra_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, module: str, words: tuple[str, ...], extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    code, _, error = run(*words)

    assert code == 6
    assert f"pomichnyk[{extra}]" in error
