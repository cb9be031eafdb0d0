"""Back-off: whoever fails to log in waits before the next try, longer every time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from time import monotonic

FREE = 3
"""Failures of an address before it waits."""
FREE_FOR_ALL = 30
"""Failures of all addresses together before all wait."""
LONGEST = 300.0
"""Seconds that an address waits at most."""
LONGEST_FOR_ALL = 5.0
"""Seconds that all wait at most: guessing becomes useless, and nobody is locked out for long."""
FORGOTTEN = 3600.0
"""Seconds after which failures are forgotten."""
ADDRESSES = 10_000
"""How many addresses are remembered."""


class Backoff:
    """Counts the failures of each address, and of all of them together."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._all = (0, 0.0)

    def tried(self, address: str) -> float:
        """Count a try as failed beforehand, so that tries at once gain nothing; 0 lets it pass.

        Returns the seconds to wait if it is too early; then nothing is counted.
        """
        with self._lock:
            moment = self._clock()
            own = self._recent(self._failures.get(address, (0, 0.0)), moment)
            every = self._recent(self._all, moment)
            wait = max(
                _left(own, FREE, LONGEST, moment),
                _left(every, FREE_FOR_ALL, LONGEST_FOR_ALL, moment),
            )
            if wait > 0:
                return wait
            self._failures[address] = (own[0] + 1, moment)
            self._failures.move_to_end(address)
            self._all = (every[0] + 1, moment)
            while len(self._failures) > ADDRESSES:
                self._failures.popitem(last=False)
            return 0.0

    def succeeded(self, address: str) -> None:
        """Forget the failures of an address, and the try that was counted beforehand."""
        with self._lock:
            self._failures.pop(address, None)
            count, moment = self._all
            self._all = (max(0, count - 1), moment)

    def _recent(self, failures: tuple[int, float], moment: float) -> tuple[int, float]:
        return (0, 0.0) if moment - failures[1] > FORGOTTEN else failures


def _left(failures: tuple[int, float], free: int, longest: float, moment: float) -> float:
    """Return the seconds left to wait: a second after the free ones, doubled by each more."""
    count, latest = failures
    if count < free:
        return 0.0
    return latest + min(longest, 2.0 ** min(count - free, 30)) - moment
