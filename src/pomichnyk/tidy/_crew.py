"""The crew: how many steps of a run are worth running at once.

Moves on a warm local disk wait for one lock of the kernel, and Python's threads for one another:
a second worker there costs time and gains none. Where each move waits for a network or for a
platter, workers wait at the same time. So one worker begins, and more join when moves are slow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Text
from pomichnyk.tidy._sorter import STRETCH, Task

MOST = 256
USUAL = 8
SLOW = 200e-6
"""Seconds for a file, on average, from which on it pays to wait for several at once."""


class Crew:
    """Says how many steps may run at once: as many as were asked for, or as many as pay.

    Attributes:
        size: how many there may be at most.

    Raises:
        InvalidValueError: so many cannot be.
    """

    def __init__(self, workers: int | None = None) -> None:
        if workers is not None and not 1 <= workers <= MOST:
            raise InvalidValueError(
                Text("workers"), workers, Text("a number from 1 to {most}", most=MOST)
            )
        self.size = USUAL if workers is None else workers
        self._awake = 1 if workers is None else workers
        self._steps = self._moved = 0

    def share(self, moved: int, tasks: Sequence[Task], running: int) -> Iterator[Sequence[Task]]:
        """Part what a step has left among the workers that are free, one of them at least."""
        self._steps += 1
        self._moved += moved
        # One slow step may be another program's doing.
        if self._steps > 1 and self._moved * SLOW < self._steps * STRETCH:
            self._awake = self.size
        parts = max(1, min(self._awake - running, len(tasks)))
        yield from filter(None, (tasks[at::parts] for at in range(parts)))
