"""The client: it returns only when the other side said OK, and tells what else happened."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from messages import GIVE_UP, Kept
from pomichnyk.errors import InvalidValueError
from pomichnyk.messenger import MessageServer, send
from pomichnyk.messenger.client import place
from pomichnyk.messenger.errors import RefusedError, UndeliveredError


@contextmanager
def answering(answer: Callable[[socket.socket], object]) -> Iterator[tuple[str, int]]:
    """Serve one connection in a way of its own; give the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            thread.join()


def saying(answer: bytes) -> Callable[[socket.socket], object]:
    def say(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(answer)

    return say


@pytest.mark.parametrize("answer", [b"OK\n", b"OK", b"OK\r\n"])
def test_it_returns_when_the_other_side_said_ok(answer: bytes) -> None:
    with answering(saying(answer)) as address:
        send(*address, "hello")


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (b"NO too long\n", RefusedError, "refused the message: too long"),
        (b"NO \x1b[2Jtricks\n", RefusedError, r"refused the message: \[2Jtricks"),
        (b"NO not now: the disk is full\n", UndeliveredError, "the disk is full"),
        (b"", UndeliveredError, "broke off"),
        (b"O", UndeliveredError, "no messenger"),
        (b"OKAY\n", UndeliveredError, "no messenger"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", UndeliveredError, "no messenger"),
        (b"\xff" * 5000, UndeliveredError, "no messenger"),
    ],
)
def test_any_other_answer_is_told(answer: bytes, kind: type[Exception], reason: str) -> None:
    with answering(saying(answer)) as address, pytest.raises(kind, match=reason):
        send(*address, "hello")


def test_the_answer_is_read_though_sending_failed() -> None:
    def refuse(connection: socket.socket) -> None:
        connection.recv(10)
        connection.sendall(b"NO enough\n")  # and closes with much unread: a reset

    with answering(refuse) as address, pytest.raises(RefusedError, match="enough"):
        send(*address, "🦔" * 1_000_000)  # more than the system holds on the way


def test_a_message_longer_than_the_other_side_takes_is_refused(inbox: Kept) -> None:
    with (
        MessageServer(inbox, port=0, limit=10).start() as server,
        pytest.raises(RefusedError, match="too long"),
    ):
        send(*server.address, "a" * 1_000_000)


def test_nobody_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UndeliveredError, match="refused"):
        send("127.0.0.1", port, "hello")


@pytest.mark.parametrize("host", ["no such host", "a" * 300, "..", ""])
def test_a_host_that_is_none_is_told(host: str) -> None:
    with pytest.raises(UndeliveredError):
        send(host, 1, "hello")


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_is_none_is_told(port: int) -> None:
    with pytest.raises(InvalidValueError, match="from 1 to 65535"):
        send("127.0.0.1", port, "hello")


@pytest.mark.parametrize("text", ["", " \n", "a\0b"])
def test_what_cannot_be_kept_is_not_sent(text: str) -> None:
    with pytest.raises(InvalidValueError):
        send("127.0.0.1", 1, text)


def test_the_time_is_for_all_of_it_not_for_each_byte() -> None:
    done = threading.Event()

    def trickle(connection: socket.socket) -> None:
        while not done.wait(0.02):
            try:
                connection.sendall(b"O")
            except OSError:
                return

    with answering(trickle) as address:
        with pytest.raises(UndeliveredError, match="in time"):
            send(*address, "hello", timeout=0.2)
        done.set()


def test_one_who_does_not_answer_is_given_up() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(UndeliveredError, match="in time"),
    ):
        send("127.0.0.1", listener.getsockname()[1], "hello", timeout=0.1)


def test_each_address_of_a_name_is_tried(inbox: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    with MessageServer(inbox, "127.0.0.1", 0).start() as server:
        port = server.address[1]
        found = [*socket.getaddrinfo("::1", port, type=socket.SOCK_STREAM)]
        found += socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM)
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
        send("both", port, "hello", timeout=GIVE_UP)

    assert inbox.texts() == ["hello"]


def test_a_message_has_a_sender_and_a_key_of_its_own(server: MessageServer, inbox: Kept) -> None:
    send(*server.address, "one")
    send(*server.address, "two")

    assert {came.sender for came in inbox} == {socket.gethostname()}
    assert len({came.key for came in inbox}) == 2


def test_a_place_is_written_as_people_do() -> None:
    assert place("kitchen", 20380) == "kitchen:20380"
    assert place("fe80::1%eth0", 20380) == "[fe80::1%eth0]:20380"
