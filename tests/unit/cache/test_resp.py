"""Replies are read alike, however the network cuts them."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import accumulate
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from pomichnyk.cache.line import Bell, Line
from pomichnyk.cache.resp import CHUNK, WAIT, Failure, Parser, Push, Wire, pack, told

REPLIES: list[tuple[bytes, Any]] = [
    (b"$5\r\nvalue\r\n", b"value"),
    (b"$2\r\n\r\n\r\n", b"\r\n"),
    (b"$0\r\n\r\n", b""),
    (b"$-1\r\n", None),
    (b"_\r\n", None),
    (b":1795319940317771\r\n", 1795319940317771),
    (b":-1\r\n", -1),
    (b"+OK\r\n", b"OK"),
    (b"-NOSCRIPT No matching script.\r\n", Failure("NOSCRIPT No matching script.")),
    (b"*-1\r\n", None),
    (b"*3\r\n$1\r\na\r\n*1\r\n:7\r\n$-1\r\n", [b"a", [7], None]),
    (b"%1\r\n+a\r\n:1\r\n", [b"a", 1]),
    (b">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n", Push([b"invalidate", [b"k"]])),
    (b"$300\r\n" + b"x" * 300 + b"\r\n", b"x" * 300),
]
LONG = 600.0
STREAM = b"".join(written for written, _ in REPLIES)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, len(STREAM)])
def test_replies_are_the_same_in_pieces_of_any_size(size: int) -> None:
    parser = Parser()
    taken = []
    for at in range(0, len(STREAM), size):
        parser.feed(STREAM[at : at + size])
        while (reply := parser.take()) is not WAIT:
            taken.append(reply)

    assert taken == [reply for _, reply in REPLIES]
    assert list(map(type, taken)) == [type(reply) for _, reply in REPLIES]


KEYS = [b"{pomichnyk:f}v:%032x" % number for number in range(7)]
PUSHES = [b">2\r\n$10\r\ninvalidate\r\n" + pack(*keys) for keys in (KEYS[:1], KEYS[1:3], KEYS[3:])]
TOLD = b"".join(PUSHES)


def test_changed_keys_are_read_at_once_if_they_are_whole() -> None:
    ends = dict(zip(accumulate(map(len, PUSHES)), (1, 3, 7), strict=True))
    for at in range(len(TOLD) + 1):
        assert told(TOLD[:at]) == KEYS[: ends.get(at, 0)]
    assert told(TOLD + b":1\r\n") == told(b":1\r\n" + TOLD) == []
    assert told(TOLD.replace(b"f}v:0", b"f}\r\n0")) == []


@pytest.mark.parametrize("size", [1, 7, 50, 78, 90, len(TOLD)])
def test_changed_keys_are_heard_however_the_network_cuts_them(size: int) -> None:
    said = TOLD + b":1\r\n" + TOLD + b":2\r\n" + TOLD
    pieces = [said[at : at + size] for at in range(0, len(said), size)]

    assert listened(pieces) == (3 * KEYS, [1, 2])


def test_a_key_that_looks_like_a_push_is_none() -> None:
    key = b"key" + PUSHES[0]
    said = b">2\r\n$10\r\ninvalidate\r\n" + pack(key)
    cut = said.index(PUSHES[0])

    assert listened([said[:cut], said[cut:-2], said[-2:], TOLD]) == ([key, *KEYS], [])
    assert listened([said, TOLD]) == ([key, *KEYS], [])


def test_all_that_has_come_is_heard_at_once_though_tls_gives_it_in_records() -> None:
    assert listened([TOLD + b":1\r\n" + TOLD], record=78) == (2 * KEYS, [1])


def listened(pieces: Iterable[bytes], record: int = CHUNK) -> tuple[list[bytes], list[Any]]:
    """Return the changed keys and the replies that are heard in pieces, each by waiting once."""
    ours, theirs = socket.socketpair()
    bell = Bell()
    changed: list[bytes] = []
    replies: list[Any] = []
    wire = Wire(_Records(ours, record), _Keeper(ours))
    line = Line(wire, bell, 1, lambda push: changed.extend(push[1]))
    with closing(theirs), closing(bell), line:
        for _ in range(2):
            line.ask(b"", replies.append)
        for piece in pieces:
            theirs.sendall(piece)
            assert line.wait(1)
        assert not line.wait(0)
    return changed, replies


class _Records:
    """A socket that gives no more than a record at a time."""

    def __init__(self, socket: socket.socket, size: int) -> None:
        self._socket, self._size = socket, size

    def recv(self, size: int) -> bytes:
        """Return some of what has come."""
        return self._socket.recv(min(size, self._size))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


class _Keeper:
    """Closes a socket."""

    def __init__(self, socket: socket.socket) -> None:
        self.disconnect = socket.close


@contextmanager
def wire(*pieces: bytes) -> Iterator[Wire]:
    """Return a connection to one who waits for a question before each piece that he says."""
    ours, theirs = socket.socketpair()
    unsaid = list(pieces)

    def say() -> None:
        while unsaid and theirs.recv(1):
            theirs.sendall(unsaid.pop(0))

    saying = Thread(target=say)
    saying.start()
    with closing(ours), closing(theirs):
        yield Wire(_Asking(ours), None)
        ours.shutdown(socket.SHUT_WR)
        saying.join()
    assert not unsaid


class _Asking:
    """Asks for the next piece at every look for it, so that each comes by itself."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def sendall(self, data: bytes) -> None:
        """Send nothing: what is asked does not matter."""

    def recv(self, size: int) -> bytes:
        """Return the next piece."""
        self._connection.sendall(b"?")
        return self._connection.recv(size)


