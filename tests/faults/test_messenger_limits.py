"""A server at the limits of its system, and told to end: it serves on, or says what it keeps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from freezing import freeze
from messages import GIVE_UP, asked, dialled, ended, heard, held, serving, silent
from pomichnyk.messenger import send
from pomichnyk.messenger.errors import UndeliveredError
from pomichnyk.storage import open_storage

HERE = "127.0.0.1"


def texts(book: Path) -> list[str]:
    with open_storage(f"sqlite:///{book}") as storage:
        return [message.text for message in storage.messages.all()]


@contextmanager
def frugal(process: subprocess.Popen[str], port: int) -> Iterator[None]:
    """Prove that a server has as many descriptors and threads after the block as before."""
    pause = threading.Event()
    assert asked((HERE, port), b"warm") == b"OK\n"  # its connection is closed in a moment
    before = min(held(process.pid) for _ in range(50) if not pause.wait(0.01))
    yield
    for _ in range(300):
        if held(process.pid) == before:
            break
        pause.wait(GIVE_UP / 300)
    assert held(process.pid) == before
    assert process.poll() is None


@pytest.mark.parametrize(
    ("limits", "wanted", "held_at_once"),
    [
        ("-n 100", None, 36),
        ("-n 100", 10, 10),
        ("-n 30", None, 1),
        ("-Sn 100", 900, 900),
    ],
)
def test_as_many_are_held_as_the_system_allows(
    limits: str, wanted: int | None, held_at_once: int
) -> None:
    script = f"from pomichnyk.messenger import _limits; print(_limits.connections({wanted}))"
    words = ["sh", "-c", f'ulimit {limits}; exec "$@"', "sh", sys.executable, "-c", script]
    done = subprocess.run(words, capture_output=True, text=True, check=True)

    assert int(done.stdout) == held_at_once


def test_many_silent_clients_and_few_descriptors_do_not_stop_it(tmp_path: Path) -> None:
    with serving(tmp_path / "book.db", files=256) as (process, port), frugal(process, port):
        quiet = silent((HERE, port), 400)
        for number in range(3):
            send(HERE, port, f"through {number}", timeout=GIVE_UP)
        for connection in quiet:
            connection.close()

    assert {f"through {number}" for number in range(3)} < {*texts(tmp_path / "book.db")}


def test_a_server_that_runs_out_of_descriptors_serves_again(tmp_path: Path) -> None:
    # More connections are allowed than there are descriptors: the system refuses, not the cap.
    book = tmp_path / "book.db"
    script = "import resource; from pomichnyk.messenger import _limits; _limits.SPARE = -1000\n"
    around = ["env", f"PYTHONPATH={_startup(tmp_path, script)}"]
    with serving(book, files=128, around=around) as (process, port), frugal(process, port):
        quiet = silent((HERE, port), 300)
        send(HERE, port, "through", timeout=GIVE_UP)
        for connection in quiet:
            connection.close()

    assert "through" in texts(book)


def _startup(folder: Path, script: str) -> Path:
    """Return a folder whose code Python runs when it starts."""
    place = folder / "startup"
    place.mkdir()
    (place / "usercustomize.py").write_text(script)
    return place


def test_a_full_disk_is_told_and_what_was_told_ok_is_kept(tmp_path: Path) -> None:
    book = tmp_path / "book.db"
    with open_storage(f"sqlite:///{book}"):
        pass
    full = ["sh", "-c", 'ulimit -f 1000; exec "$@"', "sh"]
    told: list[str] = []
    with serving(book, around=full) as (process, port):
        with pytest.raises(UndeliveredError, match="full"):
            fill(port, told)
        assert asked((HERE, port), b"b" * 100_000).startswith(b"NO not now: ")
        assert ended(process, signal.SIGTERM) == 143
    with serving(book) as (_, port):
        send(HERE, port, "room again")

    assert sorted(texts(book)) == sorted([*told, "room again"])


def fill(port: int, told: list[str]) -> None:
    """Send long messages until one is refused; note those that were not."""
    for number in range(100):
        text = f"{number} " + "a" * 100_000
        send(HERE, port, text)
        told.append(text)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_amid_messages_keeps_what_is_whole_and_refuses_the_rest(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serving(tmp_path / "book.db") as (process, port), ExitStack() as opened:
        send(HERE, port, "it serves")
        half, *others = (opened.enter_context(dialled((HERE, port))) for _ in range(4))
        half.sendall(b"half of")
        freeze(process.pid)
        for connection in others:
            connection.sendall(b"whole\x04")
        process.send_signal(number)
        os.kill(process.pid, signal.SIGCONT)
        answers = [heard(connection) for connection in others]

        assert heard(half) == b"NO not now: the server is stopping\n"
        assert process.wait(GIVE_UP) == 128 + number
        assert process.stderr
        assert process.stderr.read() == ""
    assert answers == [b"OK\n"] * 3
    assert sorted(texts(tmp_path / "book.db")) == ["it serves", *["whole"] * 3]


def test_a_hang_up_that_is_to_be_ignored_is(tmp_path: Path) -> None:
    with serving(tmp_path / "book.db", around=["nohup"]) as (process, port):
        process.send_signal(signal.SIGHUP)
        send(HERE, port, "still here")
        assert ended(process, signal.SIGTERM) == 143


def test_a_second_live_server_is_refused_by_a_clear_line(tmp_path: Path) -> None:
    with serving(tmp_path / "book.db") as (_, port):
        with (
            pytest.raises(ValueError, match="''"),
            serving(tmp_path / "other.db", port=port),
        ):
            pass
        send(HERE, port, "the first lives")
    assert texts(tmp_path / "book.db") == ["the first lives"]


def test_every_bad_ending_leaves_nothing_open(tmp_path: Path) -> None:
    with serving(tmp_path / "book.db", deadline=0.5) as (process, port), frugal(process, port):
        address = HERE, port
        with ExitStack() as opened:
            for number in range(60):
                connection = opened.enter_context(dialled(address))
                connection.sendall((b"", b"\xff", b"\x01pom", b"\x16\x03\x01")[number % 4])
            for data in (
                b"",
                b"\xff\x04",
                b"\x01x",
                b"GET / HTTP/1.1\r\n",
                b"\x16\x03",
                b"a" * 2_000_000,
            ):
                assert asked(address, data).startswith(b"NO ")
        send(HERE, port, "last")
    assert sorted(texts(tmp_path / "book.db")) == ["last", "warm"]
