"""Inboxes, bare clients and servers of their own process for the tests of the messenger."""

from __future__ import annotations

import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pomichnyk.domain.message import Message

GIVE_UP = 30.0
"""Seconds after which a test that waits for the other side is given up."""
SERVER = """
import sys
from pathlib import Path
from pomichnyk.messenger import MessageServer
from pomichnyk.messenger.identity import Identity
from pomichnyk.storage import open_storage

url, host, port, options = sys.argv[1:]
options = eval(options)
if options.get("tls"):
    options["tls"] = Identity(Path(options["tls"]))
with (
    open_storage(url) as storage,
    MessageServer(storage.messages, host, int(port), **options) as server,
):
    print(server.address[1], flush=True)
    sys.exit(server.serve())
"""


class Kept(list[Message]):
    """An inbox in memory; one message arrives at a time for whoever waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.rounds: list[int] = []
        self.arrived = threading.Event()

    def receive(self, messages: Sequence[Message]) -> int:
        self.extend(messages)
        self.rounds.append(len(messages))
        self.arrived.set()
        return len(messages)

    def texts(self) -> list[str]:
        return [message.text for message in self]


def dialled(address: tuple[str, int]) -> socket.socket:
    """Return a bare connection to a server."""
    return socket.create_connection(address, timeout=GIVE_UP)


def heard(connection: socket.socket) -> bytes:
    """Return all that the other side says until it closes; a reset counts as closed."""
    said = b""
    try:
        while data := connection.recv(65_536):
            said += data
    except ConnectionError:
        pass
    return said


def asked(address: tuple[str, int], *pieces: bytes, closing: bool = True) -> bytes:
    """Return the answer to a connection that sends some pieces; it closes its side, or does not."""
    with dialled(address) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            if closing:
                connection.shutdown(socket.SHUT_WR)
        except ConnectionError:
            pass  # it was refused amid its words, and says so
        return heard(connection)


def silent(address: tuple[str, int], count: int) -> list[socket.socket]:
    """Return so many connections that say nothing, connected or about to be."""
    made = []
    for _ in range(count):
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex(address)
        made.append(connection)
    return made


@contextmanager
def serving(
    storage: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    files: int = 0,
    around: Sequence[str] = (),
    **options: object,
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Start a server in a process of its own; give it and its port, and end it with the block.

    ``files`` limits how many it may have open, ``around`` is a command that starts it.
    """
    limit = [] if not files else ["sh", "-c", f'ulimit -n {files}; exec "$@"', "sh"]
    words = [*around, *limit, sys.executable, "-c", SERVER]
    words += [f"sqlite:///{storage}", host, str(port), repr(options)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        assert it.stdout
        try:
            if not select.select([it.stdout], [], [], GIVE_UP)[0]:
                raise TimeoutError
            yield it, int(it.stdout.readline())
        finally:
            it.kill()


def held(pid: int) -> tuple[int, int]:
    """Return how many descriptors and threads a process has."""
    return descriptors(pid), sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())


def descriptors(pid: int | str = "self") -> int:
    """Return how many descriptors a process has; looking at its own, one more is open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def settled(wanted: int) -> bool:
    """Wait until we have so many descriptors: an answer arrives before its socket is freed."""
    give_up = threading.Event()
    return any(descriptors() == wanted or give_up.wait(GIVE_UP / 200) for _ in range(200))


def ended(process: subprocess.Popen[str], number: signal.Signals) -> int:
    """Send a signal to a process and return the code that it exits with."""
    process.send_signal(number)
    return process.wait(GIVE_UP)
