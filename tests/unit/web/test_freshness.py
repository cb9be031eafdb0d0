"""A page is made anew whenever it may have changed, and only then."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Hashable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from pomichnyk.bootstrap import App
from pomichnyk.domain.changes import Changes
from pomichnyk.services.contacts import ContactBook
from pomichnyk.storage import open_storage
from pomichnyk.web import bodies
from pomichnyk.web.bodies import Bodies
from pomichnyk.web.changes import State, _counter, counted
from web import Browser, site

KEPT = ("/", "/contacts", "/contacts/birthdays", "/notes")


def etag(browser: Browser, path: str = "/contacts", **headers: str) -> str:
    """Return the ETag of a page."""
    tag: str = browser.get(path, headers=headers).headers["etag"]
    return tag


def told(state: State) -> Hashable:
    """Return what tells the state of a storage."""
    return asyncio.run(_told(state))


async def _told(state: State) -> Hashable:
    return await state()


@pytest.mark.parametrize("path", KEPT)
def test_a_page_that_is_asked_for_again_is_not_sent_again(browser: Browser, path: str) -> None:
    browser.get("/")
    first = browser.get(path)

    again = browser.get(path, headers={"If-None-Match": first.headers["etag"]})
    other = browser.get(path, headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.text) == (304, "")
    assert (other.status_code, other.text) == (200, first.text)


@pytest.mark.parametrize("path", KEPT)
def test_what_another_program_stores_shows_at_once(browser: Browser, app: App, path: str) -> None:
    browser.get("/")
    before = etag(browser, path)

    with open_storage(app.config.storage) as other:
        from pomichnyk.services.notes import Notebook

        Notebook(other).add("something new")

    answer = browser.get(path, headers={"If-None-Match": before})
    assert answer.status_code == 200
    if path in {"/", "/notes"}:
        assert "something new" in answer.text


def test_what_is_stored_here_shows_at_once(browser: Browser, app: App) -> None:
    browser.get("/")
    before = etag(browser)

    app.contacts.add(Changes(name="Тарас"))

    assert "Тарас" in browser.get("/contacts", headers={"If-None-Match": before}).text


def test_everybody_gets_their_own_page(browser: Browser) -> None:
    other = Browser(browser.site)
    for one in (browser, other):
        one.get("/")

    tags = {
        etag(browser),
        etag(other),
        etag(browser, "/contacts?q=x"),
        etag(browser, **{"X-Part": "results"}),
        etag(browser, **{"Accept-Language": "uk"}),
    }

    assert len(tags) == 5
    assert etag(browser) in tags


def test_who_has_no_cookie_yet_gets_a_page_of_the_moment(browser: Browser) -> None:
    assert "etag" not in browser.get("/contacts").headers
    assert "etag" in browser.get("/contacts").headers


def test_a_storage_that_cannot_tell_is_asked_every_time(tmp_path: Path) -> None:
    with site(tmp_path) as made:
        browser = Browser(made)
        browser.get("/")

        answer = browser.get("/contacts")

        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"


def test_a_count_that_cannot_be_read_is_unknown() -> None:
    connection = sqlite3.connect(":memory:")
    state = _counter(connection)
    assert told(state) is not None
    assert told(state) == told(state)

    connection.close()

    assert told(state) is None


def test_two_runs_never_agree_by_chance(app: App) -> None:
    with counted(app.storage) as one, counted(app.storage) as other:
        assert told(one) != told(other)


def test_a_server_tells_what_others_store(tmp_path: Path, postgresql_url: str) -> None:
    with site(tmp_path, postgresql_url) as made:
        browser = Browser(made)
        browser.get("/")
        before = etag(browser)
        assert etag(browser) == before

        with open_storage(postgresql_url) as other:
            ContactBook(other).add(Changes(name="Тарас"))

        assert "Тарас" in browser.get("/contacts", headers={"If-None-Match": before}).text


def test_a_server_tells_of_what_had_begun_before(postgresql_url: str) -> None:
    with (
        open_storage(postgresql_url) as storage,
        counted(storage) as state,
        closing(psycopg.connect(postgresql_url)) as other,
    ):
        other.execute("SELECT pg_current_xact_id()")  # as the first change of a transaction does
        before = told(state)
        assert told(state) == before

        other.commit()

        assert told(state) != before


def test_a_server_that_is_away_tells_nothing(postgresql_url: str) -> None:
    with open_storage(postgresql_url) as storage, counted(storage) as state:
        assert told(state) is not None
        name = postgresql_url.rpartition("/")[2].partition("?")[0]
        with closing(psycopg.connect(postgresql_url, dbname="postgres", autocommit=True)) as other:
            other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )

            assert told(state) is None

            other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert told(state) is not None


def test_the_oldest_bodies_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST", 2)
    kept = Bodies()
    for key in "abc":
        kept.keep(key, 1, key.encode())
    kept.keep("large", 1, b"x" * (bodies.LARGEST + 1))

    assert kept.get("a", 1) is None
    assert kept.get("large", 1) is None
    assert kept.get("b", 2) is None
    found = kept.get("c", 1)
    assert found
    assert found.content == b"c"