@pytest.mark.parametrize(("written", "reply"), REPLIES)
def test_one_who_waits_has_the_reply_wherever_it_is_cut(written: bytes, reply: Any) -> None:
    for cut in range(1, min(len(written), 20)):
        with wire(written[:cut], written[cut:]) as asking:
            assert asking.ask(b"?", 1) == [reply]
    with wire(written) as asking:
        assert asking.ask(b"?", 1) == [reply]
    with wire(written + written[:1], written[1:]) as asking:
        assert asking.ask(b"?", 2) == [reply, reply]


def test_replies_to_what_was_told_are_heard_first() -> None:
    heard: list[Any] = []
    with wire(b"+one\r\n$3\r\nt", b"wo\r\n:3\r\n") as asking:
        asking.tell(b"?", heard.append)
        asking.tell(b"?", heard.append)
        assert asking.owes(0)
        assert not asking.owes(LONG)
        assert asking.ask(b"?", 1) == [3]
        assert not asking.owes(0)
    assert heard == [b"one", b"two"]


def test_replies_that_nobody_follows_are_heard_by_settling() -> None:
    heard: list[Any] = []
    with wire(b"+on", b"e\r\n", b":2\r\n") as asking:
        asking.tell(b"?", heard.append)
        asking.settle()
        assert asking.ask(b"?", 1) == [2]
    assert heard == [b"one"]


def test_a_connection_that_is_closed_says_so_to_who_is_to_hear() -> None:
    heard: list[Any] = []
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        asking = Wire(ours, SimpleNamespace(disconnect=ours.close))
        asking.tell(b"?", heard.append)
        theirs.sendall(b"+on")
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(ConnectionError):
            asking.settle()
        asking.close()
    assert [type(one) for one in heard] == [Failure]


@pytest.mark.parametrize("words", [b"HTTP/1.1 400 Bad Request\r\n", b"$many\r\n", b":\r\n"])
def test_what_is_not_redis_is_a_lost_connection(words: bytes) -> None:
    with wire(words) as asking, pytest.raises(ConnectionError):
        asking.ask(b"?", 1)
