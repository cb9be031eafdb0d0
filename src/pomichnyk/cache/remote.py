"""Remote: the values of one cache on the server, shared by all who use its namespace."""

from __future__ import annotations

import random
import threading
from functools import partial
from time import monotonic
from typing import Any

from pomichnyk.cache.cell import FOREVER, MISS
from pomichnyk.cache.claims import Claim, Claims
from pomichnyk.cache.codec import Codec
from pomichnyk.cache.errors import BadValueError, CacheUnavailableError
from pomichnyk.cache.form import DIGEST, Form, Hole, Keyed
from pomichnyk.cache.info import Tally
from pomichnyk.cache.near import Near
from pomichnyk.cache.options import Options
from pomichnyk.cache.resp import WAIT, Failure
from pomichnyk.cache.scripts import (
    CLEAR,
    DISCARD,
    SIZE,
    STORE,
    STORE_MORTAL,
    TOUCH,
    Script,
    called,
    refused,
)
from pomichnyk.cache.server import Server
from pomichnyk.cache.steps import Ask, Pause, Steps, Tell

_TURN, _TURNS = 0.0005, 40
"""Seconds to wait at a time until the link has shipped, and how often."""
_LOG = 500 * DIGEST
"""Bytes of uses after which the server is told to put them in order; a store does so too."""


