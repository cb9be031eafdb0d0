"""Steps: a look-up is written once, as a generator of what has to be done next.

``run`` does each step at once, ``arun`` awaits it; so functions and coroutine functions share
every line of what a cache decides.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import Future
from typing import Any, Protocol

from pomichnyk.cache.cell import MISS
from pomichnyk.cache.resp import WAIT


class Step(Protocol):
    """Something that takes its time."""

    def done(self) -> Any:
        """Do it."""

    def awaited(self) -> Awaitable[Any]:
        """Do it, and let other tasks run meanwhile."""


Steps = Generator[Step, Any, Any]


def run(steps: Steps) -> Any:
    """Do all steps; return what they lead to."""
    try:
        step = next(steps)
        while True:
            try:
                result = step.done()
            except BaseException as error:  # noqa: BLE001  # whatever it is, the steps decide
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration as end:
        return end.value


async def arun(steps: Steps) -> Any:
    """Await all steps; return what they lead to."""
    try:
        step = next(steps)
        while True:
            try:
                result = await step.awaited()
            except BaseException as error:  # noqa: BLE001  # whatever it is, the steps decide
                step = steps.throw(error)
            else:
                step = steps.send(result)
    except StopIteration as end:
        return end.value


class Asker(Protocol):
    """The server, as steps see it."""

    def ask(self, request: bytes, count: int) -> list[Any]:
        """Send packed commands, and return the reply to each."""

    def tell(self, request: bytes, heard: Callable[[Any], None]) -> None:
        """Send a packed command whose reply nobody waits for."""

    def ask_async(self, request: bytes, count: int) -> Awaitable[list[Any]]:
        """Do the same, and let other tasks run meanwhile."""


class Ask:
    """Ask the server; leads to the replies."""

    __slots__ = ("_count", "_request", "_server")

    def __init__(self, server: Asker, request: bytes, count: int = 1) -> None:
        self._server, self._request, self._count = server, request, count

    def done(self) -> list[Any]:
        """Wait for the replies."""
        return self._server.ask(self._request, self._count)

    def awaited(self) -> Awaitable[list[Any]]:
        """Await the replies."""
        return self._server.ask_async(self._request, self._count)


class Tell:
    """Tell the server something; leads to ``WAIT``, and the reply is heard later.

    A task awaits the reply, since the loop has others to run meanwhile, and is led to it.
    """

    __slots__ = ("_heard", "_request", "_server")

    def __init__(self, server: Asker, request: bytes, heard: Callable[[Any], None]) -> None:
        self._server, self._request, self._heard = server, request, heard

    def done(self) -> Any:
        """Send it."""
        self._server.tell(self._request, self._heard)
        return WAIT

    async def awaited(self) -> Any:
        """Send it, and await the reply."""
        (reply,) = await self._server.ask_async(self._request, 1)
        return reply


class Pause:
    """Let some seconds pass."""

    __slots__ = ("_seconds",)

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def done(self) -> None:
        """Sleep."""
        time.sleep(self._seconds)

    async def awaited(self) -> None:
        """Sleep, and let other tasks run."""
        import asyncio

        await asyncio.sleep(self._seconds)


class Wait:
    """Wait for another's computation; leads to its value, or ``MISS`` if there is none in time."""

    __slots__ = ("_flight", "_seconds")

    def __init__(self, flight: Future[Any], seconds: float | None) -> None:
        self._flight, self._seconds = flight, seconds

    def done(self) -> Any:
        """Wait for it."""
        try:
            return self._flight.result(self._seconds)
        except TimeoutError:
            return MISS

    async def awaited(self) -> Any:
        """Await it; whoever is cancelled leaves it to the others."""
        import asyncio

        waiting = asyncio.shield(asyncio.wrap_future(self._flight))
        try:
            return await asyncio.wait_for(waiting, self._seconds)
        except TimeoutError:
            return MISS


class Compute:
    """Call the function; leads to its value."""

    __slots__ = ("_args", "_function", "_kwargs")

    def __init__(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        self._function, self._args, self._kwargs = function, args, kwargs

    def done(self) -> Any:
        """Call it."""
        return self._function(*self._args, **self._kwargs)

    async def awaited(self) -> Any:
        """Call it, and await what it returns."""
        return await self._function(*self._args, **self._kwargs)
