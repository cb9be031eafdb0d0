"""A session: one life of the link's connection, from its first word until it breaks."""

from __future__ import annotations

import time
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from pomichnyk.cache.line import Line
from pomichnyk.cache.resp import Failure, Push, Wire, pack
from pomichnyk.cache.scripts import KEEP, LEAVE

if TYPE_CHECKING:
    from pomichnyk.cache.link import Link, Watcher

FLUSH = 0.05
"""Seconds between two shipments of touches."""
BREATH = 0.001
"""Seconds in which what comes is taken at once: each waking costs who computes its turn."""
HEARTBEAT = 0.5
"""Seconds of silence after which the server is asked whether it lives; after as many again
without a word it is given up, and with it all near values."""
LEASE = 10.0
"""Seconds after which a computation may be done anew if nobody renews its lease."""


class Session:
    """Hears which values have changed, ships touches, renews leases, and feels the pulse."""

    def __init__(self, link: Link, wire: Wire) -> None:
        self._link = link
        self._tracked: dict[bytes, bool] = {}
        self._probed = self._asked = False
        self._heard = monotonic()
        self._flushed = self._renewed = self._heard
        assert link.bell
        self.line = Line(wire, link.bell, link.timeout, self._pushed)

    def begin(self) -> None:
        """Say who asks; the server lives, so everybody may ask."""
        self.line.ask(pack(b"CLIENT", b"ID"), self._numbered)
        self._link.breaker.heal()

    def turn(self) -> None:
        """Do what is due, and hear until the next is, or nothing more comes.

        Raises:
            OSError: the connection is broken, or silent for too long.
        """
        now = monotonic()
        self._track()
        self._probe()
        busy = self._flush(now)
        self._renew(now)
        self._release()
        self._link.settle()
        self._feel(now)
        seconds = FLUSH if busy else HEARTBEAT / 2
        while self.line.wait(seconds):
            self._heard, self._asked = monotonic(), False
            time.sleep(BREATH)
            seconds = 0.0
            if self._heard > self._flushed + FLUSH:
                break

    def _track(self) -> None:
        for watcher in filter(_listens, self._link.watchers()):
            prefix = watcher.prefix
            if prefix not in self._tracked:
                self._tracked[prefix] = False
                words = (b"CLIENT", b"TRACKING", b"ON", b"BCAST", b"PREFIX", prefix)
                self.line.ask(pack(*words), partial(self._tracks, prefix))
            elif self._tracked[prefix]:
                watcher.tracked(on=True)

    def _tracks(self, prefix: bytes, reply: Any) -> None:
        self._tracked[prefix] = not isinstance(reply, Failure)
        self._link.wake()

    def _probe(self) -> None:
        if not self._link.breaker.closed and not self._probed:
            self._probed = True
            self.line.ask(pack(b"PING"), self._healed)

    def _healed(self, _reply: Any) -> None:
        self._probed = False
        self._link.breaker.heal()

    def _flush(self, now: float) -> bool:
        """Ship touches if it is time; return whether any may come soon."""
        if now - self._flushed < FLUSH:
            return True
        self._flushed, busy = now, False
        for watcher in self._link.watchers():
            if command := watcher.touches():
                self.line.ask(command, partial(_shipped, watcher))
                busy = True
        return busy

    def _renew(self, now: float) -> None:
        if now - self._renewed > LEASE / 4:
            self._renewed = now
            for flight, claim in list(self._link.leases.items()):
                self.line.ask(KEEP.whole(1, flight, claim, int(LEASE * 1000)), _ignored)

    def _release(self) -> None:
        while self._link.void:
            self.line.ask(LEAVE.whole(1, *self._link.void.popleft()), _ignored)

    def _feel(self, now: float) -> None:
        silence = now - self._heard
        if silence > 2 * HEARTBEAT:
            raise TimeoutError("the server says nothing")
        if silence > HEARTBEAT and not self._asked:
            self._asked = True
            self.line.ask(pack(b"PING"), _ignored)

    def _numbered(self, reply: Any) -> None:
        self._link.client = reply if isinstance(reply, int) else 0

    def _pushed(self, push: Push) -> None:
        kind, keys = push
        if kind == b"invalidate":
            self._link.changed(keys)


def _listens(watcher: Watcher) -> bool:
    return watcher.listens


def _shipped(watcher: Watcher, _reply: Any) -> None:
    watcher.shipped()


def _ignored(_reply: Any) -> None:
    """Take a reply that says nothing new."""
