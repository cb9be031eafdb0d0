"""Answers that are kept on a cache server are those of the database, at every moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine

from pomichnyk.bootstrap import App
from pomichnyk.commands._grades_questions import QUESTIONS, answer
from pomichnyk.config import Config
from pomichnyk.database import engine
from pomichnyk.errors import InvalidValueError, UnavailableError
from pomichnyk.gradebook import editing, grades, seed
from pomichnyk.gradebook.keeping import DEAR
from pomichnyk.text import translations
from pomichnyk.views.plain import PlainView
from postgresql_server import PostgresqlServer
from redis_server import RedisServer

WHOM = {"student": "#7", "group": "#2", "subject": "#3", "teacher": "#1"}
OPTIONAL = "group-averages"
"""What the question for the average of a group is if no group is named."""
Make = Callable[..., App]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a gradebook of each kind, with a school in it."""
    if request.param == "sqlite":
        made = f"sqlite:///{tmp_path}/book.db"
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        made = server.url(server.database())
    with app_of(made) as app, app.gradebook.writing() as session:
        sizes = seed.Sizes(students=20, groups=2, subjects=4, teachers=2, grades=8)
        seed.seed(session, sizes, language="uk", year=2026, seed=1, track=app.view.track)
    return made


@contextmanager
def app_of(url: str, redis: str = "", *, lasting: bool = True) -> Iterator[App]:
    view = PlainView(StringIO(), StringIO(), translations("en"))
    with App(Config(url, redis=redis), view) as app:
        app.lasting = lasting
        yield app


@pytest.fixture
def process(url: str) -> Iterator[Make]:
    """Return what makes the parts of one more process."""
    with ExitStack() as stack:
        yield lambda *words, **options: stack.enter_context(app_of(url, *words, **options))


@pytest.fixture
def raw(url: str) -> Iterator[Engine]:
    """Return an engine of the same database, by which nothing is marked."""
    made = engine(url.replace("postgresql:", "postgresql+psycopg:"))
    yield made
    made.dispose()


def ask(app: App, question: str) -> Any:
    name = "group-average" if question == OPTIONAL else question
    about = [WHOM[kind] for kind in QUESTIONS[name].kinds]
    with app.gradebook.reading() as session:
        return answer(session, name, about[1:] if question == OPTIONAL else about, 5)


def answers(app: App) -> dict[str, Any]:
    return {name: ask(app, name) for name in (*QUESTIONS, OPTIONAL)}


def give(app: App) -> None:
    """Give the best grade there is."""
    with app.gradebook.writing() as session:
        grades.give(session, 7, 3, 100, date(2027, 5, 1), weight=3)


def hide(raw: Engine, table: str = "grades", name: str = "hidden") -> None:
    with raw.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


def test_answers_are_the_same_before_and_after_changes(process: Make, redis_url: str) -> None:
    bare, one, other = process(), process(redis_url), process(redis_url)

    for change in (lambda _: None, give, rename, erase):
        change(other)
        expected = answers(bare)
        assert [answers(app) for app in (one, one, other)] == [expected] * 3
        assert repr(answers(one)) == repr(expected)


def rename(app: App) -> None:
    with app.gradebook.writing() as session:
        editing.change(session, "group", "#1", "Ґ-1")


def erase(app: App) -> None:
    with app.gradebook.writing() as session:
        grades.erase(session, "subject", 3)


def test_a_second_ask_touches_no_grades(process: Make, raw: Engine, redis_url: str) -> None:
    one, other = process(redis_url), process(redis_url)
    expected = {name: ask(one, name) for name in DEAR}
    hide(raw)

    for app in (one, one, other):
        assert {name: ask(app, name) for name in DEAR} == expected
    with pytest.raises(UnavailableError):
        ask(one, "group-grades")


