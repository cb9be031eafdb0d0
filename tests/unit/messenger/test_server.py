"""The server: OK for what is kept, NO for the rest, and nothing left open."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Sequence

import pytest

from messages import GIVE_UP, Kept, asked, descriptors, dialled, heard, settled
from pomichnyk.domain.message import Message, State
from pomichnyk.errors import InvalidValueError, PomichnykError, UnavailableError
from pomichnyk.messenger import MessageServer, send
from pomichnyk.messenger.errors import AddressTakenError
from pomichnyk.messenger.protocol import LIMIT, encode
from pomichnyk.text import Text


def test_a_message_is_kept_with_who_sent_it_and_when(server: MessageServer, inbox: Kept) -> None:
    send(*server.address, "Привіт\n", sender="кухня", key="7")

    (came,) = inbox
    assert (came.text, came.sender, came.key) == ("Привіт\n", "кухня", "7")
    assert (came.peer, came.state) == ("127.0.0.1", State.RECEIVED)
    assert came.sent <= came.created


def test_plain_text_is_kept_under_the_address_it_came_from(
    server: MessageServer, inbox: Kept
) -> None:
    assert asked(server.address, b"hello") == b"OK\n"
    assert asked(server.address, b"hello\n") == b"OK\n"
    assert asked(server.address, b"hello\x04", closing=False) == b"OK\n"
    assert [(came.text, came.sender) for came in inbox] == [("hello", "127.0.0.1")] * 3
    assert len({came.key for came in inbox}) == 3


def test_text_may_come_a_byte_at_a_time(server: MessageServer, inbox: Kept) -> None:
    plain = "їжак 🦔".encode()
    headed = encode(Message(text="їжак 🦔", sender="me", peer="x"))

    for data in (plain, headed):
        assert asked(server.address, *(data[at : at + 1] for at in range(len(data)))) == b"OK\n"
    assert inbox.texts() == ["їжак 🦔"] * 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"\x16\x03\x01\x02\x00\x01",
        b"GET / HTTP/1.1\r\nHost: here\r\n\r\n",
        b"\x01pomichnyk/2\t1\n",
        os.urandom(3000),
        b"a" * (LIMIT + 1),
        b"a" * (3 * LIMIT),
    ],
    ids=["empty", "no UTF-8", "TLS", "HTTP", "version 2", "junk", "a byte more", "far more"],
)
def test_what_is_no_message_is_answered_no_and_not_kept(
    server: MessageServer, inbox: Kept, data: bytes
) -> None:
    answer = asked(server.address, data)

    assert answer.startswith(b"NO ")
    assert answer.endswith(b"\n")
    assert not inbox
    assert asked(server.address, b"next") == b"OK\n"


def test_exactly_the_limit_is_taken(server: MessageServer, inbox: Kept) -> None:
    send(*server.address, "a" * LIMIT)
    assert asked(server.address, "я".encode() * (LIMIT // 2)) == b"OK\n"
    assert [len(came.text.encode()) for came in inbox] == [LIMIT] * 2


def test_the_limit_is_in_bytes_and_can_be_chosen(inbox: Kept) -> None:
    with MessageServer(inbox, port=0, limit=4).start() as server:
        assert asked(server.address, "яя".encode()) == b"OK\n"
        assert asked(server.address, "яяя".encode()).startswith(b"NO the message is too long")


def test_who_does_not_finish_in_time_is_answered_no_however_busy(inbox: Kept) -> None:
    pause = threading.Event()
    with (
        MessageServer(inbox, port=0, deadline=0.3).start() as server,
        dialled(server.address) as quiet,
        dialled(server.address) as slow,
    ):
        for _ in range(100):  # a byte now and then does not buy time
            slow.send(b"a")
            pause.wait(0.01)
        assert heard(quiet) == b"NO not now: the message did not come in time\n"
        assert heard(slow) == b"NO not now: the message did not come in time\n"
    assert not inbox


def test_clients_that_vanish_leave_no_trace(server: MessageServer, inbox: Kept) -> None:
    before = descriptors()
    for number in range(30):
        vanishing = dialled(server.address)
        vanishing.sendall(b"\x01pomichnyk/1\t100"[: 5 * (number % 4)])
        if number % 2:  # a reset instead of a goodbye
            vanishing.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        vanishing.close()
    send(*server.address, "still here")

    assert settled(before)
    assert inbox.texts() == ["still here"]


class Failing(Kept):
    """Fails as it is told, for messages that ask for it."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def receive(self, messages: Sequence[Message]) -> int:
        if any("fail" in message.text for message in messages):
            raise self.error
        return super().receive(messages)


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (OSError(28, "No space left on device"), b"NO not now: No space left on device\n"),
        (UnavailableError(Text("the disk is full")), b"NO not now: the disk is full\n"),
        (
            InvalidValueError(Text("text"), "x", Text("another")),
            b"NO text: 'x' is not valid; expected: another\n",
        ),
    ],
)
def test_a_store_that_fails_is_told_and_the_server_lives_on(
    error: Exception, answer: bytes
) -> None:
    inbox = Failing(error)
    with MessageServer(inbox, port=0).start() as server:
        assert asked(server.address, b"fail") == answer
        assert asked(server.address, b"good") == b"OK\n"


