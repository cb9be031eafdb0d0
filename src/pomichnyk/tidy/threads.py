"""The engine of threads: a pool looks into all folders at once, and moves their files."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack

from pomichnyk.tidy import Engine, Moved
from pomichnyk.tidy._crew import Crew
from pomichnyk.tidy._sorter import Sorter, Task


class Threads(Engine):
    """Runs the steps of a sorter in a pool of threads."""

    name = "threads"

    def run(self, sorter: Sorter, crew: Crew, moved: Moved) -> None:
        """Run all steps, and say how many files each of them moved."""
        with ThreadPoolExecutor(crew.size, "tidy") as pool, ExitStack() as leaving:
            leaving.callback(sorter.stop)

            def hand(tasks: Sequence[Task]) -> Future[tuple[int, list[Task]]]:
                return pool.submit(sorter.step, tasks)

            running = {hand(sorter.begin())}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for count, tasks in (one.result() for one in done):
                    running |= {hand(share) for share in crew.share(count, tasks, len(running))}
                    moved(count)
