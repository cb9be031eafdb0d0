"""The connection of the link: asked without waiting, and heard as it speaks."""

from __future__ import annotations

import selectors
import socket
import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from pomichnyk.cache.resp import CHUNK, WAIT, Parser, Push, Wire, told

Hearer = Callable[[Any], None]


class Bell:
    """Wakes who waits, from any thread."""

    def __init__(self) -> None:
        self._rope, self.clapper = socket.socketpair()
        self._rope.setblocking(False)
        self.clapper.setblocking(False)

    def ring(self) -> None:
        """Wake it, once for all rings that it has not heard."""
        with suppress(OSError):  # rung often enough, or closed
            self._rope.send(b"!")

    def hush(self) -> None:
        """Forget the rings so far."""
        with suppress(OSError):
            self.clapper.recv(CHUNK)

    def close(self) -> None:
        """Close it."""
        self._rope.close()
        self.clapper.close()


class Line:
    """A connection whose replies go to those who asked, and its pushes to one who listens."""

    def __init__(self, wire: Wire, bell: Bell, timeout: float, pushed: Hearer) -> None:
        self._wire, self._bell, self._timeout, self._pushed = wire, bell, timeout, pushed
        self._parser = Parser()
        self._expecting: deque[Hearer] = deque()
        wire.socket.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(bell.clapper, selectors.EVENT_READ)
        self._selector.register(wire.socket, selectors.EVENT_READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._selector.close()
        self._wire.close()

    def ask(self, request: bytes, answered: Hearer) -> None:
        """Send a packed command; its reply will be given to ``answered``.

        Raises:
            OSError: the connection is broken.
        """
        self._expecting.append(answered)
        self._wire.socket.settimeout(self._timeout)
        self._wire.socket.sendall(request)
        self._wire.socket.setblocking(False)

    def wait(self, seconds: float) -> bool:
        """Take what comes, until something came, the bell rang, or a time has passed.

        Returns:
            Whether the server said anything.

        Raises:
            OSError: the connection is broken.
        """
        if self._hear_all():
            return True
        self._selector.select(seconds)
        self._bell.hush()
        return self._hear_all()

    def _hear_all(self) -> bool:
        """Hear what has come, of TLS each record; return whether there was any."""
        heard = False
        while data := self._received():
            heard = True
            if self._parser.idle and (keys := told(data)):
                self._pushed(Push((b"invalidate", keys)))
                continue
            self._parser.feed(data)
            while (reply := self._parser.take()) is not WAIT:
                self._hear(reply)
        return heard

    def _hear(self, reply: Any) -> None:
        if isinstance(reply, Push):
            self._pushed(reply)
        elif self._expecting:
            self._expecting.popleft()(reply)
        else:
            raise ConnectionError("the server answers what it was not asked")

    def _received(self) -> bytes:
        try:
            data: bytes = self._wire.socket.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b""
        if not data:
            raise ConnectionError("the server has closed the connection")
        return data
