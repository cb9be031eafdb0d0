"""The prompt in a real terminal: keys, completion, history, interruption, both languages."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TypeAlias

import pexpect
import pytest

from pomichnyk.domain.message import Message
from pomichnyk.storage import open_storage

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal of POSIX"),
    # A test runner has threads; the child only starts another program.
    pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning"),
]
PROMPT = "pomichnyk>\x1b"
Terminal: TypeAlias = "pexpect.spawn[str]"
Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that opens the prompt in a terminal of its own."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("POMICHNYK_")
    } | {
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "PROMPT_TOOLKIT_NO_CPR": "1",  # no terminal answers where its cursor is
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "POMICHNYK_STORAGE": "memory:",
    }
    with ExitStack() as terminals:

        def started(*arguments: str) -> Terminal:
            terminal: Terminal = pexpect.spawn(
                sys.executable,
                ["-m", "pomichnyk", *arguments],
                env=environ,
                encoding="utf-8",
                dimensions=(30, 100),
                timeout=30,
            )
            terminals.callback(terminal.close)
            terminal.expect(PROMPT)
            return terminal

        yield started


def said(terminal: Terminal, line: str) -> str:
    """Return what is shown, without colours and the like, after a line was typed."""
    terminal.send(f"{line}\r")
    terminal.expect(r"\x1b\[\?2004l")  # the prompt hands the terminal to the command
    terminal.expect(PROMPT)
    assert isinstance(terminal.before, str)
    return re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", terminal.before).replace("\r\n", "\n").strip("\r\n")


def ended(terminal: Terminal) -> int | None:
    """Return the exit code of a conversation that is over."""
    terminal.expect(pexpect.EOF)
    terminal.close()
    return terminal.exitstatus


def test_apostrophes_are_letters_and_the_storage_stays_open(start: Start) -> None:
    terminal = start()

    assert "added Мар'яна" in said(terminal, "contact add Мар'яна --phone 0671234567")
    assert "added O'Brien" in said(terminal, "contact add O'Brien")
    assert "+380671234567" in said(terminal, "contact list")
    terminal.send("\x04")
    assert ended(terminal) == 0


def test_tab_completes_commands_and_stored_names(start: Start) -> None:
    terminal = start()
    said(terminal, "contact add 'Тарас Шевченко'")

    terminal.send("contact sh\t")
    terminal.expect("ow")  # only what is new on the line is drawn
    terminal.send("тар\t")
    terminal.expect('"Тарас Шевченко"')
    assert re.search(r"id +[0-9a-f-]{36}", said(terminal, ""))


def test_lines_come_back_in_the_next_session_and_are_private(start: Start, tmp_path: Path) -> None:
    terminal = start()
    said(terminal, "contact add Анна")
    terminal.send("exit\r")
    ended(terminal)

    assert "added Анна" in said(start(), "\x1b[A\x1b[A")
    assert (tmp_path / "state/pomichnyk/history").stat().st_mode & 0o777 == 0o600


def test_ctrl_c_clears_the_line(start: Start) -> None:
    terminal = start()

    terminal.send("contact remove everybody\x03")
    terminal.expect(PROMPT)
    assert "How can I help you?" in said(terminal, "hello")


def test_ctrl_c_interrupts_a_command_and_what_is_stored_is_sound(
    start: Start, tmp_path: Path
) -> None:
    cards = tmp_path / "endless.vcf"
    os.mkfifo(cards)
    terminal = start("--storage", f"sqlite:///{tmp_path / 'book.db'}")
    said(terminal, "contact add Анна")

    terminal.send(f"contact import {cards}\r")
    # The pipe is open once the command reads it, and broken once the command has ended.
    with suppress(BrokenPipeError), cards.open("w", encoding="utf-8") as endless:
        terminal.sendintr()
        while True:
            endless.write("BEGIN:VCARD\nVERSION:3.0\nFN:Taras\nEND:VCARD\n")
    terminal.expect("interrupted")
    terminal.expect(PROMPT)

    listed = said(terminal, "contact list")
    assert "Анна" in listed
    assert "Taras" not in listed


def test_errors_are_told_and_the_conversation_goes_on(start: Start) -> None:
    terminal = start()

    assert "did you mean “contact list”?" in said(terminal, "contact lst")
    assert 'a closing " is missing' in said(terminal, 'contact find "мар')
    assert "no contacts" in said(terminal, "contact list")


def test_a_message_is_shown_above_the_line_that_is_being_typed(
    start: Start, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'book.db'}"
    with open_storage(url) as storage:
        storage.messages.receive([message("старе")])
        terminal = start("--storage", url)
        assert "no contacts" in said(terminal, "contact list")  # by then it has looked once
        terminal.send("contact ad")
        terminal.expect("contact ad")

        storage.messages.receive([message("кава\nготова")])

        terminal.expect(r"\d\d:\d\d Хата: кава\r*\n *готова")
        assert "старе" not in (terminal.before or "")
        terminal.expect("pomichnyk> contact ad")  # the line is drawn again
        assert "added Анна" in said(terminal, "d Анна")

        storage.messages.receive([message("ще одна")])
        terminal.expect("Хата: ще одна")
        terminal.expect("pomichnyk>")
        terminal.send("\x04")
        assert ended(terminal) == 0


def message(text: str) -> Message:
    """Return a message that comes from another computer."""
    return Message(text=text, sender="Хата", peer="10.0.0.7:5000")


def test_it_speaks_ukrainian(start: Start) -> None:
    terminal = start("--lang", "uk")

    assert "Чим можу допомогти?" in said(terminal, "привіт")
    assert "немає команди «contct lst»" in said(terminal, "contct lst")
    assert "бракує обов’язкових аргументів: REF" in said(terminal, "contact show")
    terminal.send("вихід\r")
    terminal.expect("До побачення!")
    assert ended(terminal) == 0
