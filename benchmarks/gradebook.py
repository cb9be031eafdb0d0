"""The twelve questions and the seeding, compared with hand-written SQL through sqlite3.

    .venv/bin/python benchmarks/gradebook.py [--students 3000] [--rounds 7]

Needs the extra ``seed`` (Faker). 3000 students have 60,000 grades, 100000 have 2,000,000 (which
takes some minutes and 400 MB of disk). Everybody asks the same file with the same indexes; answers
are compared first. “by hand” is what one would write at once: joins as they come, rows as tuples.
The engine is our own statements through SQLAlchemy, as PostgreSQL is asked.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from rounds import rounds, table

from pomichnyk.bootstrap import App
from pomichnyk.config import Config
from pomichnyk.database import engine
from pomichnyk.gradebook import queries, seed
from pomichnyk.gradebook.compiled_sqlite import STATEMENTS
from pomichnyk.gradebook.sessions import Session
from pomichnyk.gradebook.statements import statements
from pomichnyk.storage._sql.engine import EngineDatabase
from pomichnyk.text import translations
from pomichnyk.views.plain import PlainView

HAND = {
    "top_students": (
        "SELECT s.id, s.name, a FROM (SELECT student_id, AVG(value) a FROM grades GROUP BY "
        "student_id ORDER BY a DESC, student_id LIMIT 5) JOIN students s ON s.id = student_id "
        "ORDER BY a DESC, s.id"
    ),
    "best_in_subject": (
        "SELECT s.id, s.name, a FROM (SELECT student_id, AVG(value) a FROM grades WHERE "
        "subject_id = :subject GROUP BY student_id ORDER BY a DESC LIMIT 1) JOIN students s "
        "ON s.id = student_id"
    ),
    "group_averages": (
        "SELECT g.id, g.name, AVG(value) FROM grades JOIN students s ON s.id = student_id "
        "JOIN student_groups g ON g.id = s.group_id WHERE subject_id = :subject GROUP BY g.id "
        "ORDER BY g.place, g.id"
    ),
    "group_average": (
        "SELECT g.id, g.name, AVG(value) FROM grades JOIN students s ON s.id = student_id "
        "JOIN student_groups g ON g.id = s.group_id WHERE subject_id = :subject AND g.id = "
        ":group GROUP BY g.id"
    ),
    "stream_average": "SELECT AVG(value) FROM grades",
    "courses_of_teacher": (
        "SELECT id, name FROM subjects WHERE teacher_id = :teacher ORDER BY place, id"
    ),
    "students_in_group": (
        "SELECT id, name FROM students WHERE group_id = :group ORDER BY place, id"
    ),
    "group_grades": (
        "SELECT s.id, s.name, g.id, value, day FROM students s JOIN grades g ON student_id = "
        "s.id WHERE group_id = :group AND subject_id = :subject ORDER BY s.place, s.id, day, "
        "g.id"
    ),
    "last_lesson_grades": (
        "WITH x AS (SELECT s.id sid, s.name, g.id gid, value, day, s.place FROM students s "
        "JOIN grades g ON student_id = s.id WHERE group_id = :group AND subject_id = "
        ":subject) SELECT * FROM x WHERE day = (SELECT MAX(day) FROM x) ORDER BY place, sid, "
        "gid"
    ),
    "courses_of_student": (
        "SELECT id, name FROM subjects WHERE id IN (SELECT subject_id FROM grades WHERE "
        "student_id = :student) ORDER BY place, id"
    ),
    "courses_by_teacher": (
        "SELECT id, name FROM subjects WHERE teacher_id = :teacher AND id IN (SELECT "
        "subject_id FROM grades WHERE student_id = :student) ORDER BY place, id"
    ),
    "teacher_to_student_average": (
        "SELECT AVG(value) FROM grades WHERE student_id = :student AND subject_id IN (SELECT "
        "id FROM subjects WHERE teacher_id = :teacher)"
    ),
    "teacher_average": (
        "SELECT AVG(value) FROM grades WHERE subject_id IN (SELECT id FROM subjects WHERE "
        "teacher_id = :teacher)"
    ),
}
ABOUT = {
    "best_in_subject": ("subject",),
    "group_averages": ("subject",),
    "group_average": ("group", "subject"),
    "courses_of_teacher": ("teacher",),
    "students_in_group": ("group",),
    "group_grades": ("group", "subject"),
    "last_lesson_grades": ("group", "subject"),
    "courses_of_student": ("student",),
    "courses_by_teacher": ("student", "teacher"),
    "teacher_to_student_average": ("teacher", "student"),
    "teacher_average": ("teacher",),
}
TWELVE = [name for name in HAND if name != "group_average"]
"""The third question, of every group; that of one group is a look-up, shown apart."""
WHOM = {"student": 17, "group": 2, "subject": 3, "teacher": 3}


def ours(session: Session, name: str) -> Callable[[], Any]:
    """Return what asks a question through ``queries``."""
    about = [WHOM[kind] for kind in ABOUT.get(name, ())]
    return lambda: getattr(queries, name)(session, *about)


def by_hand(connection: sqlite3.Connection, name: str) -> Callable[[], Any]:
    """Return what asks a question through sqlite3."""
    return lambda: connection.execute(HAND[name], WHOM).fetchall()


def alike(name: str, mine: Any, theirs: list[tuple[Any, ...]]) -> bool:
    """Tell whether two answers say the same."""
    if name.endswith(("averages", "students", "subject", "average")) and not isinstance(mine, list):
        return bool(mine == theirs[0][0])
    return [str(row[:3]) for row in map(tuple, mine)] == [str(row[:3]) for row in theirs] or (
        name == "best_in_subject" and theirs[0] in [tuple(row) for row in mine]
    )


def sizes(students: int) -> seed.Sizes:
    """Return a school of about 30 students a group."""
    groups = max(3, students // 30)
    return seed.Sizes(students=students, groups=groups, subjects=40, teachers=24)


def asked(path: Path, app: App, count: int) -> None:
    """Ask everybody everything, and print the times."""
    made = engine(f"sqlite:///{path}")
    through = EngineDatabase(made, statements(), "engine")
    with (
        unanalysed(path) as plain,
        closing(sqlite3.connect(path, isolation_level=None)) as analysed,
        app.gradebook.reading() as mine,
        through.reading() as engined,
    ):
        total: dict[str, float] = {}
        for name in HAND:
            if not alike(name, ours(mine, name)(), by_hand(plain, name)()):
                sys.exit(f"{name}: the answers differ")
            contenders = {
                "by hand": by_hand(plain, name),
                "by hand, analysed": by_hand(analysed, name),
                "ours": ours(mine, name),
                "engine": ours(engined, name),
            }
            start = perf_counter()
            contenders["by hand"]()
            times = max(1, int(0.02 / (perf_counter() - start)))
            found = rounds({who: repeated(ask, times) for who, ask in contenders.items()}, count)
            table(f"{name} (x{times})", found, "by hand")
            for who, seconds in found.items():
                one = median(seconds) / times if name in TWELVE else 0
                total[who] = total.get(who, 0) + one
    made.dispose()
    for who, seconds in total.items():
        print(f"all twelve, {who:<18}{seconds * 1000:>10.2f} ms  x{seconds / total['by hand']:.3g}")


@contextmanager
def unanalysed(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to a copy of the file whose planner knows nothing of the rows."""
    copy = path.with_name("unanalysed.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("DELETE FROM sqlite_stat1")
        target.commit()
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        yield connection


def repeated(ask: Callable[[], Any], times: int) -> Callable[[], None]:
    """Return what asks so many times."""

    def run() -> None:
        for _ in range(times):
            ask()

    return run


def stored(folder: Path, students: int, count: int) -> None:
    """Store the same grades by ``executemany`` and by ours, and print the times."""
    size = sizes(students)
    with (
        App(Config(f"sqlite:///{folder}/seeded.db"), view()) as app,
        app.gradebook.writing() as session,
    ):
        seed.seed(session, size, language="uk", year=2026, seed=7, track=app.view.track)
    with closing(sqlite3.connect(folder / "seeded.db", isolation_level=None)) as source:
        rows = source.execute("SELECT * FROM grades ORDER BY id").fetchall()
        names = [column[1] for column in source.execute("PRAGMA table_info(grades)")]
        source.executescript("DELETE FROM grades; PRAGMA wal_checkpoint(TRUNCATE)")
    values = [dict(zip(names, row, strict=True)) for row in rows]

    times: dict[str, list[float]] = {"executemany": [], "executemany, indexed": [], "ours": []}
    path = folder / "copy.db"
    for _ in range(count):
        for who, found in times.items():
            path.write_bytes((folder / "seeded.db").read_bytes())
            if who == "ours":
                found.append(by_ours(path, values))
            else:
                found.append(by_executemany(path, rows, indexed=who.endswith("indexed")))
    table(f"storing {len(rows)} grades", times, "executemany")


def by_executemany(path: Path, rows: list[tuple[Any, ...]], *, indexed: bool) -> float:
    """Return the seconds that storing takes by hand, into the table with or without its indexes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        if not indexed:
            for column in seed.INDEXES:
                connection.execute(STATEMENTS[f"grades.index.{column}.drop"])
        start = perf_counter()
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO grades VALUES (?,?,?,?,?,?,?)", rows)
        connection.execute("COMMIT")
        return perf_counter() - start


def by_ours(path: Path, values: list[dict[str, Any]]) -> float:
    """Return the seconds that storing takes by ours, indexes and all."""
    with App(Config(f"sqlite:///{path}"), view()) as app:
        database = app.gradebook
        start = perf_counter()
        with database.writing() as session, seed.unindexed(session):
            session.insert("grade.add", values)
        return perf_counter() - start


def view() -> PlainView:
    """Return a view that is never seen."""
    return PlainView(StringIO(), StringIO(), translations("en"))


def main() -> None:
    """Measure for the sizes that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--students", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.db"
        with App(Config(f"sqlite:///{path}"), view()) as app:
            with app.gradebook.writing() as session:
                start = perf_counter()
                size = sizes(args.students)
                seed.seed(session, size, language="uk", year=2026, seed=7, track=app.view.track)
            print(f"seeded in {perf_counter() - start:.2f} s, names and all")
            asked(path, app, args.rounds)
        stored(Path(folder), min(args.students, 3000), args.rounds)


if __name__ == "__main__":
    main()
