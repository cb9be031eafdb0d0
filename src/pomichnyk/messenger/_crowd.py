"""The connections that a server waits for: those amid their message, and those yet to leave."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from selectors import EVENT_READ, BaseSelector
from time import monotonic

from pomichnyk.errors import PomichnykError, UnavailableError
from pomichnyk.messenger._connection import Connection
from pomichnyk.text import Text

GRACE = 1.0
"""Seconds that a connection has to send its message, however crowded it is."""
LINGER = 2.0
"""Seconds that a client has to read its answer and leave."""
HELD = 64_000_000
"""Bytes of unfinished messages held at once, of all connections together."""

_BUSY = UnavailableError(Text("too much comes at once"))
_LATE = UnavailableError(Text("the message did not come in time"))


class Crowd:
    """Watches connections, the oldest first, and gives up those that take too long."""

    def __init__(self, selector: BaseSelector, deadline: float) -> None:
        self._selector, self._deadline = selector, deadline
        self._open: OrderedDict[Connection, None] = OrderedDict()
        self._leaving: OrderedDict[Connection, None] = OrderedDict()
        self._held = 0

    def __len__(self) -> int:
        return len(self._open) + len(self._leaving)

    def hold(self, connection: Connection, hear: Callable[[Connection], None]) -> None:
        """Watch a connection of which more is to come, and hear it when it does."""
        if not connection.watched:
            connection.watched = True
            connection.ends = monotonic() + self._deadline
            self._open[connection] = None
            self._selector.register(connection.socket, EVENT_READ, partial(hear, connection))
        self._held += len(connection) - connection.held
        connection.held = len(connection)
        while self._held > HELD:
            self.refuse(next(iter(self._open)), _BUSY)

    def part(self, connection: Connection) -> None:
        """Watch a connection no longer."""
        if connection.watched:
            connection.watched = False
            self._held -= connection.held
            self._open.pop(connection, None)
            self._leaving.pop(connection, None)
            self._selector.unregister(connection.socket)

    def drop(self, connection: Connection) -> None:
        """Have done with a connection."""
        self.part(connection)
        connection.close()

    def refuse(self, connection: Connection, reason: PomichnykError) -> None:
        """Say why a message is not taken, and give its client the time to read it."""
        connection.refuse(reason)
        if connection.heard_out:
            self.drop(connection)
            return
        self.part(connection)
        connection.watched, connection.held = True, 0
        connection.ends = monotonic() + LINGER
        self._leaving[connection] = None
        self._selector.register(connection.socket, EVENT_READ, partial(self._see_off, connection))

    def made_room(self) -> bool:
        """Give up the connection that is nearest to its end, if it had its time."""
        if self._leaving:
            self.drop(next(iter(self._leaving)))
            return True
        oldest = next(iter(self._open), None)
        if oldest is None or oldest.ends - self._deadline + GRACE > monotonic():
            return False
        oldest.refuse(_BUSY)
        self.drop(oldest)
        return True

    def ends(self) -> list[float]:
        """Return the moments at which ``expire`` has something to do, by ``time.monotonic``."""
        return [next(iter(group)).ends for group in (self._open, self._leaving) if group]

    def expire(self, now: float) -> None:
        """Give up the connections whose time is over."""
        while self._open and (oldest := next(iter(self._open))).ends <= now:
            self.refuse(oldest, _LATE)
        while self._leaving and (oldest := next(iter(self._leaving))).ends <= now:
            self.drop(oldest)

    def disperse(self, reason: PomichnykError) -> None:
        """Refuse and drop them all."""
        for connection in self._open:
            connection.refuse(reason)
        self.close()

    def close(self) -> None:
        """Drop them all, without a word."""
        for connection in (*self._open, *self._leaving):
            self.drop(connection)

    def _see_off(self, connection: Connection) -> None:
        if connection.has_left():
            self.drop(connection)
