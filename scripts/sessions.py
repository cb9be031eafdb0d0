"""Runs the sessions that the documentation shows, and writes into it what they really print.

    python scripts/sessions.py [PAGE.md...]     all pages unless some are named

A fenced block marked ``console`` is a session at a terminal. ``$ `` begins a command for the shell,
which ``> `` may continue; ``pomichnyk> `` a line typed to the assistant that ``$ pomichnyk`` has
opened; anything else is what was printed. The sessions of a page run in their order, in one new
folder and with one new store. Every command must succeed; one that is to fail is written
``COMMAND; echo $?``. Identifiers and times differ from run to run and may differ from the page;
``…`` stands for whatever else is of no interest: any words, or on a line of its own any lines.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

import pexpect

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs/guide").glob("*/*.md"))]
PROMPT = "pomichnyk> "
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
STEP = re.compile(
    r"^(\$ |pomichnyk> )(.*(?:\n> .*)*)\n((?:(?!\$ |pomichnyk> ).*\n)*)", re.MULTILINE
)
VARIABLE = (
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{8}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?(Z|\+00:00)?)?"), "<time>"),
)
CONTROL = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")  # what a terminal obeys and does not show
HOME = "/home/me"  # what a page calls the folder that its sessions run in
LONGEST = 30  # seconds that a command may take
FOREIGN = ("LC_", "XDG_", "POMICHNYK_", "LANGUAGE", "COLUMNS", "LINES")


class SessionError(Exception):
    """A command of a page failed, or did not end."""


def fits(shown: str, printed: str) -> bool:
    """Tell whether a page shows what was printed, but for identifiers, times and ``…``."""
    for pattern, name in VARIABLE:
        shown, printed = pattern.sub(name, shown), pattern.sub(name, printed)
    expected = "".join(
        "(?:.*\n)*" if line == "…\n" else re.escape(line).replace("…", ".*")
        for line in shown.splitlines(keepends=True)
    )
    return re.fullmatch(expected, printed) is not None


def rewritten(page: str, language: str = "en") -> str:
    """Return the page as it is if it shows what its sessions print, else with what they do.

    Raises:
        SessionError: a command failed, or did not end.
    """
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal(Path(folder), language)
        new = BLOCK.sub(lambda block: STEP.sub(terminal.retyped, block[0]), page)
        return page if terminal.as_shown else new


class Terminal:
    """A shell, 80 columns wide, in a folder and with a store of its own.

    Attributes:
        as_shown: whether all that was printed so far is what the page shows.
    """

    def __init__(self, folder: Path, language: str) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        self._folder = folder
        self._environ = own | {
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "POMICHNYK_LANG": language,
            "POMICHNYK_STORAGE": f"sqlite:///{folder / 'pomichnyk.db'}",
            "TERM": "dumb",
        }
        self._assistant: pexpect.spawn[str] | None = None
        self.as_shown = True

    def retyped(self, step: re.Match[str]) -> str:
        """Type one step again, and return it with what is printed."""
        prompt, typed, shown = step.groups()
        printed = self._told(typed) if prompt == PROMPT else self._run(typed)
        fitting = fits(shown, printed)
        self.as_shown &= fitting
        return f"{prompt}{typed}\n{shown if fitting and '…' in shown else printed}"

    def _run(self, typed: str) -> str:
        command = typed.replace("\n> ", "\n")
        child = pexpect.spawn(
            "bash",
            ["-c", command],
            timeout=LONGEST,
            cwd=str(self._folder),
            env=self._environ,
            encoding="utf-8",
            dimensions=(24, 80),
        )
        if command == "pomichnyk":
            self._assistant = child
        return self._printed(child)

    def _told(self, typed: str) -> str:
        if self._assistant is None:
            raise SessionError(f"nobody is listening to: {typed}")
        self._assistant.sendline(typed)
        printed = self._printed(self._assistant)
        while printed.startswith(typed):  # the echo; the terminal's too, if it was the quicker
            printed = printed.partition("\n")[2]
        return printed

    def _printed(self, child: pexpect.spawn[str]) -> str:
        """Return what is printed until the assistant asks again or the program ends."""
        try:
            child.expect([pexpect.EOF, PROMPT] if child is self._assistant else pexpect.EOF)
        except pexpect.TIMEOUT as error:
            raise SessionError(str(error)) from error
        printed = CONTROL.sub("", str(child.before)).replace("\r", "")
        printed = printed.replace(str(self._folder), HOME)
        if child.after is pexpect.EOF:
            child.close()
        if child.exitstatus:
            raise SessionError(f"exit code {child.exitstatus}, after:\n{printed}")
        return printed


def main(names: list[str]) -> int:
    """Write anew the pages of those names, or all."""
    for path in map(Path, names) if names else PAGES:
        old = path.read_text(encoding="utf-8")
        new = rewritten(old, language=path.parent.name if path.parent.name == "uk" else "en")
        if new != old:
            path.write_text(new, encoding="utf-8")
            print(f"written anew: {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
