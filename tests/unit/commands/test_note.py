"""The note commands, as lines that a person types; the text may come by pipe or editor."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App

Run = Callable[..., tuple[int, str, str]]


class Terminal(StringIO):
    """Input where a person sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sit at a terminal with an editor: a Python program that changes the text of ``path``."""

    def use(program: str) -> None:
        script = tmp_path / "the editor.py"
        script.write_text(
            "import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\ntext = path.read_text()\n"
            + program
        )
        monkeypatch.setenv("VISUAL", f"'{sys.executable}' '{script}'")

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return use


def drafts(folder: Path) -> list[str]:
    return [path.read_text() for path in folder.glob("pomichnyk-*.md")]


def test_note_is_added_and_shown_whole(run: Run, app: App) -> None:
    run("contact", "add", "Олена")
    code, out, err = run("note", "add", "# Garden\nask", "@Олена", "--tag", "dacha")
    note = app.notes.get("Garden")
    shown = run("note", "show", "garden")[1]

    assert (code, out, err) == (0, f"added Garden ({str(note.id)[:8]})\n", "")
    assert shown.startswith(f"Garden\ntags\tdacha\ncontacts\tОлена\nid\t{note.id}\nadded\t")
    assert shown.endswith("\n\n# Garden\nask @Олена\n")


@pytest.mark.parametrize("words", [[], ["-"]])
def test_note_is_read_from_a_pipe(
    run: Run, app: App, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("# Minutes\nall agreed\n"))

    assert run("note", "add", *words)[0] == 0
    assert app.notes.get("Minutes").text == "# Minutes\nall agreed"


def test_empty_pipe_is_no_note(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO())

    assert run("note", "add")[0] == 4
    assert run("note", "list") == (0, "", "")


def test_note_is_written_in_the_editor(
    run: Run, app: App, editor: Callable[[str], None], tmp_path: Path
) -> None:
    editor("path.write_text(text + 'roses\\n')")

    assert run("note", "add", "--tag", "dacha")[0] == 0
    assert [(note.text, note.tags) for note in app.notes.all()] == [("roses", ("dacha",))]
    assert drafts(tmp_path) == []


def test_note_is_changed_in_the_editor(run: Run, app: App, editor: Callable[[str], None]) -> None:
    run("note", "add", "one\n")
    editor("path.write_text(text + 'two\\n')")

    assert run("note", "edit", "one")[0] == 0
    assert app.notes.get("one").text == "one\ntwo\n"


def test_note_that_the_editor_leaves_as_it_is_does_not_change(
    run: Run, app: App, editor: Callable[[str], None]
) -> None:
    note = app.notes.add("one")
    editor("path.write_text(text + '\\n')")

    assert run("note", "edit", "one")[0] == 0
    assert app.notes.get("one") == note


@pytest.mark.parametrize(
    ("program", "code", "told"),
    [("", 4, "text: '' is not valid"), ("path.write_text('x'); sys.exit(1)", 6, "with an error")],
)
def test_draft_is_kept_and_named_when_nothing_is_stored(
    run: Run, editor: Callable[[str], None], tmp_path: Path, program: str, code: int, told: str
) -> None:
    editor(program)
    answer, out, err = run("note", "add")

    assert (answer, out) == (code, "")
    assert told in err
    assert f"what you wrote is in {tmp_path}" in err
    assert len(drafts(tmp_path)) == 1


@pytest.mark.parametrize("command", ["/no/such/editor", "'unclosed"])
def test_editor_that_cannot_be_started_is_told(
    run: Run, editor: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    editor("")
    monkeypatch.setenv("VISUAL", "")
    monkeypatch.setenv("EDITOR", command)
    code, _, err = run("note", "add")

    assert code == 6
    assert "cannot be started" in err


def test_edit_of_nothing_is_refused_in_a_pipe(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("note", "add", "one")
    monkeypatch.setattr(sys, "stdin", StringIO())

    assert run("note", "edit", "one")[0] == 2


def test_note_is_edited_by_options(run: Run, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    run("note", "add", "one", "--tag", "a")
    monkeypatch.setattr(sys, "stdin", StringIO("two\n"))

    assert run("note", "edit", "one", "--text", "-", "--tag", "b", "--remove-tag", "a")[0] == 0
    assert [(note.text, note.tags) for note in app.notes.all()] == [("two", ("b",))]


def test_note_is_removed(run: Run, app: App) -> None:
    run("note", "add", "one")

    assert run("note", "remove", "one")[1].startswith("removed one (")
    assert [*app.notes.all()] == []


def test_notes_are_listed_and_found(run: Run) -> None:
    run("note", "add", "roses", "--tag", "b", "--tag", "c")
    run("note", "add", "tulips", "--tag", "a")

    def titles(*words: str) -> list[list[str]]:
        return [line.split("\t")[1:3] for line in run(*words)[1].splitlines()]

    assert titles("note", "list") == [["tulips", "a"], ["roses", "b c"]]
    assert titles("note", "list", "--sort", "tag", "--limit", "1") == [["tulips", "a"]]
    assert titles("note", "list", "--tag", "b") == [["roses", "b c"]]
    assert titles("note", "find", "ros") == [["roses", "b c"]]