def test_one_message_that_is_never_kept_does_not_cost_the_others_theirs() -> None:
    inbox = Failing(InvalidValueError(Text("text"), "x", Text("another")))
    with MessageServer(inbox, port=0) as server:
        waiting = [dialled(server.address) for _ in range(3)]  # all in one round
        for connection, text in zip(waiting, (b"one", b"fail", b"three"), strict=True):
            connection.sendall(text + b"\x04")
        server.start()
        answers = [heard(connection)[:3] for connection in waiting]
        for connection in waiting:
            connection.close()

    assert answers == [b"OK\n", b"NO ", b"OK\n"]
    assert inbox.texts() == ["one", "three"]


def test_all_that_is_ready_is_kept_at_once(inbox: Kept) -> None:
    with MessageServer(inbox, port=0) as server:
        waiting = [dialled(server.address) for _ in range(50)]
        for number, connection in enumerate(waiting):
            connection.sendall(b"%d\x04" % number)
        server.start()
        answers = {heard(connection) for connection in waiting}
        for connection in waiting:
            connection.close()

    assert answers == {b"OK\n"}
    assert inbox.rounds == [50]
    assert len({came.created for came in inbox}) == 1


def test_what_is_received_is_told_after_it_is_kept(inbox: Kept) -> None:
    told: list[Message] = []
    heard_of = threading.Event()

    def hear(messages: Sequence[Message]) -> None:
        assert [*messages] == inbox
        told.extend(messages)
        heard_of.set()

    with MessageServer(inbox, port=0, on_received=hear).start() as server:
        send(*server.address, "hello")
        assert heard_of.wait(GIVE_UP)

    assert told == inbox


def test_it_ticks_though_nothing_comes(inbox: Kept) -> None:
    ticked = threading.Event()
    with MessageServer(inbox, port=0, on_tick=ticked.set).start():
        assert ticked.wait(GIVE_UP)


def test_what_fails_in_a_callback_is_raised_by_close_and_everything_is_freed(inbox: Kept) -> None:
    def fail(_: object) -> None:
        raise LookupError

    before = descriptors(), threading.active_count()
    server = MessageServer(inbox, port=0, on_received=fail).start()
    assert asked(server.address, b"hello") == b"OK\n"
    with pytest.raises(LookupError):
        server.close()
    assert (descriptors(), threading.active_count()) == before


def test_a_server_never_started_or_closed_twice_leaves_nothing(inbox: Kept) -> None:
    before = descriptors(), threading.active_count()
    MessageServer(inbox, port=0).close()
    server = MessageServer(inbox, port=0).start()
    send(*server.address, "hello")
    server.close()
    server.close()
    assert (descriptors(), threading.active_count()) == before


def test_serve_returns_when_it_is_stopped_by_what_it_received(inbox: Kept) -> None:
    stopping = MessageServer(inbox, port=0, on_received=lambda _: stopping.stop())
    with dialled(stopping.address) as client:
        client.sendall(b"the last one\x04")
        assert stopping.serve() == 0
        assert heard(client) == b"OK\n"


