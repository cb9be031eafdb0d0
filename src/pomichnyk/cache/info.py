"""What a cache tells of itself."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple


class CacheInfo(NamedTuple):
    """What ``functools.lru_cache`` tells: this process's hits and misses, and the size.

    Attributes:
        hits: calls that were answered by a value, near or on the server, or by the computation of
            somebody else.
        misses: calls that computed.
        currsize: how many values there are, for all processes.
    """

    hits: int
    misses: int
    maxsize: int | None
    currsize: int


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What happened in this process since the beginning or ``cache_clear``.

    Attributes:
        near_hits: answered from the process.
        remote_hits: answered by the server, perhaps after another process had computed.
        waited: answered by a computation that was under way in this process.
        computed: computed here.
        evicted: values dropped by what was stored here, being the least recent.
        errors: times the server did not do what it was asked.
        bad_values: values on the server that were not what this cache writes.
        linked: whether near values may be kept: whether changes of them are being told.
    """

    near_hits: int
    remote_hits: int
    waited: int
    computed: int
    evicted: int
    errors: int
    bad_values: int
    linked: bool


class Tally:
    """Counts, in any thread, without a lock: ``add()`` returns how often it was called before."""

    __slots__ = ("_begin", "_lock", "_looks", "add")

    def __init__(self) -> None:
        self.add = count().__next__
        self._looks = self._begin = 0
        self._lock = threading.Lock()

    def total(self) -> int:
        """Return how often it was added to since the beginning or ``reset``."""
        with self._lock:
            self._looks += 1
            return self.add() + 1 - self._looks - self._begin

    def reset(self) -> None:
        """Begin anew."""
        self._begin += self.total()
