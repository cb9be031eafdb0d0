"""Servers killed while they are sent messages: OK means on disk, and none is kept twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from messages import ended, serving
from pomichnyk.messenger import send
from pomichnyk.storage import open_storage

KILLER = Path(__file__).with_name("messenger_killer.py")


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_what_was_told_ok_is_there_once_however_often_the_server_is_killed(
    tmp_path: Path, kills: int
) -> None:
    run = subprocess.run(
        [sys.executable, KILLER, tmp_path, str(kills), "4", "7"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    lines = [line.split() for line in (tmp_path / "told").read_text().splitlines()]
    told = {key: " ".join(words[:-1]) for key, *words in lines}
    with open_storage(f"sqlite:///{tmp_path / 'book.db'}") as storage:
        kept = Counter((message.key, message.text) for message in storage.messages.all())
        assert storage.check() == []

    assert kept == Counter(told.items())
    assert len(told) > kills
    assert sum(int(words[-1]) for words in lines) > 0  # some had to be sent again


def test_a_server_killed_and_started_again_at_once_listens_there(tmp_path: Path) -> None:
    book = tmp_path / "book.db"
    with serving(book) as (process, port):
        send("127.0.0.1", port, "one")
        process.kill()
        process.wait()
        with serving(book, port=port) as (again, same):
            send("127.0.0.1", same, "two")
            assert ended(again, signal.SIGTERM) == 143
    with open_storage(f"sqlite:///{book}") as storage:
        assert {message.text for message in storage.messages.all()} == {"one", "two"}
