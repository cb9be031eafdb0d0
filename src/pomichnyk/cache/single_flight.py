"""Single flight: of all who want one value at once, one computes it and the others wait."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextvars import ContextVar
from typing import Any

from pomichnyk.cache.cell import MISS

PATIENCE = 10.0
"""Seconds that one waits who has others waiting himself: after that, two probably wait for each
other, and he computes it too."""
leading: ContextVar[frozenset[Any]] = ContextVar("leading", default=frozenset())
"""What is being computed for whoever runs now, in this thread and task and those they await."""


class Flights:
    """The computations under way in this process."""

    def __init__(self) -> None:
        self._flights: dict[bytes, Future[Any]] = {}
        self._lock = threading.Lock()

    def join(self, digest: bytes) -> tuple[Future[Any], bool]:
        """Return the computation of a value, and whether the caller has to do it."""
        with self._lock:
            flight = self._flights.get(digest)
            if flight:
                return flight, False
            made = self._flights[digest] = Future()
            return made, True

    def land(self, digest: bytes, flight: Future[Any], value: Any = MISS) -> None:
        """Give the value to all who wait; ``MISS``: let one of them compute it."""
        with self._lock:
            if self._flights.get(digest) is flight:
                del self._flights[digest]
        flight.set_result(value)

    def forget(self, digest: bytes | None) -> None:
        """Let whoever comes now begin anew: what is computed for the others may be outdated."""
        with self._lock:
            if digest is None:
                self._flights.clear()
            else:
                self._flights.pop(digest, None)
