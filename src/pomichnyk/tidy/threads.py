"""The engine of threads: a pool looks into all folders at once, and moves their files."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from pomichnyk.tidy import Engine, Moved
from pomichnyk.tidy._sorter import Sorter, shares


class Threads(Engine):
    """Runs the steps of a sorter in a pool of threads."""

    name = "threads"

    def run(self, sorter: Sorter, workers: int, moved: Moved) -> None:
        """Run all steps, and say how many files each of them moved."""
        with ThreadPoolExecutor(workers, "tidy") as pool:
            running = {pool.submit(sorter.step, sorter.begin())}
            try:
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for count, tasks in (one.result() for one in done):
                        free = workers - len(running)
                        running |= {pool.submit(sorter.step, one) for one in shares(tasks, free)}
                        moved(count)
            except BaseException:
                sorter.stop()
                raise
