"""The engine of threads: a pool looks into all folders at once, and moves their files."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from pomichnyk.tidy import Engine, Moved
from pomichnyk.tidy._crew import Crew
from pomichnyk.tidy._sorter import Sorter


class Threads(Engine):
    """Runs the steps of a sorter in a pool of threads."""

    name = "threads"

    def run(self, sorter: Sorter, crew: Crew, moved: Moved) -> None:
        """Run all steps, and say how many files each of them moved."""
        with ThreadPoolExecutor(crew.size, "tidy") as pool:
            running = {pool.submit(sorter.step, sorter.begin())}
            try:
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for count, tasks in (one.result() for one in done):
                        for share in crew.share(count, tasks, len(running)):
                            running.add(pool.submit(sorter.step, share))
                        moved(count)
            except BaseException:
                sorter.stop()
                raise
