"""Who a computer is: TLS by a certificate of its own, known again by its fingerprint."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages import GIVE_UP, Kept, asked, descriptors, dialled, heard, settled
from pomichnyk.errors import DriverMissingError, UnavailableError
from pomichnyk.messenger import MessageServer, send
from pomichnyk.messenger.errors import ChangedIdentityError, RefusedError, UndeliveredError
from pomichnyk.messenger.identity import Identity, KnownHosts


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return Identity(tmp_path_factory.mktemp("identity"))


@pytest.fixture
def known(tmp_path: Path) -> KnownHosts:
    return KnownHosts(tmp_path / "new" / "known_hosts")


@pytest.fixture
def secret(inbox: Kept, identity: Identity) -> Iterator[MessageServer]:
    with MessageServer(inbox, port=0, tls=identity).start() as server:
        yield server


def test_an_identity_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    made, again = Identity(tmp_path / "a"), Identity(tmp_path / "a")

    assert made.fingerprint == again.fingerprint
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert [*(tmp_path / "a").iterdir()] == [made.path]
    assert Identity(tmp_path / "b").fingerprint != made.fingerprint


def test_identities_made_at_once_are_one(tmp_path: Path) -> None:
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.append(Identity(tmp_path).fingerprint))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 8
    assert len({*made}) == 1


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_its_fingerprint_is_the_one_that_openssl_prints(identity: Identity) -> None:
    words = ["openssl", "x509", "-in", str(identity.path), "-noout", "-fingerprint", "-sha256"]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout

    assert said.strip().rpartition("=")[2] == identity.fingerprint


@pytest.mark.parametrize("content", [b"", b"junk", b"\xff\xfe", b"-----BEGIN CERTIFICATE-----\n"])
def test_a_file_that_holds_something_else_is_told_and_kept(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "messenger.pem"
    file.write_bytes(content)

    with pytest.raises(UnavailableError, match=r"messenger\.pem holds no certificate"):
        Identity(tmp_path)
    assert file.read_bytes() == content


def test_a_key_that_is_not_the_certificates_is_told(tmp_path: Path, identity: Identity) -> None:
    other = Identity(tmp_path)
    mark = "-----BEGIN CERTIFICATE-----"
    key = other.path.read_text().partition(mark)[0]
    other.path.write_text(key + mark + identity.path.read_text().partition(mark)[2])

    with pytest.raises(UnavailableError, match="holds no certificate with its key"):
        other.context()


def test_without_the_package_it_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)

    with pytest.raises(DriverMissingError, match=r"pomichnyk\[tls\]"):
        Identity(tmp_path)
    assert not [*tmp_path.iterdir()]


def test_a_message_goes_through_tls_and_the_other_side_is_noted(
    secret: MessageServer, inbox: Kept, known: KnownHosts, identity: Identity
) -> None:
    host, port = secret.address
    for text in ("one", "two" * 100_000):
        send(host, port, text, tls=known)

    assert inbox.texts() == ["one", "two" * 100_000]
    assert known.path.read_text() == f"{host}:{port} {identity.fingerprint}\n"
    assert stat.S_IMODE(known.path.stat().st_mode) == 0o600


def test_a_changed_certificate_is_refused_before_a_word_is_sent(
    inbox: Kept, known: KnownHosts, tmp_path: Path, identity: Identity
) -> None:
    with MessageServer(inbox, port=0, tls=identity).start() as server:
        host, port = server.address
        send(host, port, "hello", tls=known)
    with (
        MessageServer(inbox, host, port, tls=Identity(tmp_path / "other")).start(),
        pytest.raises(ChangedIdentityError, match="nothing was sent") as refusal,
    ):
        send(host, port, "a secret", tls=known)

    assert isinstance(refusal.value, RefusedError)
    assert str(known.path) in str(refusal.value)
    assert inbox.texts() == ["hello"]


def test_who_removes_the_line_meets_it_anew(
    secret: MessageServer, inbox: Kept, known: KnownHosts
) -> None:
    host, port = secret.address
    known.meet(f"{host}:{port}", "AA:BB")
    known.meet("other:1", "CC")
    with pytest.raises(ChangedIdentityError):
        send(host, port, "hello", tls=known)
    known.path.write_text("other:1 CC\n")
    send(host, port, "hello", tls=known)

    assert known.fingerprint("OTHER:1") == "CC"
    assert inbox.texts() == ["hello"]


def test_tls_to_a_server_without_it_sends_nothing(
    server: MessageServer, inbox: Kept, known: KnownHosts
) -> None:
    with pytest.raises(UndeliveredError, match="speaks no TLS"):
        send(*server.address, "a secret", tls=known)
    assert not inbox
    assert not known.path.exists()


def test_plain_text_and_tls_come_by_one_port(
    secret: MessageServer, inbox: Kept, known: KnownHosts
) -> None:
    assert asked(secret.address, b"plain") == b"OK\n"
    send(*secret.address, "with a header")
    send(*secret.address, "inside TLS", tls=known)

    assert inbox.texts() == ["plain", "with a header", "inside TLS"]


def test_a_server_for_tls_alone_takes_nothing_else(
    inbox: Kept, identity: Identity, known: KnownHosts
) -> None:
    with MessageServer(inbox, port=0, tls=identity, plain=False).start() as server:
        assert asked(server.address, b"plain") == b"NO nothing is taken here without TLS\n"
        with pytest.raises(RefusedError, match="without TLS"):
            send(*server.address, "with a header")
        send(*server.address, "inside TLS", tls=known)

    assert inbox.texts() == ["inside TLS"]


def inside(address: tuple[str, int]) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(dialled(address))


def test_plain_text_inside_tls_ends_with_eot_or_with_the_goodbye_of_tls(
    secret: MessageServer, inbox: Kept
) -> None:
    with inside(secret.address) as client:
        client.sendall(b"hel")
        client.sendall(b"lo\x04")
        assert heard(client) == b"OK\n"
    with inside(secret.address) as client:
        client.sendall(b"bye")
        with pytest.raises((ssl.SSLError, OSError)):  # the OK comes while it waits for a goodbye
            client.unwrap()

    assert inbox.texts() == ["hello", "bye"]


def test_text_inside_tls_without_a_goodbye_was_cut_off(secret: MessageServer, inbox: Kept) -> None:
    with inside(secret.address) as client:
        client.sendall(b"pay him 100")
        client.shutdown(socket.SHUT_WR)
        connection = socket.socket(fileno=os.dup(client.fileno()))
        connection.settimeout(GIVE_UP)
    with connection:
        heard(connection)

    assert asked(secret.address, b"next") == b"OK\n"
    assert inbox.texts() == ["next"]


@pytest.mark.parametrize("cut", [1, 5, 100])
def test_a_broken_greeting_costs_nothing(secret: MessageServer, inbox: Kept, cut: int) -> None:
    before = descriptors()
    hello = b"\x16\x03\x01\x00\xf4\x01\x00" + os.urandom(250)
    for data in (hello[:cut], hello, b"\x16" + os.urandom(3000)):
        asked(secret.address, data)

    assert asked(secret.address, b"next") == b"OK\n"
    assert inbox.texts() == ["next"]
    assert settled(before)
