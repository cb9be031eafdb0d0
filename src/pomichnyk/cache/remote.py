"""Remote: the values of one cache on the server, shared by all who use its namespace."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Any

from pomichnyk.cache.cell import FOREVER, MISS, Cell
from pomichnyk.cache.codec import Codec
from pomichnyk.cache.errors import BadValueError, CacheUnavailableError
from pomichnyk.cache.info import Tally
from pomichnyk.cache.near import Near
from pomichnyk.cache.options import Options
from pomichnyk.cache.resp import Failure, pack
from pomichnyk.cache.scripts import CLEAR, DISCARD, LEAVE, LOOK, SIZE, STORE, TOUCH, Script
from pomichnyk.cache.server import Server
from pomichnyk.cache.session import LEASE
from pomichnyk.cache.single_flight import PATIENCE, leading
from pomichnyk.cache.steps import Ask, Pause, Steps
from pomichnyk.text import Text

_LEASE_MS = int(LEASE * 1000)
_PAUSES = (0.002, 0.005, 0.005, 0.01)
"""Seconds between two looks whether another's computation is done; the last goes on."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to store a value: nothing was discarded since, nobody else computes it.

    Attributes:
        token: who computes; empty if that does not matter.
        epoch: the number that changes when something is discarded.
    """

    token: bytes
    epoch: int

    @property
    def whole(self) -> bytes:
        """What is written on the server."""
        return b"%d:%b" % (self.epoch, self.token)


class Remote:
    """Looks up, stores and discards; each a generator of steps.

    Attributes:
        prefix: how the keys of the values begin.
    """

    def __init__(
        self, server: Server, namespace: str, options: Options, codec: Codec, near: Near
    ) -> None:
        base = b"{pomichnyk:%b}" % namespace.encode()
        self.prefix = base + b"v:"
        self.bad_values, self.evicted = Tally(), Tally()
        self._base, self._server, self._options, self._codec = base, server, options, codec
        self._near = near
        self._pending: dict[bytes, int] = {}
        self._bound = options.bound or 0
        server.link.watch(self)

    def fetch(self, digest: bytes) -> Steps:
        """Lead to a value, or ``MISS``.

        Raises:
            CacheUnavailableError: the server is lost.
        """
        if self._options.strict:
            return self._value((yield from self._looked(digest, b"", b"")))
        key = self.prefix + digest
        request = b"*2\r\n$3\r\nGET\r\n$%d\r\n%b\r\n" % (len(key), key)
        if self._near.on:
            return (yield from self._near_fetch(request, key, self._near.cell(digest)))
        (data,) = yield Ask(self._server, request)
        return self._used(digest, self._value(data))

    def peek(self, digest: bytes) -> Steps:
        """Lead to a value, or ``MISS``, without a trace.

        Raises:
            CacheUnavailableError: the server is lost.
        """
        (data,) = yield Ask(self._server, pack(b"GET", self.prefix + digest))
        return self._value(data)

    def claim(self, digest: bytes) -> Steps:
        """Lead to a value, if there is one by now, and a claim, if the caller has to compute it.

        Whoever computes it already is waited for, unless his process has died.

        Raises:
            CacheUnavailableError: the server is lost.
        """
        token = b""
        if self._options.stampede == "global":
            token = b"%d:%b" % (self._server.link.client, os.urandom(8).hex().encode())
        dead, end = b"", monotonic() + PATIENCE if leading.get() else FOREVER
        for turn in count():
            reply = yield from self._looked(digest, token, dead)
            if isinstance(reply, int):
                return MISS, self._claimed(digest, Claim(token, reply))
            if isinstance(reply, bytes):
                value = self._used(digest, self._value(reply))
                if value is not MISS:
                    return value, None
                yield from self.discard(digest)
            elif monotonic() > end:
                return MISS, None
            else:
                (holder,) = reply
                dead = yield from self._death(holder)
                if not dead:
                    yield Pause(_PAUSES[min(turn, len(_PAUSES) - 1)])
        raise AssertionError  # pragma: no cover  # the turns have no end

    def store(self, digest: bytes, value: Any, claim: Claim) -> Steps:
        """Store what was computed under a claim.

        Raises:
            CacheUnavailableError: the server is lost.
            SerializationError: the value cannot be kept.
        """
        options = self._options
        ttl = 0
        if options.ttl is not None:
            ttl = max(1, int(options.ttl * 1000 * (1 - options.jitter * random.random())))  # noqa: S311  # no secret
        words = (self._codec.dumps(value), ttl, self._bound, claim.token, claim.epoch)
        touched = self._drained()
        keys = self._keys(digest)
        self._server.link.leases.pop(keys[2], None)
        gone = yield from self._scripted(STORE, keys, *words, digest, self.prefix, *touched)
        for _ in range(gone):
            self.evicted.add()

    def leave(self, digest: bytes, claim: Claim) -> Steps:
        """Give a claim back, without a value.

        Raises:
            CacheUnavailableError: the server is lost.
        """
        if claim.token:
            flight = self._keys(digest)[2]
            self._server.link.leases.pop(flight, None)
            yield from self._scripted(LEAVE, (flight,), claim.whole)

    def discard(self, digest: bytes) -> Steps:
        """Drop a value; lead to whether it was there.

        Raises:
            CacheUnavailableError: the server is lost.
        """
        return bool((yield from self._scripted(DISCARD, self._keys(digest), digest)))

    def clear(self) -> Steps:
        """Drop all values.

        Raises:
            CacheUnavailableError: the server is lost.
        """
        self._pending.clear()
        while (yield from self._scripted(CLEAR, self._keys(b""), self.prefix)):
            pass

    def size(self) -> Steps:
        """Lead to the number of values.

        Raises:
            CacheUnavailableError: the server is lost.
        """
        return (yield from self._scripted(SIZE, self._keys(b"")))

    def key(self, digest: bytes) -> str:
        """Return the key of a value."""
        return (self.prefix + digest).decode()

    def tracked(self, *, on: bool) -> None:
        """Hear whether changes are told from now on."""
        if self._near.on and not on:
            self._near.lost()
        elif on and self._near.size != 0:
            self._near.on = True

    def changed(self, digest: bytes | None) -> None:
        """Hear which value has changed; None: perhaps all."""
        self._near.changed(digest)

    def touches(self) -> bytes | None:
        """Return the command that tells the server what has been used since."""
        digests = self._drained()
        keys = self._keys(b"")[:2]
        return TOUCH.whole(2, *keys, *digests) if digests else None

    def _near_fetch(self, request: bytes, key: bytes, cell: Cell) -> Steps:
        """Fetch a value, and keep it near unless it changes meanwhile."""
        changes, end = cell.changes, FOREVER
        if self._options.ttl is None:
            (data,) = yield Ask(self._server, request)
        else:
            data, left = yield Ask(self._server, request + pack(b"PTTL", key), 2)
            end = monotonic() + left / 1000 if isinstance(left, int) else 0
        value = self._value(data)
        if value is not MISS:
            self._near.publish(cell, value, changes, end)
            self._near.touch(cell)
        return value

    def _looked(self, digest: bytes, token: bytes, dead: bytes) -> Steps:
        touched = digest if self._options.strict else b""
        return self._scripted(LOOK, self._keys(digest)[:4], touched, token, _LEASE_MS, dead)

    def _value(self, data: Any) -> Any:
        if not isinstance(data, bytes):
            return MISS
        try:
            return self._codec.loads(data)
        except BadValueError:
            self.bad_values.add()
            return MISS

    def _used(self, digest: bytes, value: Any) -> Any:
        """Note a use of what is not near, to tell the server soon; a strict cache told it."""
        if value is not MISS and not self._options.strict:
            self._pending[digest] = self._near.stamp()
        return value

    def _claimed(self, digest: bytes, claim: Claim) -> Claim:
        if claim.token:
            self._server.link.leases[self._keys(digest)[2]] = claim.whole
        return claim

    def _death(self, holder: bytes) -> Steps:
        """Lead to the claim of a holder whose process has died, else to nothing."""
        client = holder.split(b":")[1]
        if client == b"0":
            return b""
        (clients,) = yield Ask(self._server, pack(b"CLIENT", b"LIST", b"ID", client))
        return holder if clients == b"" else b""

    def _scripted(self, script: Script, keys: tuple[bytes, ...], *words: bytes | int) -> Steps:
        (reply,) = yield Ask(self._server, script.call(len(keys), *keys, *words))
        if isinstance(reply, Failure) and reply.startswith("NOSCRIPT"):
            (reply,) = yield Ask(self._server, script.whole(len(keys), *keys, *words))
        if isinstance(reply, Failure):
            raise CacheUnavailableError(Text("the cache server refuses: {reply}", reply=str(reply)))
        return reply

    def _drained(self) -> list[bytes]:
        pending, self._pending = self._pending, {}
        stamps = pending | self._near.drain()
        return sorted(stamps, key=stamps.__getitem__)

    def _keys(self, digest: bytes) -> tuple[bytes, bytes, bytes, bytes, bytes]:
        base = self._base
        return self.prefix + digest, base + b"z", base + b"f:" + digest, base + b"e", base + b"x"
