"""Suggestions and completion: what TAB offers, from the commands, the stores and the disk."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from pomichnyk.bootstrap import App
from pomichnyk.commands._suggestions import Suggestions
from pomichnyk.config import Config
from pomichnyk.domain.changes import Changes
from pomichnyk.domain.message import Message
from pomichnyk.repl.completion import WordCompleter
from pomichnyk.text import translations
from pomichnyk.views.plain import PlainView


def opened(url: str) -> App:
    return App(Config(url), PlainView(io.StringIO(), io.StringIO(), translations("en")))


@pytest.fixture
def app() -> Iterator[App]:
    with opened("memory:") as app:
        app.contacts.add(Changes(name="Тарас Шевченко", tags=["поети"]))
        app.contacts.add(Changes(name="Мар'яна", tags=["друзі"]))
        app.notes.add("# Купити хліб\n\nі молоко", ["дім"])
        yield app


def completed(app: App, line: str) -> list[str]:
    """Return what the line may become when TAB is pressed at its end."""
    completer = WordCompleter(Suggestions(app, ["exit", "good bye"]))
    return [
        (line[: len(line) + one.start_position] + one.text).rstrip()
        for one in completer.get_completions(Document(line), CompleteEvent())
    ]


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("cont", ["contact"]),
        ("contact ed", ["contact edit"]),
        ("CONTACT", ["contact"]),
        ("ex", ["exit"]),
        ("good ", ["good bye"]),
        ("contact bogus ", []),
        ("bogus", []),
        ("contact list --ta", ["contact list --tag"]),
        ("contact list --sort ch", ["contact list --sort changed"]),
        ("contact list --tag д", ["contact list --tag друзі"]),
        ("note list --tag ", ["note list --tag дім"]),
        ("contact edit X --remove-tag п", ["contact edit X --remove-tag поети"]),
        ("contact list --limit ", []),
        ("contact list ", []),
        ("contact show мар", ["contact show Мар'яна"]),
        ("contact show тар", ['contact show "Тарас Шевченко"']),
        ("contact show 'Тарас Ш", ['contact show "Тарас Шевченко"']),
        ("contact show 'Тарас ", ['contact show "Тарас Шевченко"']),
        ("contact edit --name Анна мар", ["contact edit --name Анна Мар'яна"]),
        ("contact show шевч", ['contact show "Тарас Шевченко"']),
        ("contact find а мар", ["contact find а Мар'яна"]),
        ("contact show Мар'яна ", []),
        ("note show куп", ['note show "Купити хліб"']),
        ("help contact sh", ["help contact show"]),
        ("contact add ", []),
    ],
)
def test_tab_offers_what_may_stand_there(app: App, line: str, lines: list[str]) -> None:
    found = completed(app, line)

    assert [one for one in lines if one not in found] == []
    assert len(found) == len(lines)


def test_an_empty_line_may_become_any_command(app: App) -> None:
    assert {"contact", "note", "help", "exit", "good"} <= {*completed(app, "")}


def test_options_are_offered_for_a_dash(app: App) -> None:
    assert {"contact add --phone", "contact add --tag"} <= {*completed(app, "contact add -")}


def test_a_store_that_cannot_be_read_offers_nothing(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}") as app:
        assert completed(app, "contact show ") == []
        assert completed(app, "contact sho") == ["contact show"]


def test_those_who_can_be_reached_are_offered_for_a_message(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "pomichnyk").mkdir()
    near = {"name": "марс", "host": "10.0.0.7", "port": 20380, "fingerprint": ""}
    (tmp_path / "pomichnyk/messenger-peers.json").write_text(json.dumps([near]))
    app.contacts.edit("Мар'яна", Changes(messengers=[("", "10.0.0.8")]))
    message = Message(text="привіт", sender="хата", peer="10.0.0.8:1")
    app.storage.messages.receive([message])
    beginning = str(message.id)[:8]

    assert completed(app, "message send мар") == ["message send Мар'яна", "message send марс"]
    assert completed(app, "message send тар") == []
    assert completed(app, "message send марс ") == []
    assert completed(app, f"message show {beginning[:2]}") == [f"message show {beginning}"]
    assert completed(app, "message find п") == []


def test_files_are_offered_with_folders_marked(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my cards").mkdir()
    (tmp_path / "my cards/all.vcf").touch()
    (tmp_path / "mine.vcf").touch()
    (tmp_path / ".hidden").touch()

    assert completed(app, "contact birthdays --ics ") == [
        "contact birthdays --ics mine.vcf",
        'contact birthdays --ics "my cards/"',
    ]
    assert completed(app, 'contact birthdays --ics "my cards/') == [
        'contact birthdays --ics "my cards/all.vcf"'
    ]
    assert completed(app, "contact birthdays --ics .h") == ["contact birthdays --ics .hidden"]
    assert completed(app, "contact birthdays --ics nowhere/") == []
