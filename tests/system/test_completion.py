"""Completion in the shells themselves: what TAB gives a person in bash, zsh and fish."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pexpect
import pytest

from pomichnyk.bootstrap import App
from pomichnyk.commands.completion import SCRIPTS
from pomichnyk.config import Config
from pomichnyk.domain.changes import Changes
from pomichnyk.text import translations
from pomichnyk.views.plain import PlainView

PROMPT = "ready> "
QUIET = {
    "bash": "bind 'set bell-style none'; bind 'set enable-bracketed-paste off'",
    "zsh": "unset zle_bracketed_paste; unsetopt prompt_cr beep; autoload compinit; compinit -u -D",
}
START = {"bash": ["--noprofile", "--norc", "-i"], "zsh": ["-f", "-i"]}


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Make a book with names that need quotes, and a program that shells find."""
    folder = tmp_path_factory.mktemp("completion")
    url = f"sqlite:///{folder / 'book.db'}"
    with App(Config(url), PlainView(sys.stdout, sys.stderr, translations("en"))) as app:
        app.contacts.add(Changes(name="Олена Пчілка", phones=[("", "0671234567")], tags=["друзі"]))
        app.contacts.add(Changes(name="O'Brien (Jim)", phones=[("", "0501234567")]))
        app.contacts.add(Changes(name="Ціна $(id) `id`", phones=[("", "0631234567")]))
    program = folder / "bin" / "pomichnyk"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pomichnyk "$@"\n')
    program.chmod(0o755)
    return os.environ | {
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "POMICHNYK_LANG": "en",
        "POMICHNYK_STORAGE": url,
        "PS1": PROMPT,
        "TERM": "dumb",
        "XDG_CONFIG_HOME": str(folder),
    }


def found(shell: str) -> str:
    """Return the shell's path; where a missing one is no failure, tell what to install."""
    path = shutil.which(shell)
    if not path and not os.environ.get("CI"):
        pytest.skip(f"needs {shell}: apt install {shell}")
    assert path, shell
    return path


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab_completes_what_is_typed(environ: Mapping[str, str], shell: str) -> None:
    with pexpect.spawn(
        found(shell), START[shell], env=environ, encoding="utf-8", timeout=60, dimensions=(24, 200)
    ) as person:

        def entered(line: str) -> str:
            person.sendline(line)
            person.expect_exact(PROMPT)
            return str(person.before)

        person.expect_exact(PROMPT)
        entered(QUIET[shell])
        entered(f'eval "$(pomichnyk completion {shell})"')

        assert "+380671234567" in entered("pomichnyk contact show Оле\t")
        assert "+380671234567" in entered("pomichnyk contact show олена\\ п\t")
        assert "+380671234567" in entered("pomichnyk contact show 'Олена П\t")
        assert "+380501234567" in entered("pomichnyk contact show O\t")
        assert "+380631234567" in entered("pomichnyk contact show Ці\t")
        assert "+380631234567" in entered('pomichnyk contact show "Ці\t')
        assert "+380631234567" in entered("pomichnyk contact show 'Ці\t")
        assert "+380671234567" in entered("pomichnyk contact list --tag д\t")
        assert "+380501234567" in entered("pomichnyk contact li\t --limit 1")


@pytest.mark.parametrize(
    ("typed", "replies"),
    [
        ("pomichnyk contact show Оле", {"Олена Пчілка"}),
        ('pomichnyk contact show "Олена П', {"Олена Пчілка"}),
        ("pomichnyk contact show O", {"O'Brien (Jim)"}),
        ("pomichnyk contact list --tag ", {"друзі"}),
        ("pomichnyk note a", {"add"}),
        ("pomichnyk --lang=", {"--lang=en", "--lang=uk"}),
    ],
)
def test_fish_completes_what_is_typed(
    environ: Mapping[str, str], typed: str, replies: set[str]
) -> None:
    program = 'pomichnyk completion fish | source; complete -C"$argv[1]"'
    done = subprocess.run(
        [found("fish"), "--no-config", "--command", program, typed],
        env=environ, check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert set(done.stdout.splitlines()) == replies


@pytest.mark.parametrize("shell", SCRIPTS)
def test_script_is_sound(shell: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(SCRIPTS[shell])
    done = subprocess.run(
        [found(shell), "-n", script], check=False, capture_output=True, timeout=60
    )

    assert (done.returncode, done.stderr) == (0, b"")
