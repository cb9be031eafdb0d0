"""The prompt: what a line does, and that nothing but leaving ends the conversation."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from pomichnyk import repl
from pomichnyk.bootstrap import App
from pomichnyk.config import Config
from pomichnyk.text import translations
from pomichnyk.views.plain import PlainView


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    view = PlainView(io.StringIO(), io.StringIO(), translations("en"))
    with App(Config("memory:"), view) as app:
        yield app


def told(app: App) -> str:
    """Return what was shown, errors last."""
    assert isinstance(app.view.out, io.StringIO)
    assert isinstance(app.view.err, io.StringIO)
    return app.view.out.getvalue() + app.view.err.getvalue()


def conversation(app: App, typed: str) -> str:
    """Return what is shown when a person types so at the prompt."""
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text(typed)

        assert repl.converse(app) == 0
    return told(app)


@pytest.mark.parametrize("line", ["hello", "  HELLO ", "hi", "привіт", "Вітаю"])
def test_a_greeting_is_answered(app: App, line: str) -> None:
    repl.answer(app, line)

    assert told(app) == "Hello! How can I help you?\n"


@pytest.mark.parametrize("line", ["", "   "])
def test_nothing_is_answered_by_nothing(app: App, line: str) -> None:
    repl.answer(app, line)

    assert told(app) == ""


@pytest.mark.parametrize("line", ["help", "?", "допомога", "pomichnyk help", "HELP"])
def test_help_lists_the_commands(app: App, line: str) -> None:
    repl.answer(app, line)

    assert "contact add" in told(app)


def test_a_command_may_be_typed_in_capitals(app: App) -> None:
    repl.answer(app, "Contact ADD Анна")

    assert told(app).startswith("added Анна")


def test_the_storage_stays_between_commands(app: App) -> None:
    repl.answer(app, "contact add Мар'яна --tag друзі")
    repl.answer(app, "contact list --tag друзі")

    assert told(app).count("Мар'яна") == 2


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (
            "contct list",
            "pomichnyk: there is no command “contct list”; did you mean “contact list”?",
        ),
        ("contact show Nobody", "pomichnyk: nothing is stored under “Nobody”"),
        ("contact show 'x", "pomichnyk: a closing ' is missing at the end of the line"),
    ],
)
def test_an_error_is_told_in_one_line(app: App, line: str, error: str) -> None:
    repl.answer(app, line)

    assert told(app) == f"{error}\n"


def test_an_interrupted_command_leaves_the_conversation(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(app: App, words: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(repl, "execute", interrupted)
    repl.answer(app, "help")

    assert told(app) == "pomichnyk: interrupted\n"


def test_a_bug_is_shown_whole_and_ends_nothing(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(app: App, words: list[str]) -> int:
        return 1 // 0

    monkeypatch.setattr(repl, "execute", broken)
    repl.answer(app, "help")

    assert told(app).startswith("Traceback")
    assert told(app).endswith("ZeroDivisionError: integer division or modulo by zero\n")


def test_a_reader_that_has_gone_ends_the_conversation(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(app: App, words: list[str]) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(repl, "execute", gone)
    with pytest.raises(BrokenPipeError):
        repl.answer(app, "help")


@pytest.mark.parametrize(
    "typed",
    ["exit\r", "quit\r", "close\r", "Good  Bye\r", "goodbye\r", "вихід\r", "бувай\r", "\x04"],
)
def test_a_farewell_or_ctrl_d_ends_the_conversation(app: App, typed: str) -> None:
    assert conversation(app, "hello\r" + typed + "contact list\r") == (
        "Hello! “help” lists the commands, TAB completes, “exit” leaves.\n"
        "Hello! How can I help you?\n"
        "Good bye!\n"
    )


def test_ctrl_c_clears_the_line(app: App) -> None:
    assert "bogus" not in conversation(app, "bogus\x03hello\rexit\r")
    assert "How can I help you?" in told(app)


def test_bytes_that_are_no_text_are_an_error_like_any_other(app: App) -> None:
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_bytes(b"contact show \xff\xfe\rhello\rexit\r")
        repl.converse(app)

    assert "nothing is stored under" in told(app)
    assert "How can I help you?" in told(app)


def test_lines_are_in_the_history_of_the_next_conversation(app: App) -> None:
    conversation(app, "contact add Мар'яна\rexit\r")
    shown = conversation(app, "\x1b[A\x1b[A\rexit\r")

    assert "Мар'яна is in the address book already" in shown
