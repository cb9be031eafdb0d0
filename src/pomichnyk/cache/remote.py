"""Remote: the values of one cache on the server, shared by all who use its namespace."""

from __future__ import annotations

import os
import random
import threading
from functools import partial
from itertools import count
from time import monotonic
from typing import Any

from pomichnyk.cache.cell import FOREVER, MISS
from pomichnyk.cache.codec import Codec
from pomichnyk.cache.errors import BadValueError, CacheUnavailableError
from pomichnyk.cache.form import DIGEST, Form, Hole, Keyed
from pomichnyk.cache.info import Tally
from pomichnyk.cache.near import Near
from pomichnyk.cache.options import Options
from pomichnyk.cache.resp import WAIT, Failure, pack
from pomichnyk.cache.scripts import (
    CLEAR,
    DISCARD,
    LEAVE,
    LOOK,
    SIZE,
    STORE,
    STORE_MORTAL,
    TOUCH,
    Script,
)
from pomichnyk.cache.server import Server
from pomichnyk.cache.session import LEASE
from pomichnyk.cache.single_flight import PATIENCE, leading
from pomichnyk.cache.steps import Ask, Pause, Steps, Tell
from pomichnyk.text import Text

Claim = tuple[bytes, bytes]
"""The right to store a value: what is written on its flight, or nothing if anybody may compute it;
and the epoch it was given in."""
_LEASE = int(LEASE * 1000)
_PAUSES = (0.002, 0.005, 0.005, 0.01)
"""Seconds between two looks whether another's computation is done; the last goes on."""
_TURN, _TURNS = 0.0005, 40
"""Seconds to wait at a time for the link, and how often."""
_LOG = 500 * DIGEST
"""Bytes of uses after which the server is told to put them in order; a store does so too."""
_number = count().__next__


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
        value, flight = Keyed(base + b"v:"), Keyed(base + b"f:")
        self.prefix, self._flight = value.prefix, flight.prefix
        self.bad_values, self.evicted = Tally(), Tally()
        self._server, self._options, self._codec, self._near = server, options, codec, near
        self._pending: dict[bytes, int] = {}
        self._shipping = self._known = False
        self._handing = threading.Lock()
        self._uses, self._last, self._log = uses, last, log
        self._epoch, self._expiries = epoch, expiries
        self._shared = options.stampede == "global"
        self._storing = STORE if options.ttl is None else STORE_MORTAL
        keys = (uses, last, epoch, value, flight, log) + (expiries,) * (options.ttl is not None)
        beyond = b"%d" % (-1 - options.bound) if options.bound else b""
        stored = (value.prefix, beyond, Keyed(), Hole, Hole, Hole, Hole, Hole)
        self._store_form = Form(b"EVALSHA", self._storing.sha, len(keys), *keys, *stored)
        looked = (epoch, value, flight, Hole, _LEASE, Hole)
        self._look_form = Form(b"EVALSHA", LOOK.sha, 3, *looked)
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
        """Lead to a value, if there is one by now, and a claim, if the caller has to compute it.

        Whoever computes it already is waited for, unless his process has died.
        """
        token = b""
        if self._shared:
            if not self._server.link.client:
                yield from self._linked()
            token = b"%d:%b-%d" % (self._server.link.client, _process, _number())
        dead, alone = b"", len(leading.get()) <= 1  # which is what this is for
        end = FOREVER if alone else monotonic() + PATIENCE
        for turn in count():
            request = self._look_form.filled(digest, digest, len(token), token, len(dead), dead)
            (reply,) = yield Ask(self._server, request)
            if isinstance(reply, Failure):
                reply = yield from self._loaded(LOOK, request, reply)
            if isinstance(reply, int):
                return MISS, self._claimed(digest, token, b"%d" % reply)
            if isinstance(reply, bytes):
                value = yield from self._found(digest, reply)
                if value is not MISS:
                    return value, None
                yield from self.discard(digest)
            elif monotonic() > end:
                return MISS, None
            else:
                dead = yield from self._death(*reply)
                if not dead:
                    yield Pause(_PAUSES[min(turn, len(_PAUSES) - 1)])
        raise AssertionError  # pragma: no cover  # turns have no end

    def store(self, digest: bytes, value: Any, claim: Claim) -> Steps:
        """Store what was computed under a claim.

        Raises:
            SerializationError: the value cannot be kept.
        """
        data, (whole, epoch) = self._codec.dumps(value, self.prefix + digest), claim
        touched = self._taken()
        if touched is None:
            touched = yield from self._taken_later()
        ttl = self._ttl()
        filled = (len(epoch), epoch, len(whole), whole, len(data), data, len(ttl), ttl)
        request = self._store_form.filled(digest, digest, digest, *filled, len(touched), touched)
        self._server.link.leases.pop(self._flight + digest, None)
        try:
            if self._known and self._options.on_error != "raise":
                reply = yield Tell(self._server, request, partial(self._heard, digest, whole))
            else:
                reply = yield from self._scripted(self._storing, request)
        except CacheUnavailableError:
            self._released(digest, whole)
            raise
        if reply is WAIT:
            self._near.shut()
        else:
            self._known = True
            self._stored(digest, whole, reply)

    def leave(self, digest: bytes, claim: Claim) -> Steps:
        """Give a claim back, without a value."""
        whole, _ = claim
        if whole:
            flight = self._flight + digest
            self._server.link.leases.pop(flight, None)
            try:
                yield from self._called(LEAVE, (flight,), whole)
            except BaseException:  # a task may be cancelled once more
                self._released(digest, whole)
                raise

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
            raise _refused(size)
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

    def _found(self, digest: bytes, data: bytes) -> Steps:
        """Lead to a value that was there when it was to be computed, and note the use."""
        if self._options.strict:
            return (yield from self.fetch(digest))
        return self._used(digest, self._value(digest, data))

    def _used(self, digest: bytes, value: Any) -> Any:
        """Note a use of what is not near, to tell the server soon."""
        if value is not MISS:
            self._pending[digest] = self._near.stamp()
        return value

    def _linked(self) -> Steps:
        """Wait for the number of the link, by which others see that who computes still lives.

        The first call of a process comes before it, a little.
        """
        link = self._server.link
        for _ in range(_TURNS):
            if link.client or not link.breaker.closed:
                break
            yield Pause(_TURN)

    def _claimed(self, digest: bytes, token: bytes, epoch: bytes) -> Claim:
        if not token:
            return b"", epoch
        claim = b"%b:%b" % (epoch, token)
        self._server.link.leases[self._flight + digest] = claim
        return claim, epoch

    def _death(self, holder: bytes) -> Steps:
        """Lead to the claim of a holder whose process has died, else to nothing."""
        client = holder.split(b":")[1]
        if client == b"0":  # it had no link; its lease will run out
            return b""
        (clients,) = yield Ask(self._server, pack(b"CLIENT", b"LIST", b"ID", client))
        return holder if clients == b"" else b""

    def _called(self, script: Script, keys: tuple[bytes, ...], *words: bytes) -> Steps:
        return self._scripted(script, script.call(len(keys), *keys, *words))

    def _scripted(self, script: Script, request: bytes) -> Steps:
        (reply,) = yield Ask(self._server, request)
        if isinstance(reply, Failure):
            reply = yield from self._loaded(script, request, reply)
        return reply

    def _loaded(self, script: Script, request: bytes, reply: Any) -> Steps:
        """Lead to the reply of a server that did not know the script."""
        if reply.startswith("NOSCRIPT"):
            _, reply = yield Ask(self._server, script.load() + request, 2)
        if isinstance(reply, Failure):
            raise _refused(reply)
        return reply

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

    def _heard(self, digest: bytes, claim: bytes, reply: Any) -> None:
        """Hear what became of a value that was to be stored, after others went on."""
        self._stored(digest, claim, reply)
        self._near.reopen()

    def _stored(self, digest: bytes, claim: bytes, gone: Any) -> None:
        """Hear which values went for one that was stored, or why it was not."""
        if isinstance(gone, Failure):
            self._known = False
            self._released(digest, claim)
            self._near.changed(None)  # it may have been stored all the same, and others be gone
        for at in range(0, len(gone), DIGEST) if isinstance(gone, bytes) else ():
            self.evicted.add()
            self._near.changed(gone[at : at + DIGEST])  # of which the link may tell too late

    def _released(self, digest: bytes, claim: bytes) -> None:
        """Have a claim given back that could not be used: others would wait for it."""
        if claim:
            self._server.link.release(self._flight + digest, claim)

    def _keys(self, digest: bytes) -> tuple[bytes, ...]:
        value, flight = self.prefix + digest, self._flight + digest
        return self._uses, self._last, self._epoch, value, flight, self._log, self._expiries

    def _ttl(self) -> bytes:
        ttl, jitter = self._options.ttl, self._options.jitter
        if ttl is None:
            return b"0"
        return b"%d" % max(1, ttl * 1000 * (1 - jitter * random.random()))  # noqa: S311  # no secret


def _refused(reply: Failure) -> CacheUnavailableError:
    return CacheUnavailableError(Text("the cache server refuses: {reply}", reply=str(reply)))


_process = os.urandom(6).hex().encode()


def _reborn() -> None:
    global _process  # noqa: PLW0603  # a forked process must not claim in its parent's name
    _process = os.urandom(6).hex().encode()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reborn)
