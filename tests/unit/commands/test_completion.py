"""Completion: scripts for three shells, and the answers that the scripts ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.bootstrap import App
from pomichnyk.commands.completion import SCRIPTS, VALUES, _bash_words
from pomichnyk.config import Config
from pomichnyk.domain.changes import Changes
from pomichnyk.text import LANGUAGES
from pomichnyk.views import View

EVERYONE = [
    r"a\$\(id\)\;\`id\`\!\"\'\\\~",
    r"b\$\(id\)\;\`id\`\"\'\\\~",
    r"Dr:\ No",
    r"O\'Brien\ \(Jim\)",
    r"Олена\ Пчілка",
]
Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("shell", SCRIPTS)
def test_script_is_printed_for_every_shell(run: Run, shell: str) -> None:
    assert run("completion", shell) == (0, SCRIPTS[shell], "")


def test_unknown_shell_is_refused(run: Run) -> None:
    assert run("completion", "tcsh")[0] == 2


def test_values_of_flags_are_those_there_are() -> None:
    assert VALUES["--lang"] == LANGUAGES
    assert all(issubclass(View.named(name), View) for name in VALUES["--view"])


@pytest.mark.parametrize(
    ("typed", "replies"),
    [
        (["contact", "sh"], ["show"]),
        (["help", "contact", "sh"], ["show"]),
        (["contact", "show", "оле"], ["Олена Пчілка"]),
        (["note", "list", "--tag", ""], ["dacha"]),
        (["contact", "edit", "x", "--remove-tag", "д"], ["друзі"]),
        (["contact", "list", "--sort", "a"], ["added"]),
        (["contact", "list", "--sort=a"], ["--sort=added"]),
        (["--lang", ""], ["en", "uk"]),
        (["--lang=u"], ["--lang=uk"]),
        (["--view", "j"], ["json"]),
        (["--lang", "uk", "contact", "find", "--l"], ["--limit", "--lang"]),
        (["--storage", ""], []),
        (["nothing", "like", "it"], []),
    ],
)
def test_words_are_completed(run: Run, app: App, typed: list[str], replies: list[str]) -> None:
    app.contacts.add(Changes(name="Олена Пчілка", tags=["друзі"]))
    app.notes.add("roses", ["dacha"])

    assert run("completion", "fish", "--", *typed)[1].splitlines() == replies


def test_storage_that_is_being_typed_is_asked(run: Run, app: App, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    with App(Config(url), app.view) as other:
        other.contacts.add(Changes(name="Тарас"))
    typed = ("--storage", url, "contact", "show", "")

    assert run("completion", "zsh", "--", *typed) == (0, "Тарас\n", "")


@pytest.mark.parametrize(
    ("line", "replies"),
    [
        ("pomichnyk cont", ["contact"]),
        ("pomichnyk contact sh", ["show"]),
        ("pomichnyk contact show ", EVERYONE),
        ("pomichnyk contact show оле", [r"Олена\ Пчілка"]),
        (r"pomichnyk contact show Олена\ ", [r"Олена\ Пчілка"]),
        (r"pomichnyk contact show Олена\ Пч", [r"Олена\ Пчілка"]),
        ('pomichnyk contact show "Олена П', ["Олена Пчілка"]),
        ("pomichnyk contact show 'Олена ", ["Олена Пчілка"]),
        ("pomichnyk contact show O\\'B", [r"O\'Brien\ \(Jim\)"]),
        ("pomichnyk contact show Dr:", [r"\ No"]),
        ("pomichnyk contact list --sort=a", ["added"]),
        ("pomichnyk contact list --sort=", ["name", "birthday", "added", "changed"]),
        ("pomichnyk contact show Олена\\", [r"Олена\ Пчілка"]),
        ("pomichnyk contact show $", []),
        ("pomichnyk contact show a", [r"a\$\(id\)\;\`id\`\!\"\'\\\~"]),
        ('pomichnyk contact show "b', [r"b\$(id);\`id\`\"'\\~"]),
        ("pomichnyk contact show 'a", [r"""a$(id);`id`!"'\''\~"""]),
        ('pomichnyk contact show "a', []),
    ],
)
def test_bash_gets_what_takes_the_place_of_its_last_word(
    run: Run, app: App, line: str, replies: list[str]
) -> None:
    hostile = r"""$(id);`id`!"'\~"""
    for name in (
        "Олена Пчілка",
        "O'Brien (Jim)",
        "Dr: No",
        f"a{hostile}",
        "b" + hostile.replace("!", ""),
    ):
        app.contacts.add(Changes(name=name))

    assert run("completion", "bash", "--", line)[1].splitlines() == replies


@given(st.text(alphabet="a '\"\\\t=:я"))
def test_any_line_of_bash_has_a_last_word(line: str) -> None:
    words, quote = _bash_words(line)

    assert words
    assert quote in ("", "'", '"')
