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


class Flight:
    """One computation; what others wait for is made when somebody comes to wait."""

    __slots__ = ("waited_for",)

    def __init__(self) -> None:
        self.waited_for: Future[Any] | None = None


class Flights:
    """The computations under way in this process."""

    def __init__(self) -> None:
        self._flights: dict[bytes, Flight] = {}
        self._lock = threading.Lock()

    def join(self, digest: bytes) -> tuple[Flight, Future[Any] | None]:
        """Return the computation of a value, and what to wait for; None: the caller computes."""
        with self._lock:
            flight = self._flights.get(digest)
            if flight is None:
                made = self._flights[digest] = Flight()
                return made, None
            if flight.waited_for is None:
                flight.waited_for = Future()
            return flight, flight.waited_for

    def land(self, digest: bytes, flight: Flight, value: Any = MISS) -> None:
        """Give the value to all who wait; ``MISS``: let one of them compute it."""
        with self._lock:
            if self._flights.get(digest) is flight:
                del self._flights[digest]
            waited_for = flight.waited_for
        if waited_for:
            waited_for.set_result(value)

    def forget(self, digest: bytes | None) -> None:
        """Let whoever comes now begin anew: what is computed for the others may be outdated."""
        with self._lock:
            if digest is None:
                self._flights.clear()
            else:
                self._flights.pop(digest, None)
