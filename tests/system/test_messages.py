"""Two computers that talk: whole processes, each with a storage of its own, and plain sockets."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import pytest

from pomichnyk.storage import open_storage

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX end it")
GIVE_UP = 60


class Computer:
    """A folder with a storage and a name, in which commands are run."""

    def __init__(self, folder: Path, name: str, processes: ExitStack) -> None:
        self.folder, self.name, self._processes = folder, name, processes
        self.address = ""

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command as a process of its own."""
        environ = {name: value for name, value in os.environ.items() if "POMICHNYK" not in name}
        environ |= {
            "POMICHNYK_STORAGE": f"sqlite:///{self.folder}/book.db",
            "POMICHNYK_LANG": "en",
            "XDG_DATA_HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder),
        }
        process = self._processes.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "pomichnyk", *words],
                env=environ,
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        )
        self._processes.callback(process.kill)
        return process

    def run(self, *words: str) -> tuple[int, str, str]:
        """Run a command; return its exit code, output and errors."""
        process = self.start(*words)
        out, error = process.communicate(timeout=GIVE_UP)
        return process.returncode, out, error

    def asked(self, *words: str) -> Any:
        """Return what a program reads of a command."""
        return json.loads(self.run(*words, "--view", "json")[1])

    def serve(self, port: str = "0") -> subprocess.Popen[str]:
        """Serve, and return when it listens."""
        server = self.start("message", "serve", "--port", port, "--name", self.name)
        host, _, port = line(server).removeprefix("listening on ").partition(", port ")
        self.address = f"{host}:{port}"
        return server

    def texts(self, state: str) -> list[str]:
        """Return the texts of the messages in a state, the oldest first."""
        return [one["text"] for one in self.asked("message", "list", f"--{state}")][::-1]


def line(process: subprocess.Popen[str]) -> str:
    """Return the next line of a process's output."""
    output: IO[str] | None = process.stdout
    assert output
    return output.readline().rstrip("\n")


def ended(server: subprocess.Popen[str], number: int) -> tuple[int, str, str]:
    """End a server by a signal; return its exit code, and what it still said."""
    server.send_signal(number)
    out, error = server.communicate(timeout=GIVE_UP)
    return server.returncode, out, error


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a storage once: making one takes longer than what is done with it."""
    path = tmp_path_factory.mktemp("messages") / "book.db"
    open_storage(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def computer(empty_book: Path, tmp_path: Path) -> Iterator[Callable[[str], Computer]]:
    with ExitStack() as processes:

        def made(name: str) -> Computer:
            folder = tmp_path / name
            folder.mkdir()
            shutil.copy(empty_book, folder)
            return Computer(folder, name, processes)

        yield made


def test_two_computers_talk_both_ways_by_the_names_of_their_contacts(
    computer: Callable[[str], Computer],
) -> None:
    home, work = computer("хата"), computer("робота")
    at_home, at_work = home.serve(), work.serve()
    home.run("contact", "add", "Мар'яна Їжакевич", "--messenger", work.address)
    work.run("contact", "add", "Ґалаґан", "--messenger", f"home={home.address}")

    there = home.run("message", "send", "мар’яна їжакевич", "кава готова", "--name", "хата")
    back = work.run("message", "send", "ґалаґан", "іду!", "--name", "робота")

    assert (there[0], there[2], back[0], back[2]) == (0, "", 0, "")
    assert line(at_work)[6:] == "хата: кава готова"
    assert line(at_home)[6:] == "робота: іду!"
    assert ended(at_home, signal.SIGINT) == (130, "stopped\n", "")
    assert ended(at_work, signal.SIGHUP) == (129, "stopped\n", "")
    assert (home.texts("received"), home.texts("delivered")) == (["іду!"], ["кава готова"])
    assert (work.texts("received"), work.texts("delivered")) == (["кава готова"], ["іду!"])
    [found] = work.asked("message", "find", "kava")
    assert (found["text"], found["sender"]) == ("кава готова", "хата")


def test_a_program_that_knows_nothing_of_us_sends_a_message(
    computer: Callable[[str], Computer],
) -> None:
    home = computer("хата")
    server = home.serve()

    host, port = home.address.split(":")
    assert spoken(host, port, "привіт від nc".encode()) == b"OK\n"

    assert line(server).endswith(": привіт від nc")
    assert ended(server, signal.SIGTERM)[0] == 143
    assert home.texts("received") == ["привіт від nc"]


def spoken(host: str, port: str, data: bytes) -> bytes:
    """Return the answer to a message sent by ``nc``, or by a bare socket where there is none."""
    if shutil.which("nc"):
        try:
            return subprocess.run(
                ["nc", "-N", host, port],
                input=data,
                capture_output=True,
                check=True,
                timeout=GIVE_UP,
            ).stdout
        except subprocess.CalledProcessError:
            pass  # another nc, which does not know -N
    with socket.create_connection((host, int(port)), GIVE_UP) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(100)


def test_what_is_kept_goes_out_once_the_other_computer_is_there(
    computer: Callable[[str], Computer],
) -> None:
    home, work = computer("хата"), computer("робота")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        for text in ("перше", "друге"):
            code, said, error = home.run("message", "send", f"127.0.0.1:{port}", text)
            assert (code, error) == (6, "")
            assert "it is kept and will be tried again" in said
    at_home = home.serve()  # it goes on with the outbox
    at_work = work.serve(port)

    # In which order, the back-off of each decides: one may have been tried too early.
    assert {line(at_work).partition(": ")[2] for _ in range(2)} == {"перше", "друге"}
    assert [line(at_home)[:12] for _ in range(2)] == ["delivered to"] * 2
    assert ended(at_home, signal.SIGTERM)[0] == ended(at_work, signal.SIGTERM)[0] == 143
    assert home.texts("delivered") == ["перше", "друге"]


def test_nothing_is_lost_or_doubled_when_the_sender_is_killed_in_the_middle(
    computer: Callable[[str], Computer],
) -> None:
    home, work = computer("хата"), computer("робота")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        sending = home.start("message", "send", f"127.0.0.1:{port}", "важливе", "--name", "хата")
        connection, _ = listener.accept()
        with connection:
            sent = connection.recv(10_000)  # it arrived, but the sender will never know
            sending.kill()
            sending.wait(GIVE_UP)
    at_work = work.serve(port)
    assert spoken("127.0.0.1", port, sent) == b"OK\n"
    [kept] = home.asked("message", "list", "--waiting")
    assert home.run("message", "retry", kept["id"])[0] == 5  # as far as it knows, it is being sent

    hurry(home, kept["id"])
    assert home.run("message", "retry")[0] == 0

    assert home.texts("delivered") == ["важливе"]
    assert work.texts("received") == ["важливе"]
    assert ended(at_work, signal.SIGTERM)[1].count("важливе") == 1


def hurry(computer: Computer, identifier: str) -> None:
    """Let the time pass in which nobody else tries a message."""
    with open_storage(f"sqlite:///{computer.folder}/book.db") as storage:
        mail = storage.messages.get(UUID(identifier))
        storage.messages.update(replace(mail, due=mail.created), was=mail)


def test_a_second_server_at_the_same_place_is_refused(
    computer: Callable[[str], Computer],
) -> None:
    home = computer("хата")
    server = home.serve()

    code, out, error = home.run("message", "serve", "--port", home.address.split(":")[1])

    assert (code, out) == (5, "")
    assert error.endswith("another program listens there\n")
    assert ended(server, signal.SIGTERM)[0] == 143
