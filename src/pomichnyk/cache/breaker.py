"""A breaker: after one failure nobody waits for the server again, until it answers."""

from __future__ import annotations

from collections.abc import Callable


class Breaker:
    """Says whether the server is to be asked at all.

    Callers open it; only the link, which goes on asking in the background, closes it again.

    Attributes:
        closed: whether the server is to be asked; read at every look-up.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self.closed = True
        self._wake = wake

    def trip(self) -> None:
        """Let nobody ask from now on, and have the link try when it answers again."""
        self.closed = False
        self._wake()

    def heal(self) -> None:
        """Let everybody ask again."""
        self.closed = True
