"""A cell: one value that is near, or was."""

from __future__ import annotations

from time import monotonic
from typing import Any, Final


class _Miss:
    """The type of ``MISS``."""

    def __repr__(self) -> str:
        return "MISS"


MISS: Final[Any] = _Miss()
"""Stands for no value, since None is one."""
FOREVER = float("inf")


class Cell:
    """Holds one value; read without a lock, by one attribute.

    Attributes:
        value: the value, or ``MISS``.
        end: when it expires, by ``time.monotonic``.
        stamp: a number that rises with every use of any cell.
        clean: whether a use need be told to the server.
        changes: how often it was emptied; who fetches a value looks whether it has risen meanwhile.
        last: the last value there was when the server was lost, or ``MISS``.
        key: the plain arguments it is found by, or ``MISS``.
        kinds: their types.
    """

    __slots__ = ("changes", "clean", "digest", "end", "key", "kinds", "last", "stamp", "value")

    def __init__(self, digest: bytes, stamp: int, *, clean: bool) -> None:
        self.digest, self.stamp, self.clean = digest, stamp, clean
        self.value = self.last = self.key = MISS
        self.end = FOREVER
        self.changes = 0
        self.kinds: tuple[type, ...] = ()

    def current(self) -> Any:
        """Return the value unless it has expired."""
        if self.end is FOREVER or monotonic() < self.end:
            return self.value
        return MISS

    def empty(self) -> None:
        """Let nobody have the value, nor put one here who fetched it before."""
        self.changes += 1
        self.value = MISS
