"""A cache server, as all caches of the process share it."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakSet

from pomichnyk.cache.address import Address
from pomichnyk.cache.errors import CacheUnavailableError
from pomichnyk.cache.link import Link
from pomichnyk.cache.resp import Wire
from pomichnyk.text import Text

if TYPE_CHECKING:
    from pomichnyk.cache.pipe import Pipe

Result = TypeVar("Result")
SETTLED = 0.05
"""Seconds after which the link hears a reply, if nobody asked on that connection meanwhile."""


class Server:
    """Asks over connections that it keeps; says at once so when the server is known to be lost."""

    def __init__(self, target: Any) -> None:
        self.address = Address(target)
        self.link = Link(self.address, self._settle)
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
            return self._used(Wire.ask, request, count)
        except _failures() as error:
            raise self._given_up(error) from error

    def tell(self, request: bytes, heard: Callable[[Any], None]) -> None:
        """Send a packed command; its reply is heard with the next one, or soon.

        Raises:
            CacheUnavailableError: the server is lost, and nothing will be heard.
        """
        self._ready()
        try:
            self._used(Wire.tell, request, heard)
        except _failures() as error:
            raise self._given_up(error) from error

    def settle(self, seconds: float = 0.0) -> None:
        """Hear the replies to what was told so long ago, but where somebody is about to."""
        for wire in [one for one in list(self._wires) if one.owes(seconds)]:
            try:
                self._wires.remove(wire)
            except (IndexError, ValueError):  # somebody asks by now, and hears them
                continue
            try:
                wire.settle()
            except OSError:
                wire.close()
            else:
                self._wires.appendleft(wire)

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
        self._close_wires()
        self.link = self._new_link()

    def reborn(self) -> None:
        """Let go of the connections in a process that was forked: they are its parent's."""
        self._wires = deque()
        self._pipes = {}
        self.link.abandon()
        self.link = self._new_link()

    def _new_link(self) -> Link:
        link = Link(self.address, self._settle)
        for watcher in self.link.watchers():
            link.watch(watcher)
        return link

    def _settle(self) -> None:
        self.settle(SETTLED)

    def _ready(self) -> None:
        if not self.link.running:
            self.link.start()
        if not self.link.breaker.closed:
            raise CacheUnavailableError(Text("the cache server does not answer"))

    def _used(self, use: Callable[..., Result], *words: Any) -> Result:
        try:
            wire = self._wires.pop()
        except IndexError:
            return self._done(self.address.open(), use, words)
        try:
            return self._done(wire, use, words)
        except ConnectionError:  # what was open for a while may have been closed meanwhile
            self._close_wires()
            return self._done(self.address.open(), use, words)

    def _done(self, wire: Wire, use: Callable[..., Result], words: tuple[Any, ...]) -> Result:
        try:
            result = use(wire, *words)
        except BaseException:  # also an interrupt: the reply would be taken for another's
            wire.close()
            raise
        self._wires.append(wire)
        return result

    def _close_wires(self) -> None:
        with suppress(IndexError):
            while True:
                self._wires.pop().close()

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
