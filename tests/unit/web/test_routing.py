"""How a page answers when it cannot: errors of ours, of the person, of the program."""

from __future__ import annotations

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.web import notes
from pomichnyk.web.application import application
from pomichnyk.web.site import Site
from web import ORIGIN, Browser, hidden


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/contacts/x",
        "/contacts/00000000-0000-0000-0000-000000000000",
        "/notes/00000000-0000-0000-0000-000000000000/edit",
    ],
)
def test_what_is_not_there_is_told_on_a_page(browser: Browser, path: str) -> None:
    answer = browser.get(path)

    assert answer.status_code == 404
    assert "It did not work" in answer.text
    assert 'href="/"' in answer.text


def test_what_cannot_be_done_there_is_told(browser: Browser) -> None:
    answer = browser.client.put("/notes", headers={"Origin": ORIGIN})

    assert answer.status_code == 405
    assert "That cannot be done here." in answer.text
    assert answer.headers["allow"]
    assert browser.client.head("/notes").status_code == 200


def test_a_form_that_cannot_be_read_is_told(browser: Browser) -> None:
    answer = browser.client.post(
        "/notes/new",
        content=b"--",
        headers={"Origin": ORIGIN, "Content-Type": "multipart/form-data"},
    )

    assert answer.status_code == 400
    assert "cannot be understood" in answer.text


def test_a_mistake_of_the_program_is_told_and_shows_nothing_of_it(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(notes, "excerpt", broken)
    here.app.notes.add("x")
    made = type(Browser(here).client)
    client = made(application(here), base_url=ORIGIN, raise_server_exceptions=False)

    answer = client.get("/notes")

    assert answer.status_code == 500
    assert "made a mistake" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"]


def test_a_storage_that_is_gone_is_told(browser: Browser, app: App) -> None:
    browser.get("/")
    app.storage.close()
    path = app.config.storage.removeprefix("sqlite:///")
    with open(path, "wb") as file:  # noqa: PTH123  # a path of a URL
        file.write(b"no database" * 100)

    answer = browser.get("/contacts")

    assert answer.status_code == 503
    assert "book.db" in answer.text


def test_a_body_of_unknown_length_is_stopped(browser: Browser) -> None:
    token = hidden(browser.get("/notes/new").text)["token"]

    def pieces() -> object:
        yield f"token={token}&text=".encode()
        for _ in range(10):
            yield b"x" * (1 << 20)

    answer = browser.client.post(
        "/notes/new",
        content=pieces(),
        headers={"Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.status_code == 413
    assert [*browser.site.app.notes.all()] == []
