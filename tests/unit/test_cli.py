"""The command line: settings, languages and views are chosen before anything is done."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from io import StringIO, TextIOWrapper
from pathlib import Path

import pytest

from pomichnyk import __version__
from pomichnyk.cli import main
from pomichnyk.text import translations

Cli = Callable[..., tuple[int, str, str]]


class Terminal(StringIO):
    """A stream where a person sits."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run the program on a new file; give its exit code, its output and its errors."""
    for name, value in (("CONFIG", ""), ("LANG", "en"), ("VIEW", ""), ("REGION", "")):
        monkeypatch.setenv(f"POMICHNYK_{name}", value)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("POMICHNYK_STORAGE", f"sqlite:///{tmp_path / 'book.db'}")

    def run(*words: str) -> tuple[int, str, str]:
        return (main(words), *capsys.readouterr())

    return run


def test_words_come_from_the_shell(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["pomichnyk", "--version"])

    assert main() == 0


def test_version_is_told(cli: Cli) -> None:
    assert cli("--version") == (0, f"pomichnyk {__version__}\n", "")
    assert json.loads(cli("--version", "--view", "json")[1]) == {"version": __version__}


def test_no_command_away_from_a_terminal_is_help(cli: Cli) -> None:
    assert cli() == cli("help")


def test_no_command_at_a_terminal_is_the_prompt(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr(
        "pomichnyk.repl.converse", lambda app: 42 if app.view.name == "console" else 0
    )

    assert main([]) == 42


def test_words_outlive_the_process(cli: Cli) -> None:
    cli("contact", "add", "Олена")

    assert cli("contact", "find", "олена")[1].split("\t")[1] == "Олена"


@pytest.mark.parametrize(
    "words", [("--lang", "uk", "contact", "show", "x"), ("contact", "show", "x", "--lang=uk")]
)
def test_errors_are_told_in_the_language_chosen(cli: Cli, words: tuple[str, ...]) -> None:
    told = translations("uk").gettext("nothing is stored under “{ref}”").format(ref="x")

    assert told != "nothing is stored under “x”"
    assert cli(*words) == (3, "", f"pomichnyk: {told}\n")


def test_wrong_settings_are_told_in_the_language_chosen(cli: Cli) -> None:
    told = translations("uk").gettext("--{option} needs a value").format(option="view")

    assert cli("--lang", "uk", "help", "--view") == (2, "", f"pomichnyk: {told}\n")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--lang", "de", "help"), 4, "language: 'de' is not valid"),
        (("--view", "paper", "help"), 2, "“paper” is not one of: "),
        (("--storage", "ftp://x", "contact", "list"), 2, "“ftp” is not one of: "),
        (("contact", "list", "--storage"), 2, "--storage needs a value"),
        (("--storage", "sqlite:////proc/none/x.db", "contact", "list"), 6, "/proc/none"),
    ],
)
def test_settings_that_cannot_be_used_are_one_line(
    cli: Cli, words: tuple[str, ...], code: int, told: str
) -> None:
    answer, out, err = cli(*words)

    assert (answer, out) == (code, "")
    assert told in err
    assert err.count("\n") == 1


def test_interruption_is_quiet(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pomichnyk.cli.execute", interrupt)

    assert cli("help") == (130, "", "")


def test_reader_that_has_gone_is_no_error(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def close(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("pomichnyk.cli.execute", close)

    assert cli("help") == (141, "", "")


def test_output_that_nobody_reads_is_let_go(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        code = main(["help"])

    assert code == 141


def test_bug_is_not_hidden(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pomichnyk.cli.execute", fail)
    with pytest.raises(ZeroDivisionError):
        cli("help")


def test_letters_that_the_output_lacks_do_not_stop_it(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TextIOWrapper((tmp_path / "out").open("wb"), encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        code = main(["contact", "add", "Олена"])
    told = (tmp_path / "out").read_text()

    assert code == 0
    assert told.startswith(r"added \u041e\u043b\u0435\u043d\u0430 (")
