"""Dispatch: words find their command, and whatever goes wrong becomes one line and a code."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest

from pomichnyk import __version__
from pomichnyk.bootstrap import App
from pomichnyk.commands._contact import ContactAdd
from pomichnyk.commands._dispatch import execute, find
from pomichnyk.commands.help import Help
from pomichnyk.errors import UsageError

Run = Callable[..., tuple[int, str, str]]


def test_two_words_are_tried_before_one() -> None:
    assert find(["contact", "add", "Олена"]) == (ContactAdd, ["Олена"])
    assert find(["help", "contact"]) == (Help, ["contact"])


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["contact", "ad", "Олена"], "“contact add”?"),
        (["contat", "find", "шевч"], "“contact find”?"),
        (["hlep"], "“help”?"),
        (["birthdays"], "“contact birthdays”"),
        (["add"], "“contact add”, “"),
    ],
)
def test_command_that_is_alike_is_suggested(words: list[str], meant: str) -> None:
    with pytest.raises(UsageError) as refusal:
        find(words)

    assert f"did you mean {meant}" in str(refusal.value)


@pytest.mark.parametrize("words", [["xyzzy"], ["--frob"], [""], []])
def test_word_like_no_command_is_told_where_they_are_listed(words: list[str]) -> None:
    with pytest.raises(UsageError, match=r"there is no command .* “help” lists them"):
        find(words)


def test_first_word_alone_is_told_what_may_follow() -> None:
    with pytest.raises(UsageError, match="“note” needs one of: add, show, edit, remove, list"):
        find(["note"])


def test_module_that_is_no_command_is_not_imported() -> None:
    with pytest.raises(UsageError):
        find(["_dispatch"])


def test_page_is_shown_and_the_code_is_0(run: Run) -> None:
    assert run("--version") == (0, f"pomichnyk {__version__}\n", "")


def test_error_is_one_line_and_its_code(run: Run) -> None:
    told = "pomichnyk: nothing is stored under “nobody”\n"

    assert run("contact", "show", "nobody") == (3, "", told)


@pytest.mark.parametrize(
    "words",
    [["contact", "add", "-h"], ["contact", "add", "x", "--help"], ["-h", "contact", "add"]],
)
def test_help_is_given_wherever_it_is_asked_for(run: Run, words: list[str]) -> None:
    assert run(*words) == run("help", "contact", "add")


def test_help_behind_two_dashes_is_a_value(run: Run) -> None:
    assert run("note", "add", "--", "-h")[1].startswith("added -h")


class Stuck(StringIO):
    """A stream that cannot be written."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, text: str) -> int:
        raise self._error


def test_output_that_cannot_be_written_is_told(app: App) -> None:
    app.view.out = Stuck(OSError(28, "No space left on device"))

    assert execute(app, ["help"]) == 6
    assert isinstance(app.view.err, StringIO)
    assert "cannot be written: No space left" in app.view.err.getvalue()


def test_reader_that_has_gone_is_left_to_the_edge(app: App) -> None:
    app.view.out = Stuck(BrokenPipeError())
    with pytest.raises(BrokenPipeError):
        execute(app, ["help"])
