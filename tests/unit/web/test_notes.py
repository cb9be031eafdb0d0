"""Notes in a browser: Markdown shown safely, found, written, changed and removed by forms."""

from __future__ import annotations

import re

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.domain.changes import Changes
from web import Browser


def test_a_note_is_written_and_shown(browser: Browser, app: App) -> None:
    contact = app.contacts.add(Changes(name="Тарас Бульба"))

    answer = browser.post(
        "/notes/new", {"text": "# Сад\r\n\r\n**Call** @Тарас Бульба", "tags": "сад весна"}
    )

    (note,) = app.notes.all()
    assert (note.text, note.tags) == ("# Сад\n\n**Call** @Тарас Бульба", ("сад", "весна"))
    assert "<h1>Сад</h1>" in answer.text
    assert "<strong>Call</strong>" in answer.text
    assert f'<a href="/contacts/{contact.id}">Тарас Бульба</a>' in answer.text
    assert f"/notes/{note.id}" in browser.get(f"/contacts/{contact.id}").text


def test_a_note_may_begin_with_the_contact_it_is_about(browser: Browser, app: App) -> None:
    contact = app.contacts.add(Changes(name="Тарас Бульба"))

    assert "@&#34;Тарас Бульба&#34; " in browser.get(f"/notes/new?about={contact.id}").text


@pytest.mark.parametrize(("text", "tags"), [(" ", ""), ("x", "#")])
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    browser: Browser, app: App, text: str, tags: str
) -> None:
    answer = browser.post("/notes/new", {"text": text, "tags": tags})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f"{text}</textarea>" in answer.text
    assert [*app.notes.all()] == []


def test_a_note_is_edited(browser: Browser, app: App) -> None:
    note = app.notes.add("\n\none\r\ntwo ", ["a", "b"])

    browser.post(f"/notes/{note.id}/edit", {"text": "\r\n\r\none\r\ntwo ", "tags": "b c"})
    assert app.notes.get(str(note.id)).text == note.text
    assert app.notes.get(str(note.id)).tags == ("b", "c")

    browser.post(f"/notes/{note.id}/edit", {"text": "three", "tags": "b c"})
    assert app.notes.get(str(note.id)).text == "three"


def test_a_note_is_never_emptied(browser: Browser, app: App) -> None:
    note = app.notes.add("one")

    answer = browser.post(f"/notes/{note.id}/edit", {"text": " ", "tags": ""})

    assert answer.status_code == 422
    assert app.notes.get(str(note.id)) == note


def test_what_somebody_else_wrote_meanwhile_is_told_and_nothing_is_lost(
    browser: Browser, app: App
) -> None:
    note = app.notes.add("first")
    stale = {"was": note.changed.isoformat(), "text": "mine", "tags": "t"}
    app.notes.edit(str(note.id), text="theirs")

    answer = browser.post(f"/notes/{note.id}/edit", stale)

    assert answer.status_code == 409
    assert "<pre>theirs</pre>" in answer.text
    assert "mine</textarea>" in answer.text
    assert app.notes.get(str(note.id)).text == "theirs"


def test_removing_is_asked_about_first(browser: Browser, app: App) -> None:
    note = app.notes.add("Сад")

    assert "Remove the note “Сад”?" in browser.get(f"/notes/{note.id}/remove").text
    browser.post(f"/notes/{note.id}/remove")

    assert [*app.notes.all()] == []


def test_notes_are_listed_found_and_parted_by_tags(browser: Browser, app: App) -> None:
    app.notes.add("# Garden\n\nApple *trees*", ["garden"])
    app.notes.add("Bread")

    def titles(path: str) -> list[str]:
        return re.findall(r'<h2><a href="/notes/[0-9a-f-]{36}">(.*?)</a>', browser.get(path).text)

    assert titles("/notes") == ["Bread", "Garden"]
    assert titles("/notes?sort=tag") == ["Garden", "Bread"]
    assert titles("/notes?tag=garden") == titles("/notes?q=apple") == ["Garden"]
    assert "Apple trees" in browser.get("/notes").text
    assert "Nothing is found" in browser.get("/notes?q=zzzz").text
