"""A page is made anew whenever it may have changed, and only then."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.domain.changes import Changes
from pomichnyk.storage import open_storage
from pomichnyk.web import bodies
from pomichnyk.web.bodies import Bodies
from pomichnyk.web.changes import _counter, counted
from web import Browser, site

KEPT = ("/", "/contacts", "/contacts/birthdays", "/notes")


def etag(browser: Browser, path: str = "/contacts", **headers: str) -> str:
    """Return the ETag of a page."""
    tag: str = browser.get(path, headers=headers).headers["etag"]
    return tag


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
    assert state() is not None
    assert state() == state()

    connection.close()

    assert state() is None


def test_two_runs_never_agree_by_chance(app: App) -> None:
    with counted(app.storage) as one, counted(app.storage) as other:
        assert one() != other()


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
