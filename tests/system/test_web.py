"""The assistant in a browser as whole processes: starting, ending, who may reach it."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pexpect
import pytest

from pomichnyk.storage import open_storage

PROGRAM = [sys.executable, "-m", "pomichnyk"]
GIVE_UP = 60
"""Seconds after which something hangs; all of it takes about one."""


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a storage once: making one takes longer than all that the tests do with it."""
    path = tmp_path_factory.mktemp("web") / "book.db"
    open_storage(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def environ(empty_book: Path, tmp_path: Path) -> Mapping[str, str]:
    shutil.copy(empty_book, tmp_path)
    ours = {name: one for name, one in os.environ.items() if not name.startswith("POMICHNYK_")}
    return ours | {
        "LC_ALL": "C.UTF-8",
        "POMICHNYK_LANG": "en",
        "POMICHNYK_STORAGE": f"sqlite:///{tmp_path}/book.db",
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path),
    }


class Server:
    """A running server, and a browser of few words."""

    def __init__(self, words: tuple[str, ...], environ: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, "web", "--port", "0", *words],
            env=dict(environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = urlsplit(self.process.stdout.readline().strip())
        self.cookie = ""

    def connected(self) -> http.client.HTTPConnection:
        """Return a connection to the server."""
        assert self.url.port, self.process.communicate()
        if self.url.scheme == "http":
            return http.client.HTTPConnection("127.0.0.1", self.url.port, timeout=GIVE_UP)
        unchecked = ssl.create_default_context()
        unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(
            "127.0.0.1", self.url.port, timeout=GIVE_UP, context=unchecked
        )

    def get(self, path: str) -> tuple[int, str]:
        """Return the status and the text of a page, and keep the cookie that it gives."""
        with closing(self.connected()) as connection:
            connection.request("GET", path, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            self.cookie = (answer.headers["Set-Cookie"] or self.cookie).partition(";")[0]
            return answer.status, answer.read().decode()

    def form(self, path: str, **fields: str) -> tuple[str, dict[str, str]]:
        """Return the body and the headers of the form of a page, as it is filled in."""
        token = re.findall(r'name="token" value="(\w+)"', self.get(path)[1])[0]
        return urlencode({"token": token, **fields}), {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self.cookie,
        }

    def ended(self, number: int) -> tuple[int, str]:
        """Send a signal; return the exit code and what was written to stderr."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=GIVE_UP)
        return self.process.returncode, err

    def close(self) -> None:
        """Kill what still runs."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def start(environ: Mapping[str, str]) -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server on a free port."""
    with ExitStack() as servers:

        def started(*words: str) -> Server:
            return servers.enter_context(closing(Server(words, environ)))

        yield started


@pytest.fixture
def told(environ: Mapping[str, str]) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs ``web`` with words to its end."""

    def run(*words: str, typed: str = "") -> tuple[int, str, str]:
        done = subprocess.run(
            [*PROGRAM, "web", *words],
            env=dict(environ),
            input=typed,
            capture_output=True,
            text=True,
            timeout=GIVE_UP,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


def notes(environ: Mapping[str, str]) -> list[str]:
    """Return the texts of the notes that are stored."""
    with open_storage(environ["POMICHNYK_STORAGE"]) as storage:
        return [note.text for note in storage.notes.all()]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_says_where_it_is_and_ends_when_told(
    start: Callable[..., Server], number: int, code: int
) -> None:
    server = start()

    assert server.url.hostname == "127.0.0.1"
    status, page = server.get("/")
    assert (status, "Today" in page) == (200, True)
    assert server.get("/health") == (200, "ok\n")
    assert server.ended(number) == (code, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_change_that_waits_is_finished_before_the_end(
    start: Callable[..., Server], environ: Mapping[str, str], number: int
) -> None:
    server = start()
    body, headers = server.form("/notes/new", text="kept", tags="")
    path = environ["POMICHNYK_STORAGE"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as locker, closing(server.connected()) as connection:
        locker.execute("BEGIN IMMEDIATE")
        connection.request("POST", "/notes/new", body, headers)
        time.sleep(0.5)  # the request is being answered, and waits for the lock
        server.process.send_signal(number)
        time.sleep(0.5)
        assert server.process.poll() is None
        locker.rollback()

        assert connection.getresponse().status == 303

    _, err = server.process.communicate(timeout=GIVE_UP)
    assert (server.process.returncode, err) == (0 if number == signal.SIGTERM else 130, "")
    assert notes(environ) == ["kept"]


def test_a_form_that_is_still_coming_is_taken_before_the_end(
    start: Callable[..., Server], environ: Mapping[str, str]
) -> None:
    server = start()
    body, headers = server.form("/notes/new", text="kept", tags="")
    with closing(server.connected()) as connection:
        connection.putrequest("POST", "/notes/new")
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.endheaders(body[:10].encode())
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.send(body[10:].encode())

        assert connection.getresponse().status == 303

    assert server.process.wait(GIVE_UP) == 0
    assert notes(environ) == ["kept"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.invalid"])
def test_others_are_let_near_only_by_a_password(
    told: Callable[..., tuple[int, str, str]], host: str
) -> None:
    code, out, err = told("--host", host, "--port", "0")

    assert (code, out) == (2, "")
    assert err == (
        f"pomichnyk: others can reach {host}: set a password first, "
        "by pomichnyk web --set-password\n"
    )


def test_with_a_password_others_are_asked_for_it(
    start: Callable[..., Server], told: Callable[..., tuple[int, str, str]]
) -> None:
    assert told("--set-password", typed="correct horse\n")[0] == 0
    server = start("--host", "0.0.0.0")

    assert server.get("/contacts")[0] == 303
    body, headers = server.form("/login", password="correct horse")
    with closing(server.connected()) as connection:
        connection.request("POST", "/login", body, headers)
        answer = connection.getresponse()
        server.cookie = answer.headers["Set-Cookie"].partition(";")[0]
    assert server.get("/contacts")[0] == 200


def test_a_port_that_is_taken_is_told(
    start: Callable[..., Server], told: Callable[..., tuple[int, str, str]]
) -> None:
    port = start().url.port

    code, out, err = told("--port", str(port))

    assert (code, out) == (6, "")
    assert err == f"pomichnyk: 127.0.0.1:{port} cannot be served: Address already in use\n"


def test_a_host_that_is_not_there_is_told(told: Callable[..., tuple[int, str, str]]) -> None:
    told("--set-password", typed="correct horse\n")

    code, _, err = told("--host", "192.0.2.1", "--port", "0")

    assert code == 6
    assert err.startswith("pomichnyk: 192.0.2.1:0 cannot be served: ")


def test_a_token_opens_the_pages_of_programs(
    start: Callable[..., Server], told: Callable[..., tuple[int, str, str]]
) -> None:
    told("--set-password", typed="correct horse\n")
    token = json.loads(told("--new-token", "phone", "--view", "json")[1])["token"]
    server = start()

    def status(shown: str) -> int:
        with closing(server.connected()) as connection:
            connection.request("GET", "/contacts", headers={"Authorization": f"Bearer {shown}"})
            return connection.getresponse().status

    assert status(token) == 200
    assert status("wrong") == 303
    told("--revoke-token", "phone")
    assert status(token) == 303


def certificate(folder: Path) -> Path:
    """Make a certificate with its key in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "home.pem"
    path.write_bytes(private + made.public_bytes(pem))
    return path


def test_it_speaks_tls_and_the_cookie_never_leaves_it(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    server = start("--certificate", str(certificate(tmp_path)))

    assert server.url.scheme == "https"
    with closing(server.connected()) as connection:
        connection.request("GET", "/")
        cookie = connection.getresponse().headers["Set-Cookie"]
    assert cookie.startswith(f"__Host-pomichnyk_{server.url.port}=")
    assert "; Secure" in cookie


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_certificate_that_cannot_be_used_is_told(
    told: Callable[..., tuple[int, str, str]], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "x.pem"
    if content is not None:
        path.write_bytes(content)

    code, out, err = told("--port", "0", "--certificate", str(path))

    assert (code, out) == (3 if content is None else 6, "")
    assert err.count("\n") == 1
    assert "x.pem" in err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal of POSIX")
@pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")
@pytest.mark.parametrize(
    ("once_more", "code", "says"),
    [("correct horse", 0, "the password is set"), ("wrong horse", 4, "the same password twice")],
)
def test_a_password_is_asked_for_twice_and_not_shown(
    environ: Mapping[str, str], once_more: str, code: int, says: str
) -> None:
    terminal: Any = pexpect.spawn(
        sys.executable,
        ["-m", "pomichnyk", "web", "--set-password"],
        env=dict(environ),
        encoding="utf-8",
        timeout=GIVE_UP,
    )
    with closing(terminal):
        terminal.expect("New password: ")
        terminal.sendline("correct horse")
        terminal.expect("Once more: ")
        assert "horse" not in terminal.before
        terminal.sendline(once_more)
        terminal.expect(says)
        terminal.expect(pexpect.EOF)
        assert "horse" not in terminal.before
    assert terminal.exitstatus == code


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal of POSIX")
@pytest.mark.filterwarnings("ignore:.*use of forkpty:DeprecationWarning")
@pytest.mark.parametrize("key", ["c", "d"])
def test_asking_for_a_password_may_be_broken_off(environ: Mapping[str, str], key: str) -> None:
    terminal: Any = pexpect.spawn(
        sys.executable,
        ["-m", "pomichnyk", "web", "--set-password"],
        env=dict(environ),
        encoding="utf-8",
        timeout=GIVE_UP,
    )
    with closing(terminal):
        terminal.expect("New password: ")
        terminal.sendcontrol(key)
        terminal.expect(pexpect.EOF)
        assert "Traceback" not in terminal.before
    assert terminal.exitstatus == 130


def test_a_broken_request_harms_nobody(start: Callable[..., Server]) -> None:
    server = start()
    assert server.url.port
    for words in (
        b"\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02",
        b"POST / HTTP/1.1\r\nHost: x\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", server.url.port), GIVE_UP) as connection:
            connection.sendall(words)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1000)

    assert server.get("/health") == (200, "ok\n")
    code, _ = server.ended(signal.SIGTERM)
    assert code == 0
