"""Threads that make pages one after another, and side by side only when one takes long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
Job = Callable[[], None]
Outcome = tuple[Any, BaseException | None]
"""What was returned, or else raised."""

LONG = 0.02
"""Seconds after which a page does not hold up the next: most are made in less."""


class Turns:
    """Threads that take turns.

    Python runs one thread at a time anyway, and SQLite hands the interpreter on at every row: eight
    pages made at once take half as much again of the processor as the eight made in turn. The
    thread that was the last to work is the next: what it needs is in the processor's caches.
    """

    def __init__(self, threads: int) -> None:
        self._free, self._turn = asyncio.Semaphore(threads), asyncio.Lock()
        self._every: list[_Worker] = []
        self._idle: list[_Worker] = []

    async def run(self, work: Callable[..., T], *args: object) -> T:
        """Let a thread do something when those before are done, or take long."""
        async with self._free:
            await self._turn.acquire()
            loop, turn = asyncio.get_running_loop(), ExitStack()
            turn.callback(self._turn.release)
            late = loop.call_later(LONG, turn.close)
            try:
                found, error = await self._begun(loop, partial(work, *args))
            finally:
                late.cancel()
                turn.close()
        if error:
            raise error
        return found  # type: ignore[no-any-return]  # what the work returns

    def close(self) -> None:
        """Wait for what runs, and end the threads."""
        for worker in self._every:
            worker.jobs.put(None)
        for worker in self._every:
            worker.join()

    def _begun(
        self, loop: asyncio.AbstractEventLoop, work: Callable[[], object]
    ) -> asyncio.Future[Outcome]:
        """Have a thread begin; it ends its work also if who awaits this gives up."""
        done: asyncio.Future[Outcome] = loop.create_future()
        worker = self._idle.pop() if self._idle else self._another()

        def told(outcome: Outcome) -> None:
            self._idle.append(worker)
            if not done.cancelled():
                done.set_result(outcome)

        def job() -> None:
            outcome = _outcome(work)
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(told, outcome)

        worker.jobs.put(job)
        return done

    def _another(self) -> _Worker:
        self._every.append(worker := _Worker())
        return worker


class _Worker(Thread):
    """A thread that does one job after another.

    An executor wakes any of its threads, and tells an event loop by way of a future of threads
    with its lock and condition: together a twentieth of what a page takes.
    """

    def __init__(self) -> None:
        super().__init__(name="page", daemon=True)
        self.jobs: SimpleQueue[Job | None] = SimpleQueue()
        self.start()

    def run(self) -> None:
        while job := self.jobs.get():
            job()


def _outcome(work: Callable[[], object]) -> Outcome:
    try:
        return work(), None
    except BaseException as error:  # noqa: BLE001  # whoever awaits it is told
        return None, error