class Remote:
    """Looks up, stores and discards; each a generator of steps.

    All of them raise ``CacheUnavailableError`` when the server is lost.

    Attributes:
        prefix: how the keys of the values begin.
        bad_values: how many were not what this cache writes.
        evicted: how many went for others.
    """

    def __init__(
        self, server: Server, namespace: str, options: Options, codec: Codec, near: Near
    ) -> None:
        base = b"{pomichnyk:%b}" % namespace.encode()
        uses, last, log, epoch, expiries = (
            base + letter for letter in (b"z", b"c", b"l", b"e", b"x")
        )
        value = Keyed(base + b"v:")
        self.prefix = value.prefix
        self._claims = Claims(server, base, value, options)
        self.bad_values, self.evicted = Tally(), Tally()
        self._server, self._options, self._codec, self._near = server, options, codec, near
        self._pending: dict[bytes, int] = {}
        self._shipping = self._known = False
        self._handing = threading.Lock()
        self._uses, self._last, self._log = uses, last, log
        self._epoch, self._expiries = epoch, expiries
        self._storing = STORE if options.ttl is None else STORE_MORTAL
        keys = (uses, last, epoch, value, Keyed(self._claims.flights), log)
        mortal = (expiries,) * (options.ttl is not None)
        beyond = b"%d" % (-1 - options.bound) if options.bound else b""
        stored = (value.prefix, beyond, Keyed(), Hole, Hole, Hole, Hole, Hole)
        self._store_form = Form(
            b"EVALSHA", self._storing.sha, len(keys + mortal), *keys, *mortal, *stored
        )
        self._log_form = Form(b"APPEND", log, Keyed())
        self._get_form = Form(b"GET", value)
        self._left_form = Form(b"PTTL", value)
        server.link.watch(self)

    def fetch(self, digest: bytes) -> Steps:
        """Lead to a value, or ``MISS``."""
        request = self._get_form.filled(digest)
        if self._options.strict:
            return (yield from self._strictly_fetched(digest, request))
        if self._near.on:
            return (yield from self._near_fetched(digest, request))
        (data,) = yield Ask(self._server, request)
        return self._used(digest, self._value(digest, data))

    def peek(self, digest: bytes) -> Steps:
        """Lead to a value, or ``MISS``, without a trace."""
        (data,) = yield Ask(self._server, self._get_form.filled(digest))
        return self._value(digest, data)

    def claim(self, digest: bytes) -> Steps:
        """Lead to a value, if there is one by now, and a claim, if the caller has to compute it."""
        while True:
            found = yield from self._claims.take(digest)
            if not isinstance(found, bytes):
                return MISS, found
            value = self._value(digest, found)
            if value is not MISS:
                return value if self._options.strict else self._used(digest, value), None
            yield from self.discard(digest)

    def store(self, digest: bytes, value: Any, claim: Claim) -> Steps:
        """Store what was computed under a claim.

        Raises:
            SerializationError: the value cannot be kept.
        """
        data, (words, epoch) = self._codec.dumps(value, self.prefix + digest), claim
        touched = self._taken()
        if touched is None:
            touched = yield from self._taken_later()
        ttl = self._ttl()
        filled = (len(epoch), epoch, len(words), words, len(data), data, len(ttl), ttl)
        request = self._store_form.filled(digest, digest, digest, *filled, len(touched), touched)
        self._claims.used(digest)
        try:
            if self._known and self._options.on_error != "raise":
                reply = yield Tell(self._server, request, partial(self._heard, digest, claim))
            else:
                reply = yield from called(self._server, self._storing, request)
        except CacheUnavailableError:
            self._claims.void(digest, claim)
            raise
        if reply is WAIT:
            self._near.shut()
        else:
            self._known = True
            self._stored(digest, claim, reply)

    def leave(self, digest: bytes, claim: Claim) -> Steps:
        """Give a claim back, without a value."""
        return self._claims.leave(digest, claim)

    def discard(self, digest: bytes) -> Steps:
        """Drop a value; lead to whether it was there."""
        return bool((yield from self._called(DISCARD, self._keys(digest), digest)))

    def settle(self) -> None:
        """Hear what became of what was to be stored."""
        self._server.settle()

    def clear(self) -> Steps:
        """Drop all values."""
        self._pending.clear()
        while (yield from self._called(CLEAR, self._keys(b""), self.prefix)):
            pass

    def size(self) -> Steps:
        """Lead to the number of values."""
        return (yield from self._called(SIZE, self._keys(b"")))

    @property
    def listens(self) -> bool:
        """Whether it wants to hear of changes."""
        return self._options.near_bound != 0

    def tracked(self, *, on: bool) -> None:
        """Hear whether changes are told from now on."""
        if not on:
            self._shipping = False
            if self._near.on:
                self._near.lost()
        elif self.listens:
            self._near.on = True

    def changed(self, digest: bytes | None) -> None:
        """Hear which value has changed; None: perhaps all."""
        self._near.changed(digest)

    def touches(self) -> bytes | None:
        """Return the command that tells the server what has been used since."""
        with self._handing:
            digests = self._drained()
            self._shipping = bool(digests)
        return TOUCH.whole(3, self._uses, self._last, self._log, digests) if digests else None

    def shipped(self) -> None:
        """Hear that the server has been told."""
        self._shipping = False

    def _strictly_fetched(self, digest: bytes, request: bytes) -> Steps:
        """Fetch a value, and tell of its use before: no store is to come between and drop it."""
        size, data = yield Ask(self._server, self._log_form.filled(digest) + request, 2)
        if isinstance(size, Failure):
            raise refused(size)
        if size % _LOG == 0:
            yield from self._called(TOUCH, (self._uses, self._last, self._log), b"")
        return self._value(digest, data)

    def _near_fetched(self, digest: bytes, request: bytes) -> Steps:
        """Fetch a value, and keep it near unless it changes meanwhile."""
        cell = self._near.cell(digest)
        changes, end = cell.changes, FOREVER
        if self._options.ttl is None:
            (data,) = yield Ask(self._server, request)
        else:
            request += self._left_form.filled(digest)
            data, left = yield Ask(self._server, request, 2)
            end = monotonic() + left / 1000 if isinstance(left, int) else 0
        value = self._value(digest, data)
        if value is not MISS:
            self._near.publish(cell, value, changes, end)
            self._near.touch(cell)
        return value

    def _value(self, digest: bytes, data: Any) -> Any:
        if not isinstance(data, bytes):
            return MISS
        try:
            return self._codec.loads(data, self.prefix + digest)
        except BadValueError:
            self.bad_values.add()
            return MISS

    def _used(self, digest: bytes, value: Any) -> Any:
        """Note a use of what is not near, to tell the server soon."""
        if value is not MISS:
            self._pending[digest] = self._near.stamp()
        return value

    def _called(self, script: Script, keys: tuple[bytes, ...], *words: bytes) -> Steps:
        return called(self._server, script, script.call(len(keys), *keys, *words))

    def _taken(self) -> bytes | None:
        """Take what was used since, unless the link ships: that must not arrive after a store."""
        with self._handing:
            return None if self._shipping else self._drained()

    def _taken_later(self) -> Steps:
        """Lead to it when the link has shipped."""
        for _ in range(_TURNS):
            yield Pause(_TURN)
            touched = self._taken()
            if touched is not None:
                return touched
        return b""

    def _drained(self) -> bytes:
        stamps = self._near.drain()
        if self._pending:
            pending, self._pending = self._pending, {}
            stamps = pending | stamps
        digests = sorted(stamps, key=stamps.__getitem__)
        return b"".join(digests)

    def _heard(self, digest: bytes, claim: Claim, reply: Any) -> None:
        """Hear what became of a value that was to be stored, after others went on."""
        self._stored(digest, claim, reply)
        self._near.reopen()

    def _stored(self, digest: bytes, claim: Claim, gone: Any) -> None:
        """Hear which values went for one that was stored, or why it was not."""
        if isinstance(gone, Failure):
            self._known = False
            self._claims.void(digest, claim)
            self._near.changed(None)  # it may have been stored all the same, and others be gone
        for at in range(0, len(gone), DIGEST) if isinstance(gone, bytes) else ():
            self.evicted.add()
            self._near.changed(gone[at : at + DIGEST])  # of which the link may tell too late

    def _keys(self, digest: bytes) -> tuple[bytes, ...]:
        value, flight = self.prefix + digest, self._claims.flights + digest
        return self._uses, self._last, self._epoch, value, flight, self._log, self._expiries

    def _ttl(self) -> bytes:
        ttl, jitter = self._options.ttl, self._options.jitter
        if ttl is None:
            return b"0"
        return b"%d" % max(1, ttl * 1000 * (1 - jitter * random.random()))  # noqa: S311  # no secret
