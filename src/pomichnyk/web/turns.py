"""Threads that make pages one after another, and side by side only when one takes long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TypeVar

T = TypeVar("T")

LONG = 0.02
"""Seconds after which a page does not hold up the next: most are made in less."""


class Turns:
    """Threads that take turns.

    Python runs one thread at a time anyway, and SQLite hands the interpreter on at every row: eight
    pages made at once take half as much again of the processor as the eight made in turn.
    """

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, "page")
        self._turn = asyncio.Lock()

    async def run(self, work: Callable[..., T], *args: object) -> T:
        """Let a thread do something when those before are done, or take long."""
        await self._turn.acquire()
        loop, turn = asyncio.get_running_loop(), ExitStack()
        turn.callback(self._turn.release)
        late = loop.call_later(LONG, turn.close)
        try:
            return await loop.run_in_executor(self._threads, work, *args)
        finally:
            late.cancel()
            turn.close()

    def close(self) -> None:
        """Wait for what runs, and end the threads."""
        self._threads.shutdown()
