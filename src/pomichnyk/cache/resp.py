"""RESP, the language of Redis, spoken on the sockets that redis-py opens.

redis-py does what is hard about a connection: addresses, passwords, TLS, Unix sockets. What it
does around each command after that takes as long as the network itself, so commands are written
and replies read here: it is what brings a look-up that keeps its recency, with its key made and
its value decoded, below a bare ``GET`` of redis-py (docs/decisions/0014-cache.md).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any

CHUNK = 1 << 16
"""Bytes read at once."""
_DOLLAR, _COLON = b"$:"
_TOLD = b">2\r\n$10\r\ninvalidate\r\n*"
_NOTHING = b"$-1\r\n"
WAIT: Any = object()
"""What a parser has while a reply is not whole."""


class Failure(str):
    """A reply that says an error, such as ``NOSCRIPT No matching script``."""

    __slots__ = ()


class Push(list[Any]):
    """What a server says without being asked: that keys have changed."""

    __slots__ = ()


def pack(*words: bytes | int) -> bytes:
    """Return one command as it is sent."""
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        data = word if isinstance(word, bytes) else b"%d" % word
        parts.append(b"$%d\r\n%b\r\n" % (len(data), data))
    return b"".join(parts)


def _failure(line: bytes) -> Failure:
    return Failure(line.decode(errors="replace"))


def _nothing(_line: bytes) -> None:
    return None


class _ShortError(Exception):
    """The reply goes on in bytes that have not come."""


class Parser:
    """Takes bytes as they come, and gives replies: of RESP 2, and of RESP 3 what Redis sends."""

    def __init__(self) -> None:
        self._data = b""
        self._coming: list[bytes] = []
        self._size = self._needed = self._at = 0
        self._kinds: dict[int, Callable[[bytes], Any]] = {
            ord("+"): bytes,
            ord("-"): _failure,
            ord(":"): int,
            ord("_"): _nothing,
            ord("*"): self._array,
            ord("%"): self._map,
            ord(">"): self._push,
        }

    @property
    def idle(self) -> bool:
        """Whether it has given all that it was fed."""
        return self._at == self._size

    def feed(self, data: bytes) -> None:
        """Take more bytes."""
        self._coming.append(data)
        self._size += len(data)

    def take(self) -> Any:
        """Return the next reply, or ``WAIT``.

        Raises:
            ConnectionError: the bytes are not RESP.
        """
        if self._size < self._needed:
            return WAIT
        if self._coming:
            self._join()
        start = self._at
        if start == self._size:
            return WAIT
        try:
            return self._reply()
        except _ShortError:
            self._at = start
            return WAIT
        except (LookupError, ValueError) as error:
            raise ConnectionError("the server does not speak RESP") from error

    def _join(self) -> None:
        self._data = b"".join((self._data[self._at :], *self._coming))
        self._coming.clear()
        self._size -= self._at
        self._needed -= self._at
        self._at = 0

    def _reply(self) -> Any:
        data, start = self._data, self._at
        end = data.find(b"\r\n", start)
        if end < 0:
            raise _ShortError
        self._at = end + 2
        if data[start] != _DOLLAR:
            return self._kinds[data[start]](data[start + 1 : end])
        length = int(data[start + 1 : end])
        if length < 0:
            return None
        self._at = self._needed = end + length + 4
        if self._size < self._needed:  # a long value is not looked at again before it is whole
            raise _ShortError
        return data[end + 2 : self._at - 2]

    def _array(self, size: bytes) -> list[Any] | None:
        length = int(size)
        return None if length < 0 else [self._reply() for _ in range(length)]

    def _map(self, size: bytes) -> list[Any]:
        return [self._reply() for _ in range(2 * int(size))]

    def _push(self, size: bytes) -> Push:
        return Push(self._reply() for _ in range(int(size)))


def told(data: bytes) -> list[bytes]:
    """Return the keys that are told to have changed, if bytes tell that and nothing else; or none.

    A key with an end of line in it, or what is cut off, has not as many lines as it says.
    """
    other, *pushes = data.split(_TOLD)
    keys: list[bytes] = []
    for push in pushes:
        number, *lines = push.split(b"\r\n")
        if not number.isdigit() or len(lines) != 2 * int(number) + 1 or lines[-1]:
            return []
        keys += lines[1::2]
    return [] if other else keys


def _only(data: bytes) -> Any:
    """Return the reply that nearly always comes in one piece: a value, or a number; or ``WAIT``."""
    if data == _NOTHING:
        return None
    end = data.find(b"\r\n")
    digits, size = data[1:end], len(data) - end - 2
    if end > 0 and digits.isdigit():
        if data[0] == _DOLLAR and size == int(digits) + 2:
            return data[end + 2 : -2]
        if data[0] == _COLON and not size:
            return int(digits)
    return WAIT


class Wire:
    """A connection that asks and waits for the answers; redis-py's own keeps and closes it.

    Attributes:
        socket: what it speaks through.
    """

    def __init__(self, socket: Any, keeper: Any) -> None:
        self.socket = socket
        self._keeper = keeper
        self._send, self._receive = socket.sendall, socket.recv
        self._parser = Parser()
        self._owed: deque[Callable[[Any], None]] = deque()
        self._told = 0.0

    def tell(self, request: bytes, heard: Callable[[Any], None]) -> None:
        """Send a packed command; its reply is heard before what is asked next is answered.

        If none can come any more, a ``Failure`` is heard in its place.

        Raises:
            OSError: the connection is broken; nothing will be heard.
        """
        self._send(request)
        self._owed.append(heard)
        self._told = monotonic()

    def owes(self, seconds: float) -> bool:
        """Tell whether replies have not been heard for so long."""
        return bool(self._owed) and monotonic() > self._told + seconds

    def settle(self) -> None:
        """Hear the replies that have not been heard.

        Raises:
            OSError: the connection is broken, or nothing comes in time.
        """
        self._replies(self._receive(CHUNK), 0)

    def ask(self, request: bytes, count: int) -> list[Any]:
        """Send packed commands, and return the reply to each.

        Raises:
            OSError: the connection is broken, or nothing comes in time.
        """
        self._send(request)
        data = self._receive(CHUNK)
        if count == 1 and not self._owed and (reply := _only(data)) is not WAIT:
            return [reply]
        return self._replies(data, count)

    def close(self) -> None:
        """Close the connection."""
        self._keeper.disconnect()
        while self._owed:
            self._owed.popleft()(Failure("LOST the connection is closed"))

    def _replies(self, data: bytes, count: int) -> list[Any]:
        replies: list[Any] = []
        count += len(self._owed)
        while True:
            if not data:
                raise ConnectionError("the server has closed the connection")
            self._parser.feed(data)
            while (reply := self._parser.take()) is not WAIT:
                replies.append(reply)
            if len(replies) >= count:
                break
            data = self._receive(CHUNK)
        owed, self._owed = self._owed, deque()
        for heard, reply in zip(owed, replies, strict=False):
            heard(reply)
        return replies[len(owed) :]
