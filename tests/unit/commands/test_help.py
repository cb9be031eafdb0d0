"""Help: all commands by their first word, and one of them with all it takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._dispatch import execute
from pomichnyk.text import translations
from pomichnyk.views.json import JsonView

Run = Callable[..., tuple[int, str, str]]


def names(out: str) -> list[str]:
    return [line.partition("\t")[0] for line in out.splitlines()]


def test_all_commands_are_listed_by_their_first_word(run: Run) -> None:
    listed = names(run("help")[1])

    assert sorted(listed) == sorted(command.name for command in Command.plugs())
    assert [name.split()[0] for name in listed] == sorted(name.split()[0] for name in listed)


def test_commands_of_a_word_stand_in_the_order_of_their_making(run: Run) -> None:
    assert names(run("help", "contact")[1])[:4] == [
        "contact add", "contact show", "contact edit", "contact remove",
    ]  # fmt: skip


def test_command_is_explained(run: Run) -> None:
    told = run("help", "contact", "find")[1].splitlines()

    assert told[0] == "Find contacts by any words, beginnings of words or digits of a number."
    assert told[1] == "usage\tpomichnyk contact find QUERY... [--limit N]"
    assert names("\n".join(told[2:4])) == ["QUERY", "--limit N"]
    assert "examples\tpomichnyk contact find шевч" in told
    assert told[-1].startswith("see also\tcontact add, ")


def test_command_alone_in_its_group_has_nothing_to_see_also(run: Run) -> None:
    assert "see also" not in run("help", "help")[1]


@pytest.mark.parametrize("words", [["xyzzy"], ["contact", "ad"]])
def test_unknown_command_is_told(run: Run, words: list[str]) -> None:
    code, out, err = run("help", *words)

    assert (code, out) == (2, "")
    assert "there is no command" in err


def test_programs_read_help_in_the_language_of_the_view(app: App) -> None:
    out = StringIO()
    app.view = JsonView(out, StringIO(), translations("uk"))
    execute(app, ["help", "note", "find"])
    told = json.loads(out.getvalue())

    assert [*told] == ["command", "summary", "usage", "arguments", "examples"]
    assert told["usage"] == "pomichnyk note find QUERY... [--limit N]"
    assert [argument["name"] for argument in told["arguments"]] == ["QUERY", "--limit N"]
    assert told["summary"] == translations("uk").gettext(
        "Find notes by any words or beginnings of words."
    )


def test_programs_read_the_list(run: Run) -> None:
    assert json.loads(run("help", "note", view="json")[1])[0] == {
        "command": "note add",
        "summary": "Write a note in Markdown; @Name links it to a contact.",
    }
