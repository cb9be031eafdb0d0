"""A cache server, as all caches of the process share it."""

from __future__ import annotations

import os
import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from pomichnyk.cache.address import Address
from pomichnyk.cache.errors import CacheUnavailableError
from pomichnyk.cache.link import Link
from pomichnyk.cache.resp import Wire
from pomichnyk.text import Text

if TYPE_CHECKING:
    from pomichnyk.cache.pipe import Pipe


class Server:
    """Asks over connections that it keeps; says at once so when the server is known to be lost."""

    def __init__(self, target: Any) -> None:
        self.address = Address(target)
        self.link = Link(self.address)
        self._wires: deque[Wire] = deque()
        self._pipes: dict[Any, Pipe] = {}
        _servers.add(self)

    def ask(self, request: bytes, count: int) -> list[Any]:
        """Send packed commands, and return the reply to each.

        Raises:
            CacheUnavailableError: the server is lost.
        """
        self._ready()
        try:
            return self._asked(request, count)
        except _failures() as error:
            raise self._given_up(error) from error

    async def ask_async(self, request: bytes, count: int) -> list[Any]:
        """Do the same in the running event loop.

        Raises:
            CacheUnavailableError: the server is lost.
        """
        self._ready()
        pipe = self._pipe()
        try:
            if pipe.open:
                with suppress(ConnectionError):  # it may have been closed meanwhile
                    return await pipe.sent(request, count)
            return await pipe.ask(request, count)
        except _failures() as error:
            raise self._given_up(error) from error

    def close(self) -> None:
        """Close the connections, and end the link; the next look-up begins anew."""
        self.link.close()
        while self._wires:
            self._wires.pop().close()
        self.link = self._new_link()

    def reborn(self) -> None:
        """Let go of the connections in a process that was forked: they are its parent's."""
        self._wires = deque()
        self._pipes = {}
        self.link.abandon()
        self.link = self._new_link()

    def _new_link(self) -> Link:
        link = Link(self.address)
        for watcher in self.link.watchers():
            link.watch(watcher)
        return link

    def _ready(self) -> None:
        if not self.link.running:
            self.link.start()
        if not self.link.breaker.closed:
            raise CacheUnavailableError(Text("the cache server does not answer"))

    def _asked(self, request: bytes, count: int) -> list[Any]:
        try:
            wire = self._wires.pop()
        except IndexError:
            return self._answered(self.address.open(), request, count)
        try:
            return self._answered(wire, request, count)
        except ConnectionError:  # what was open for a while may have been closed meanwhile
            self._wires.clear()
            return self._answered(self.address.open(), request, count)

    def _answered(self, wire: Wire, request: bytes, count: int) -> list[Any]:
        try:
            replies = wire.ask(request, count)
        except BaseException:  # also an interrupt: the reply would be taken for another's
            wire.close()
            raise
        self._wires.append(wire)
        return replies

    def _pipe(self) -> Pipe:
        import asyncio

        loop = asyncio.get_running_loop()
        pipe = self._pipes.get(loop)
        if pipe is None:
            from pomichnyk.cache.pipe import Pipe

            self._pipes = {one: self._pipes[one] for one in self._pipes if not one.is_closed()}
            pipe = self._pipes[loop] = Pipe(self.address)
        return pipe

    def _given_up(self, error: Exception) -> CacheUnavailableError:
        self.link.breaker.trip()
        return CacheUnavailableError(Text("the cache server does not answer: {error}", error=error))


def server(target: Any) -> Server:
    """Return the server at a URL, or the one of a redis-py client; one for all who ask.

    Raises:
        DriverMissingError: the redis package is not installed.
        ValueError: the URL is not one of Redis.
    """
    key = target if isinstance(target, str) else id(target.connection_pool)
    with _lock:
        if key not in _known:
            _known[key] = Server(target)
        return _known[key]


def close() -> None:
    """Close all connections and end all threads; what is called later opens them anew."""
    for one in list(_servers):
        one.close()


def _failures() -> tuple[type[Exception], ...]:
    import redis

    return OSError, redis.RedisError


_lock = threading.Lock()
_known: dict[Any, Server] = {}
_servers: WeakSet[Server] = WeakSet()


def _reborn() -> None:
    for one in list(_servers):
        one.reborn()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reborn)
