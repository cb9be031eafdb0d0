"""The storage and the help in a browser."""

from __future__ import annotations

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._dispatch import execute
from web import ORIGIN, Browser, hidden


@pytest.fixture
def book(app: App) -> App:
    execute(app, ("contact", "add", "Леся", "--phone", "0671234567"))
    execute(app, ("note", "add", "call @Леся"))
    execute(app, ("grades", "seed", "--seed", "7"))
    return app


def test_what_is_kept_is_told_and_looked_over(browser: Browser, book: App) -> None:
    page = browser.get("/storage").text

    assert "sqlite:///" in page
    assert "the storage is sound" in browser.post("/storage/check", page="/storage").text


@pytest.mark.parametrize("kind", ["json", "bin"])
def test_a_backup_goes_out_and_comes_back(browser: Browser, book: App, kind: str) -> None:
    backup = browser.get(f"/storage/backup?kind={kind}")
    assert f'.{kind}"' in backup.headers["content-disposition"]
    contact = next(book.contacts.all())
    book.contacts.remove(str(contact.id))

    asked = browser.post(
        "/storage/restore", page="/storage", files={"file": (f"<i>.{kind}", backup.content)}
    )
    assert "Put back what" in asked.text
    assert "<i>" not in asked.text
    assert [*book.contacts.all()] == []
    done = browser.client.post(
        "/storage/restored", data=hidden(asked.text), headers={"Origin": ORIGIN}
    )
    assert "contacts: 1 new" in done.text
    assert [*book.contacts.all()] == [contact]
    again = browser.client.post(
        "/storage/restored", data=hidden(asked.text), headers={"Origin": ORIGIN}
    )
    assert again.status_code == 404


def test_what_is_no_backup_is_told_beside_the_field(browser: Browser, book: App) -> None:
    for name in ("x.exe", "x"):
        answer = browser.post("/storage/restore", page="/storage", files={"file": (name, b"{}")})
        assert answer.status_code == 400
        assert 'id="file-error"' in answer.text
    asked = browser.post("/storage/restore", page="/storage", files={"file": ("x.json", b"{}")})
    answer = browser.client.post(
        "/storage/restored", data=hidden(asked.text), headers={"Origin": ORIGIN}
    )
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    asked = browser.post("/storage/restore", page="/storage", files={"file": ("x.json", b"{}")})
    left = browser.client.post(
        "/storage/restored", data={**hidden(asked.text), "cancel": "1"}, headers={"Origin": ORIGIN}
    )
    assert str(left.url).endswith("/storage")
    assert browser.get("/storage/backup?kind=exe").status_code == 400


def test_every_command_is_explained(browser: Browser) -> None:
    page = browser.get("/help").text

    for command in Command.plugs():
        path = f"/help/{command.name.replace(' ', '-')}"
        assert f'href="{path}"' in page
        assert f"pomichnyk {command.name}" in browser.get(path).text
    assert browser.get("/help/nothing").status_code == 404
    ukrainian = browser.get("/help/contact-add", headers={"Accept-Language": "uk"}).text
    assert "Додати" in ukrainian
