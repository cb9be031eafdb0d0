"""Claims: the right to compute a value, which one caller of all processes has.

A claim lies on the server under the key of its flight, and says whose it is: by the number of the
holder's link, which the server forgets when his process dies. It is given back with the value, or
without one, and runs out if nobody renews it.
"""

from __future__ import annotations

import os
from itertools import count
from time import monotonic
from typing import NamedTuple

from pomichnyk.cache.cell import FOREVER
from pomichnyk.cache.form import Form, Hole, Keyed
from pomichnyk.cache.options import Options
from pomichnyk.cache.resp import pack
from pomichnyk.cache.scripts import LEAVE, LOOK, called
from pomichnyk.cache.server import Server
from pomichnyk.cache.session import LEASE
from pomichnyk.cache.single_flight import PATIENCE, leading
from pomichnyk.cache.steps import Ask, Pause, Steps

_LEASE = int(LEASE * 1000)
_PAUSES = (0.002, 0.005, 0.005, 0.01)
"""Seconds between two looks whether another's computation is done; the last goes on."""
_TURN, _TURNS = 0.0005, 40
"""Seconds to wait at a time for the link, and how often."""
_number = count().__next__


class Claim(NamedTuple):
    """The right to store a value.

    Attributes:
        words: what is written on its flight, or nothing if anybody may compute it.
        epoch: when it was given.
    """

    words: bytes
    epoch: bytes


class Claims:
    """The claims of one cache; each method is a generator of steps, but for ``void``.

    Attributes:
        flights: how the keys of the flights begin.
    """

    def __init__(self, server: Server, base: bytes, value: Keyed, options: Options) -> None:
        flight = Keyed(base + b"f:")
        self.flights = flight.prefix
        self._server, self._shared = server, options.stampede == "global"
        self._strict = options.strict
        keys = (base + b"e", value, flight) + (base + b"l",) * options.strict
        words = (Hole, _LEASE, Hole) + (Keyed(),) * options.strict
        self._form = Form(b"EVALSHA", LOOK.sha, len(keys), *keys, *words)

    def take(self, digest: bytes) -> Steps:
        """Lead to what is stored by now, or to a claim, or to None: compute it, and keep it not.

        Where uses are told at once, finding it is told as one.

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
            known = (digest,) * self._strict
            request = self._form.filled(digest, digest, len(token), token, len(dead), dead, *known)
            reply = yield from called(self._server, LOOK, request)
            if isinstance(reply, int):
                return self._taken(digest, token, b"%d" % reply)
            if isinstance(reply, bytes):
                return reply
            if monotonic() > end:
                return None
            dead = yield from self._death(*reply)
            if not dead:
                yield Pause(_PAUSES[min(turn, len(_PAUSES) - 1)])
        raise AssertionError  # pragma: no cover  # turns have no end

    def used(self, digest: bytes) -> None:
        """Renew a claim no longer: its value is being stored."""
        self._server.link.leases.pop(self.flights + digest, None)

    def leave(self, digest: bytes, claim: Claim) -> Steps:
        """Give a claim back, without a value."""
        self.used(digest)
        if claim.words:
            request = LEAVE.call(1, self.flights + digest, claim.words)
            try:
                yield from called(self._server, LEAVE, request)
            except BaseException:  # a task may be cancelled once more
                self.void(digest, claim)
                raise

    def void(self, digest: bytes, claim: Claim) -> None:
        """Have a claim given back that could not be used: others would wait for it."""
        if claim.words:
            self._server.link.release(self.flights + digest, claim.words)

    def _taken(self, digest: bytes, token: bytes, epoch: bytes) -> Claim:
        if not token:
            return Claim(b"", epoch)
        words = b"%b:%b" % (epoch, token)
        self._server.link.leases[self.flights + digest] = words
        return Claim(words, epoch)

    def _linked(self) -> Steps:
        """Wait for the number of the link, by which others see that who computes still lives.

        The first call of a process comes before it, a little.
        """
        link = self._server.link
        for _ in range(_TURNS):
            if link.client or not link.breaker.closed:
                break
            yield Pause(_TURN)

    def _death(self, holder: bytes) -> Steps:
        """Lead to the claim of a holder whose process has died, else to nothing."""
        client = holder.split(b":")[1]
        if client == b"0":  # it had no link; its lease will run out
            return b""
        (clients,) = yield Ask(self._server, pack(b"CLIENT", b"LIST", b"ID", client))
        return holder if clients == b"" else b""


_process = os.urandom(6).hex().encode()


def _reborn() -> None:
    global _process  # noqa: PLW0603  # a forked process must not claim in its parent's name
    _process = os.urandom(6).hex().encode()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reborn)
