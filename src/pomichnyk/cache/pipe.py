"""A pipe: one connection for all tasks of an event loop.

What tasks ask in one turn of the loop leaves in one write, and every reply goes to who asked: a
hundred look-ups at once cost hardly more than one. redis-py opens the connection and keeps it;
its protocol is replaced by ours (resp.py says why).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Any

from pomichnyk.cache.address import Address
from pomichnyk.cache.resp import WAIT, Parser

_Answer = asyncio.Future[list[Any]]
_Question = tuple[_Answer, int, float]
"""Who waits, for how many replies, and until when."""


class Pipe(asyncio.Protocol):
    """Asks, and gives out replies in the order of the questions."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._loop = asyncio.get_running_loop()
        self._opening = asyncio.Lock()
        self._connection: Any = None
        self._transport: asyncio.WriteTransport | None = None
        self._parser = Parser()
        self._outgoing: list[bytes] = []
        self._until = 0.0
        self._waiting: deque[_Question] = deque()
        self._replies: list[Any] = []
        self._watch: asyncio.TimerHandle | None = None
        self._end: AsyncGenerator[None, None] | None = None

    @property
    def open(self) -> bool:
        """Whether there is a connection."""
        return self._transport is not None

    async def ask(self, request: bytes, count: int) -> list[Any]:
        """Send packed commands, and return the reply to each.

        Raises:
            OSError: the connection is broken, or nothing comes in time.
            redis.RedisError: it cannot be made.
        """
        if self._transport is None:
            await self._connect()
        return await self.sent(request, count)

    def sent(self, request: bytes, count: int) -> _Answer:
        """Do the same over the connection there is."""
        answered: _Answer = self._loop.create_future()
        if not self._outgoing:  # the first of this turn of the loop
            self._loop.call_soon(self._flush)
            self._until = self._loop.time() + self._address.timeout
        if self._watch is None:
            self._watch = self._loop.call_at(self._until, self._look)
        self._outgoing.append(request)
        self._waiting.append((answered, count, self._until))
        return answered

    def data_received(self, data: bytes) -> None:
        """Give replies to those who wait for them."""
        self._parser.feed(data)
        take, waiting = self._parser.take, self._waiting
        try:
            while (reply := take()) is not WAIT:
                self._replies.append(reply)
                answered, count, _ = waiting[0]
                if len(self._replies) == count:
                    waiting.popleft()
                    if not answered.done():
                        answered.set_result(self._replies)
                    self._replies = []
        except (ConnectionError, IndexError) as error:
            self._broken(ConnectionError(str(error)))

    def connection_lost(self, exc: Exception | None) -> None:
        """Let nobody wait any longer."""
        self._broken(ConnectionError(str(exc or "the server has closed the connection")))

    def close(self) -> None:
        """Close the connection."""
        self._broken(ConnectionError("the cache is closed"))

    async def _connect(self) -> None:
        async with self._opening:
            if self._transport is not None:
                return
            timeout = 2 * self._address.timeout
            connection = await asyncio.wait_for(self._address.open_async(), timeout)
            self._parser, self._replies = Parser(), []
            self._connection = connection
            transport = connection._writer.transport  # noqa: SLF001  # resp.py says why
            transport.set_protocol(self)
            self._transport = transport
            if self._end is None:  # one dropped for another would close the new connection
                self._end = self._closed_with_the_loop()
                await anext(self._end)

    async def _closed_with_the_loop(self) -> AsyncGenerator[None, None]:
        # A loop that ends closes the generators begun in it, and nothing else of ours.
        try:
            yield
        finally:
            self.close()

    def _flush(self) -> None:
        outgoing, self._outgoing = self._outgoing, []
        if self._transport is not None:
            self._transport.write(b"".join(outgoing))

    def _look(self) -> None:
        """Give up if who has waited longest has waited too long; one timer serves all."""
        self._watch = None
        if self._waiting:
            end = self._waiting[0][2]
            if end <= self._loop.time():
                self._broken(TimeoutError("the server does not answer"))
            else:
                self._watch = self._loop.call_at(end, self._look)

    def _broken(self, error: OSError) -> None:
        transport, self._transport = self._transport, None
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if transport is not None:
            transport.abort()
            self._connection._reader = self._connection._writer = None  # noqa: SLF001  # closed
        waiting, self._waiting = self._waiting, deque()
        for answered, *_ in waiting:
            if not answered.done():
                answered.set_exception(error)
