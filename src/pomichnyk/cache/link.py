"""The link: one thread a process and server, which listens and does what nobody waits for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol
from weakref import ref

from pomichnyk.cache.address import Address
from pomichnyk.cache.breaker import Breaker
from pomichnyk.cache.form import DIGEST
from pomichnyk.cache.line import Bell
from pomichnyk.cache.session import Session

_RETRIES = (0.02, 0.05, 0.1, 0.2)
"""Seconds between attempts to reach a lost server; the last goes on."""


class Watcher(Protocol):
    """A cache, as the link sees it."""

    prefix: bytes
    """How the keys of its values begin."""

    @property
    def listens(self) -> bool:
        """Whether it wants to hear of changes."""

    def tracked(self, *, on: bool) -> None:
        """Hear whether changes are told from now on."""

    def changed(self, digest: bytes | None) -> None:
        """Hear which value has changed; None: perhaps all."""

    def touches(self) -> bytes | None:
        """Return the command that tells the server what has been used since, if anything."""

    def shipped(self) -> None:
        """Hear that the server has been told."""


class Link:
    """Keeps one connection, and makes it anew when it breaks.

    Attributes:
        bell: wakes the thread, once there is one.
        client: the number the server gave to the connection; 0 while there is none. Who computes
            a value is known by it: when the process dies, the server forgets the number at once.
        leases: claims to be renewed, by the keys of their flights.
        void: claims to be given back, behind the keys of their flights.
        settle: called now and then, to hear what nobody waits for.
        timeout: seconds to wait for the server to take what is sent.
    """

    def __init__(self, address: Address, settle: Callable[[], None]) -> None:
        self.bell: Bell | None = None
        self.breaker = Breaker(self.wake)
        self.client = 0
        self.leases: dict[bytes, bytes] = {}
        self.void: deque[tuple[bytes, bytes]] = deque()
        self.settle = settle
        self.timeout = address.timeout
        self._address = address
        self._watchers: dict[bytes, tuple[ref[Watcher], ...]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    @property
    def running(self) -> bool:
        """Whether there is a thread."""
        return self._thread is not None

    def watch(self, watcher: Watcher) -> None:
        """Serve a cache from now on."""
        with self._lock:
            others = [one for one in self._watchers.get(watcher.prefix, ()) if one()]
            self._watchers[watcher.prefix] = (*others, ref(watcher))
        self.wake()

    def watchers(self) -> list[Watcher]:
        """Return the caches that are served."""
        with self._lock:
            known = [one for some in self._watchers.values() for one in some]
        return [watcher for one in known if (watcher := one())]

    def start(self) -> None:
        """Start the thread unless it runs."""
        with self._lock:
            if self._thread is None and not self._closed.is_set():
                self.bell = Bell()
                name = "pomichnyk.cache"
                self._thread = threading.Thread(target=self._run, name=name, daemon=True)
                self._thread.start()

    def release(self, flight: bytes, claim: bytes) -> None:
        """Give a claim back as soon as the server can be told."""
        self.void.append((flight, claim))
        self.wake()

    def wake(self) -> None:
        """Let the thread look what is to be done."""
        if self.bell:
            self.bell.ring()

    def close(self) -> None:
        """End the thread, and wait for it."""
        with self._lock:
            self._closed.set()
        self.wake()
        if self._thread:
            self._thread.join()
        self.abandon()

    def abandon(self) -> None:
        """Let go of the bell, and of what is near."""
        self._lost()
        if self.bell:
            self.bell.close()

    def changed(self, keys: Sequence[bytes] | None) -> None:
        """Tell the caches which values have changed; None: perhaps all."""
        if keys is None:
            for watcher in self.watchers():
                watcher.changed(None)
        for key in keys or ():
            for one in self._watchers.get(key[:-DIGEST], ()):
                if concerned := one():
                    concerned.changed(key[-DIGEST:])

    def _run(self) -> None:
        try:
            failures = 0
            while not self._closed.is_set():
                failures = 0 if self._lived() else failures + 1
                self._closed.wait(_RETRIES[min(failures, len(_RETRIES) - 1)])
        finally:
            self._lost()
            self._thread = None

    def _lived(self) -> bool:
        """Keep a connection until it breaks; return whether it could be made."""
        import redis

        begun = False
        try:
            session = Session(self, self._address.open(protocol=3))
            with session.line:
                session.begin()
                begun = True
                while not self._closed.is_set():
                    session.turn()
        except (OSError, redis.RedisError):
            return begun
        finally:
            self._lost()
        return begun

    def _lost(self) -> None:
        self.client = 0
        for watcher in self.watchers():
            watcher.tracked(on=False)
