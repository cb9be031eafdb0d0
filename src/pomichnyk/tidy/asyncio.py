"""The engine of asyncio: an event loop that stays free while files are moved.

A hop to a thread and back costs a hundred microseconds and more, the move of a file five. So one
hop does a step of many files, and the async paths do what is done once in a run.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from errno import ENOTDIR
from functools import partial
from stat import S_ISDIR
from typing import Unpack

from pomichnyk.tidy import Engine, Moved
from pomichnyk.tidy._crew import Crew
from pomichnyk.tidy._options import Options, Path, opening, prepared
from pomichnyk.tidy._paths import async_path
from pomichnyk.tidy._report import Report
from pomichnyk.tidy._sorter import Sorter, Task


class Asyncio(Engine):
    """Runs the steps of a sorter from an event loop of its own."""

    name = "asyncio"

    def run(self, sorter: Sorter, crew: Crew, moved: Moved) -> None:
        """Run all steps, and say how many files each of them moved."""
        asyncio.run(sort(sorter, crew, moved))


async def tidy(
    folder: Path,
    *,
    workers: int | None = None,
    moved: Moved = lambda _: None,
    **options: Unpack[Options],
) -> Report:
    """Tidy a folder from an event loop that is running: as ``pomichnyk.tidy.tidy`` does.

    ``moved`` is called in the loop with the number of files that were moved since it was last.

    Raises:
        NotFoundError: there is no such folder.
        InvalidValueError: an option has a value that it must not.
        UnavailableError: the folder must not be read, or the journal not written.
    """
    crew = Crew(workers)
    with opening(folder), prepared(folder, **options) as sorter:
        await sort(sorter, crew, moved)
        return await asyncio.to_thread(sorter.finish)


async def sort(sorter: Sorter, crew: Crew, moved: Moved) -> None:
    """Run all steps of a sorter in a pool of threads, from the loop that is running."""
    loop = asyncio.get_running_loop()
    path = async_path()

    def make(folder: str) -> None:
        asyncio.run_coroutine_threadsafe(path(folder).mkdir(), loop).result()

    if not S_ISDIR((await path(sorter.folder).stat()).st_mode):
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR), sorter.folder)
    with ThreadPoolExecutor(crew.size, "tidy") as pool:
        hop = partial(loop.run_in_executor, pool)
        first = await hop(sorter.begin, make)
        await _steps(partial(hop, sorter.step), first, sorter, crew, moved)


async def _steps(
    hop: Callable[[Sequence[Task]], asyncio.Future[tuple[int, list[Task]]]],
    first: Sequence[Task],
    sorter: Sorter,
    crew: Crew,
    moved: Moved,
) -> None:
    running = {hop(first)}
    try:
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for count, tasks in (one.result() for one in done):
                running |= {hop(share) for share in crew.share(count, tasks, len(running))}
                moved(count)
    finally:
        sorter.stop()
        # Steps may be waiting for the loop to make a folder: they must not be left alone.
        await asyncio.gather(*running, return_exceptions=True)
