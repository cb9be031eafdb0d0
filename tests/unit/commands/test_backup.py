"""The commands backup and restore, as lines that a person types."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.commands.backup import Backup
from pomichnyk.commands.restore import Restore
from pomichnyk.config import Config
from pomichnyk.domain import message
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Name
from pomichnyk.gradebook import editing
from pomichnyk.services.backup import backup
from pomichnyk.views.pages import Message

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("ending", [".json", ".BIN"])
def test_what_was_removed_is_restored(run: Run, app: App, tmp_path: Path, ending: str) -> None:
    path = str(tmp_path / f"book{ending}")
    run("contact", "add", "Олена", "--phone", "0671234567")
    run("note", "add", "call @Олена")
    backed_up = run("backup", path)
    run("contact", "remove", "Олена")
    restored = run("restore", path)

    assert backed_up == (0, f"wrote 1 contact and 1 note to {path}\n", "")
    said = "contacts: 1 new, 0 updated, 0 unchanged; notes: 0 new, 0 updated, 1 unchanged\n"
    assert restored == (0, said, "")
    assert app.contacts.get("Олена").phones[0].value == "+380671234567"


def test_a_program_reads_the_counts(app: App, tmp_path: Path) -> None:
    path = str(tmp_path / "book.json")
    app.notes.add("a")
    counts = {"new": 0, "updated": 0, "unchanged": 0}

    assert page(Backup, app, path).record == {
        "file": path,
        "contacts": 0,
        "notes": 1,
        "messages": 0,
        "gradebook": 0,
    }
    assert page(Restore, app, path).record == {
        "contacts": counts,
        "notes": counts | {"unchanged": 1},
        "messages": counts,
        "gradebook": counts,
    }


def page(command: type[Backup | Restore], app: App, path: str) -> Message:
    return command().run(app, Namespace(file=path, without_grades=False))


def test_a_bad_file_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "book.bin"
    path.write_bytes(b"garbage")

    assert run("restore", str(path)) == (
        4,
        "",
        f"pomichnyk: {path}: it is not a .bin file of this program\n",
    )
    assert run("backup", "book.txt")[0] == 2
    assert run("restore", str(tmp_path / "none.json"))[0] == 3


def test_messages_and_grades_are_told_where_there_are_any(
    run: Run, app: App, tmp_path: Path
) -> None:
    app.config = Config(f"sqlite:///{tmp_path}/book.db")
    path = str(tmp_path / "book.json")
    app.storage.messages.put([message.Message(text="Привіт", sender="дача", peer="host")])
    run("grades", "add", "group", "10-А")

    assert run("backup", path)[1] == (
        f"wrote 0 contacts, 0 notes, 1 message, 1 record of the gradebook to {path}\n"
    )
    assert run("restore", path)[1] == (
        "contacts: 0 new, 0 updated, 0 unchanged; notes: 0 new, 0 updated, 0 unchanged; "
        "messages: 0 new, 0 updated, 1 unchanged; grades: 0 new, 0 updated, 1 unchanged\n"
    )


def test_a_gradebook_is_not_left_out_unasked(run: Run, app: App, tmp_path: Path) -> None:
    path, config = str(tmp_path / "book.json"), app.config
    with App(Config(f"sqlite:///{tmp_path}/book.db"), app.view) as other:
        with other.gradebook.writing() as session:
            editing.add(session, "group", "10-А")
        other.storage.contacts.add(Contact(name=Name("Олена")))
        backup(other.home(), path)

    refused = run("restore", path)
    assert app.config == config
    assert (refused[0], app.storage.contacts.count()) == (2, 0)
    assert "memory: carries no gradebook" in refused[2]
    assert run("restore", path, "--without-grades")[0] == 0
    assert app.storage.contacts.count() == 1