def test_what_another_process_gives_is_seen_at_once(
    process: Make, url: str, redis_url: str
) -> None:
    app = process(redis_url)
    before = [ask(app, "stream-average") for _ in range(3)]
    words = ["grades", "mark", "#7", "#3", "100", "--day", "2027-05-01"]
    line = [sys.executable, "-m", "pomichnyk", "--storage", url, *words]
    subprocess.run(line, check=True, capture_output=True, env=os.environ)

    after = ask(app, "stream-average")

    assert before == [before[0]] * 3
    assert after > before[0]
    assert after == ask(process(), "stream-average")


def test_who_serves_the_pages_keeps_answers(
    url: str, raw: Engine, shared_redis: RedisServer, redis_url: str, tmp_path: Path
) -> None:
    with app_of(url) as app:
        average = f"{ask(app, 'stream-average'):.2f}".encode()
    line = [sys.executable, "-m", "pomichnyk", "--storage", url, "web", "--port", "0"]
    environ = {**os.environ, "POMICHNYK_REDIS": redis_url, "XDG_DATA_HOME": str(tmp_path)}
    with subprocess.Popen(line, env=environ, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout
            page = served.stdout.readline().strip() + "grades/questions/stream-average"
            with closing(urlopen(page)) as first:
                assert average in first.read()
            assert b"pomichnyk.gradebook}v:" in shared_redis.command("KEYS", "*")
            hide(raw)
            with closing(urlopen(page)) as second:
                assert average in second.read()
        finally:
            served.terminate()


def test_what_is_taken_back_leaves_what_is_kept(process: Make, raw: Engine, redis_url: str) -> None:
    app = process(redis_url)
    before = ask(app, "stream-average")
    with suppress(LookupError), app.gradebook.writing() as session:
        grades.erase(session, "subject", 3)
        raise LookupError
    hide(raw)

    assert ask(app, "stream-average") == before


def test_who_reads_a_moment_is_answered_of_that_moment(process: Make, redis_url: str) -> None:
    reader, writer = process(redis_url), process(redis_url)
    before = ask(reader, "stream-average")
    with reader.gradebook.reading() as session:
        students = answer(session, "top-students", [], 5)
        give(writer)
        after = ask(writer, "stream-average")

        assert answer(session, "stream-average", [], 5) == before
        assert answer(session, "top-students", [], 5) == students
    assert ask(reader, "stream-average") == after != before


def test_two_gradebooks_of_one_server_are_not_confused(
    process: Make, tmp_path: Path, redis_url: str
) -> None:
    app = process(redis_url)
    assert ask(app, "stream-average") is not None

    with app_of(f"sqlite:///{tmp_path}/other.db", redis_url) as other:
        assert ask(other, "stream-average") is None


def test_a_lost_server_is_done_without(process: Make, own_redis: RedisServer) -> None:
    bare, app = process(), process(own_redis.url)
    assert answers(app) == answers(bare)
    own_redis.kill()
    give(app)

    assert [answers(app), answers(app)] == [answers(bare)] * 2


def test_what_is_no_address_is_told_without_its_password(process: Make) -> None:
    app = process("http://me:secret@there:6379")

    with pytest.raises(InvalidValueError, match=r"POMICHNYK_REDIS.*redis://") as told:
        ask(app, "stream-average")
    assert "secret" not in str(told.value)


def test_without_a_mark_nothing_is_kept(process: Make, raw: Engine, redis_url: str) -> None:
    with raw.begin() as connection:
        connection.exec_driver_sql("DELETE FROM gradebook_mark")
    app = process(redis_url)
    before = ask(app, "stream-average")
    give(app)

    assert ask(app, "stream-average") > before


@pytest.mark.parametrize("why", ["one command", "no server", "no package"])
def test_where_it_does_not_pay_nothing_is_kept(
    process: Make, raw: Engine, redis_url: str, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "no package":
        monkeypatch.setitem(sys.modules, "redis", None)
    app = process("" if why == "no server" else redis_url, lasting=why != "one command")
    assert ask(app, "stream-average") is not None
    hide(raw)

    with pytest.raises(UnavailableError):
        ask(app, "stream-average")