def test_what_is_whole_when_it_stops_is_kept_and_the_rest_asked_to_come_again(inbox: Kept) -> None:
    with MessageServer(inbox, port=0, on_received=lambda _: server.stop()) as server:
        half, whole = dialled(server.address), dialled(server.address)
        half.sendall(b"half of")
        whole.sendall(b"whole\x04")
        server.serve()
        assert heard(whole) == b"OK\n"
        assert heard(half) == b"NO not now: the server is stopping\n"
        half.close()
        whole.close()
    assert inbox.texts() == ["whole"]


def test_a_second_server_is_refused_and_a_third_after_the_first_is_not(inbox: Kept) -> None:
    with MessageServer(inbox, port=0).start() as server:
        send(*server.address, "hello")
        host, port = server.address
        with pytest.raises(AddressTakenError, match=f"{host}, port {port}: another program"):
            MessageServer(inbox, host, port)
    with MessageServer(inbox, host, port).start() as again:
        send(*again.address, "hello again")


@pytest.mark.parametrize("host", ["192.0.2.77", "no such host", "a" * 300])
def test_a_host_that_is_not_this_computer_is_refused(inbox: Kept, host: str) -> None:
    with pytest.raises(PomichnykError):
        MessageServer(inbox, host, 0)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_is_none_is_refused(inbox: Kept, port: int) -> None:
    with pytest.raises(PomichnykError):
        MessageServer(inbox, port=port)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", ""])
def test_it_listens_on_every_address_of_its_host(inbox: Kept, host: str) -> None:
    with MessageServer(inbox, host, 0).start() as server:
        families = {
            family for family, *_ in socket.getaddrinfo(host or None, 0, type=socket.SOCK_STREAM)
        }
        for family in families:
            own = "::1" if family == socket.AF_INET6 else "127.0.0.1"
            send(own, server.address[1], "hello")
            assert inbox[-1].peer == own


def test_more_than_may_be_held_at_once_wait_for_their_turn(inbox: Kept) -> None:
    with MessageServer(inbox, port=0, connections=3) as server:
        waiting = [dialled(server.address) for _ in range(40)]
        for connection in waiting:
            connection.sendall(b"hello\x04")
        server.start()
        answers = [heard(connection) for connection in waiting]
        for connection in waiting:
            connection.close()

    assert answers == [b"OK\n"] * 40
    assert max(inbox.rounds) <= 4


def test_the_oldest_silent_one_gives_way_when_it_is_crowded(inbox: Kept) -> None:
    with MessageServer(inbox, port=0, connections=3).start() as server:
        quiet = [dialled(server.address) for _ in range(6)]
        send(*server.address, "hello", timeout=GIVE_UP)
        assert heard(quiet[0]).startswith(b"NO not now: too much comes at once")
        for connection in quiet:
            connection.close()

    assert inbox.texts() == ["hello"]


def test_unfinished_messages_hold_a_limited_part_of_the_memory(
    inbox: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pomichnyk.messenger._crowd.HELD", 1_000_000)
    with MessageServer(inbox, port=0).start() as server:
        greedy = [dialled(server.address) for _ in range(3)]
        for connection in greedy:
            connection.sendall(b"a" * 400_000)
        assert heard(greedy[0]).startswith(b"NO not now: too much comes at once")
        for connection in greedy[1:]:
            connection.sendall(b"\x04")
            assert heard(connection) == b"OK\n"
        for connection in greedy:
            connection.close()

    assert [len(text) for text in inbox.texts()] == [400_000] * 2


class Slow(Kept):
    """Keeps a message only when it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def receive(self, messages: Sequence[Message]) -> int:
        new = super().receive(messages)
        assert self.go_on.wait(GIVE_UP)
        return new


def test_who_says_more_than_was_announced_still_gets_the_answer() -> None:
    inbox = Slow()
    with MessageServer(inbox, port=0).start() as server, dialled(server.address) as talking:
        talking.sendall(encode(Message(text="hello", sender="me", peer="x")))
        assert inbox.arrived.wait(GIVE_UP)
        talking.sendall(b"and more, which nobody reads")
        inbox.go_on.set()
        assert talking.recv(100) == b"OK\n"
