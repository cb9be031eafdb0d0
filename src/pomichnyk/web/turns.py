"""Threads that make pages one after another, and side by side only when one takes long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")

LONG = 0.02
"""Seconds after which a page does not hold up anything else: most are made in less."""


class Turns:
    """Threads that take turns.

    Python runs one thread at a time anyway, and SQLite hands the interpreter on at every row: eight
    pages made at once take half as much again of the processor as the eight made in turn. So the
    event loop itself waits for a page, unless it takes long. And the thread that was the last to
    work is the next: what it needs is in the processor's caches.
    """

    def __init__(self, threads: int) -> None:
        self._free = asyncio.Semaphore(threads)
        self._every: list[ThreadPoolExecutor] = []
        self._idle: list[ThreadPoolExecutor] = []

    async def run(self, work: Callable[..., T], *args: object) -> T:
        """Let a thread do something when those before are done, or take long."""
        async with self._free:
            thread = self._idle.pop() if self._idle else self._another()
            made = thread.submit(work, *args)
            try:
                with suppress(TimeoutError):
                    made.exception(LONG)
                return made.result() if made.done() else await asyncio.wrap_future(made)
            finally:
                # At once, unless whoever awaited it gave up.
                made.add_done_callback(lambda _: self._idle.append(thread))

    def close(self) -> None:
        """Wait for what runs, and end the threads."""
        for thread in self._every:
            thread.shutdown()

    def _another(self) -> ThreadPoolExecutor:
        self._every.append(thread := ThreadPoolExecutor(1, "page"))
        return thread
