"""Near: values in the process, each in a cell that is emptied when the value has changed.

Without a server it is the whole cache, and keeps exactly what ``functools.lru_cache`` would: a
look-up only stamps its cell with a rising number; who must go is found by a heap of stamps, where
a cell that has been stamped since is put back, at most once for each look-up.
"""

from __future__ import annotations

import threading
from collections import deque
from heapq import heapify, heappop, heappush
from time import monotonic
from typing import Any

from pomichnyk.cache.cell import FOREVER, MISS, Cell
from pomichnyk.cache.info import Tally

_SLACK = 1000
"""How many entries of cells that are gone a heap may hold beside one for each cell."""


class Near:
    """Cells by their digests, and by plain arguments; as many as are allowed.

    Attributes:
        on: whether values may be kept here: whether changes of them are told.
        alone: whether there is no server beyond.
        quick: cells by arguments, for look-ups that need no digest; none while it is shut.
        waiting: how many stores there are of which it is not known yet what went for them; while
            there are any, a value that is near may be one that went.
        size: how many cells there may be; None: any number.
        stamps: gives the numbers of all uses, in the order of time.
        other_stamps: how many of them were not look-ups by plain arguments.
        evicted: how many values went for others.
    """

    def __init__(self, size: int | None) -> None:
        self.on = self.alone = False
        self.quick: dict[Any, Cell] = {}
        self.waiting = 0
        self.size = size
        self.stamps, self.other_stamps, self.evicted = Tally(), Tally(), Tally()
        self._quick, self._cells = self.quick, dict[bytes, Cell]()
        self._used: deque[Cell] = deque()
        self._ages: list[tuple[int, Cell]] = []
        self._ends: list[tuple[float, int, Cell]] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many values there are that have not expired."""
        with self._lock:
            self._expire()
            return sum(cell.value is not MISS for cell in self._cells.values())

    def stamp(self) -> int:
        """Return a number for a use that is not a look-up by plain arguments."""
        self.other_stamps.add()
        return self.stamps.add()

    def find(self, digest: bytes) -> Cell | None:
        """Return the cell of a digest, if there is one."""
        return self._cells.get(digest)

    def cell(self, digest: bytes) -> Cell:
        """Return the cell of a digest, made if need be; the least recent one goes for it."""
        with self._lock:
            return self._cells.get(digest) or self._made(digest)

    def put(self, digest: bytes, value: Any, end: float = FOREVER) -> None:
        """Keep a value that is told to no server."""
        with self._lock:
            self._expire()
            cell = self._cells.get(digest) or self._made(digest)
            cell.stamp = self.stamp()
            cell.value, cell.end = value, end
            if end != FOREVER:
                heappush(self._ends, (end, cell.stamp, cell))

    def publish(self, cell: Cell, value: Any, changes: int, end: float = FOREVER) -> None:
        """Keep a fetched value, unless it may have changed since ``changes`` was read."""
        if self.on and cell.changes == changes:
            cell.value, cell.end, cell.last = value, end, MISS  # the order matters to who reads
            if cell.changes != changes or not self.on:
                cell.value = MISS

    def shut(self) -> None:
        """Have look-ups wait for what becomes of a store."""
        with self._lock:
            self.waiting += 1
            if self.waiting > 0:
                self.quick = {}

    def reopen(self) -> None:
        """Go on after a store; it may be known of before ``shut``."""
        with self._lock:
            self.waiting -= 1
            if self.waiting <= 0:
                self.quick = self._quick

    def remember(self, cell: Cell, key: Any, kinds: tuple[type, ...]) -> None:
        """Let a cell be found by plain arguments too."""
        with self._lock:
            if self._cells.get(cell.digest) is cell:
                self._forget(cell)
                cell.key, cell.kinds = key, kinds
                self._quick[key] = cell

    def used(self, cell: Cell) -> None:
        """Note that a cell was used, to tell the server; called once between two tellings."""
        cell.clean = False
        self._used.append(cell)

    def touch(self, cell: Cell) -> None:
        """Use a cell."""
        cell.stamp = self.stamp()
        if cell.clean:
            self.used(cell)

    def drain(self) -> dict[bytes, int]:
        """Return the digests of what was used since the last time, and their stamps."""
        stamps = {}
        while self._used:
            cell = self._used.popleft()
            cell.clean = True  # before its stamp is read: a use between is told, perhaps twice
            stamps[cell.digest] = cell.stamp
        return stamps

    def changed(self, digest: bytes | None) -> None:
        """Empty a cell, or all of them: their values are not what they were."""
        if digest is None:
            for cell in list(self._cells.values()):
                cell.empty()
        elif cell_or_none := self._cells.get(digest):
            cell_or_none.empty()
            cell_or_none.last = MISS

    def lost(self) -> None:
        """Keep nothing from now on, but remember what there was for want of anything better."""
        self.on = False
        for cell in list(self._cells.values()):
            cell.last = cell.last if cell.value is MISS else cell.value
            cell.empty()

    def discard(self, digest: bytes) -> bool:
        """Drop a cell; return whether it held a value."""
        with self._lock:
            cell = self._cells.get(digest)
            held = cell is not None and cell.current() is not MISS
            if cell:
                self._drop(cell)
            return held

    def clear(self) -> None:
        """Drop all cells."""
        with self._lock:
            for cell in list(self._cells.values()):
                self._drop(cell)
            self._ages.clear()
            self._ends.clear()

    def reborn(self) -> None:
        """Go on in a process that was forked, perhaps while another thread changed this."""
        torn = self._lock.locked()
        self._lock = threading.Lock()
        self.waiting, self.quick = 0, self._quick
        if torn:
            self._quick.clear()
            self._cells.clear()
            self.clear()

    def _made(self, digest: bytes) -> Cell:
        cell = self._cells[digest] = Cell(digest, self.stamp(), clean=not self.alone)
        if self.size is not None:
            heappush(self._ages, (cell.stamp, cell))
            while len(self._cells) > self.size:
                self._drop(self._oldest())
                self.evicted.add()
            if len(self._ages) > 2 * len(self._cells) + _SLACK:
                self._ages = [(one.stamp, one) for one in self._cells.values()]
                heapify(self._ages)
        return cell

    def _oldest(self) -> Cell:
        while True:
            stamp, cell = heappop(self._ages)
            if self._cells.get(cell.digest) is cell:
                if cell.stamp == stamp:
                    return cell
                heappush(self._ages, (cell.stamp, cell))

    def _expire(self) -> None:
        now = monotonic()
        while self._ends and self._ends[0][0] <= now:
            end, _, cell = heappop(self._ends)
            if cell.end == end and self._cells.get(cell.digest) is cell:
                self._drop(cell)

    def _drop(self, cell: Cell) -> None:
        del self._cells[cell.digest]
        self._forget(cell)
        cell.empty()

    def _forget(self, cell: Cell) -> None:
        if cell.key is not MISS and self._quick.get(cell.key) is cell:
            del self._quick[cell.key]
