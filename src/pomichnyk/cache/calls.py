"""Calls: how a call of a cached function is answered.

From the process, else by the server, else by somebody's computation that is under way, else by
one's own; each written as steps, so that coroutine functions go the same way.
"""

from __future__ import annotations

import os
import random
from binascii import b2a_hex
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from pomichnyk.cache.cell import FOREVER, MISS, Cell
from pomichnyk.cache.errors import CacheUnavailableError
from pomichnyk.cache.info import CacheInfo, CacheStats, Tally
from pomichnyk.cache.keys import digest, keymaker
from pomichnyk.cache.near import Near
from pomichnyk.cache.options import Options
from pomichnyk.cache.single_flight import PATIENCE, Flight, Flights, leading
from pomichnyk.cache.steps import Compute, Steps, Wait
from pomichnyk.cache.version import class_fingerprint, fingerprint

if TYPE_CHECKING:
    from pomichnyk.cache.claims import Claim
    from pomichnyk.cache.remote import Remote

ENVIRONMENT = "POMICHNYK_REDIS"
"""The variable that says where the server is, if the decorator does not."""
_PLAIN = {bool, bytes, float, int, str, type(None)}
"""Types whose equal values, of one type, are one argument; but for floats, see ``_is_plain``."""


class Calls:
    """Answers the calls of one function.

    Attributes:
        near: what is in the process.
    """

    def __init__(self, function: Callable[..., Any], options: Options, *, bound: bool) -> None:
        self.near = Near(options.bound)
        self._function, self._options = function, options
        code = class_fingerprint if options.version == "auto" else None
        self._key = keymaker(function, typed=options.typed, key=options.key, bound=bound, code=code)
        self._version: bytes | None = None
        self._flights = Flights()
        self._remote: Remote | None = None
        self._settled = False
        self._found = True
        self._discarded = 0
        self._near_hits, self._remote_hits = Tally(), Tally()
        self._waited, self._computed, self._errors = Tally(), Tally(), Tally()
        _all.add(self)

    def answer(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], quick: Any = MISS, values: Any = ()
    ) -> Steps:
        """Lead to what the function returns for these arguments.

        ``quick`` is what the cell is to be found by the next time, if ``values``, all of the
        call's, are plain.
        """
        if self._options.bound == 0:
            self._computed.add()
            return (yield Compute(self._function, args, kwargs))
        code = self.digest(args, kwargs)
        remote = self._remote if self._settled else self._place()
        if self.near.on:
            value = self._nearby(code, quick, values)
            if value is not MISS:
                self._near_hits.add()
                return value
        if remote is not None and self._found:
            value = yield from self._fetched(remote, code)
            if value is not MISS:
                return value
        return (yield from self._flown(code, Compute(self._function, args, kwargs)))

    def digest(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
        """Return what stands for a call of this version of the function.

        Raises:
            TypeError: an argument has no form that is alike in all processes.
        """
        return b2a_hex(digest(self._key(args, kwargs), self._code()))

    def key(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        """Return the key that the value of a call has on the server."""
        return f"{{pomichnyk:{self.namespace}}}v:{self.digest(args, kwargs).decode()}"

    @property
    def namespace(self) -> str:
        """What all values of the function go under."""
        function = self._function
        return self._options.namespace or f"{function.__module__}.{function.__qualname__}"

    def peek(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Steps:
        """Lead to the value there is, without computing or touching it; else raise KeyError."""
        code = self.digest(args, kwargs)
        remote = self._place()
        _, value = self._looked(code)
        if value is MISS and remote is not None:
            value = yield from remote.peek(code)
        if value is MISS:
            raise KeyError("there is no value for these arguments")
        return value

    def discard(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Steps:
        """Drop the value of a call; lead to whether there was one."""
        code = self.digest(args, kwargs)
        remote = self._place()
        self._discarded += 1
        self._flights.forget(code)
        held = self.near.discard(code)
        if remote is not None:
            held = yield from remote.discard(code)
            self.near.discard(code)  # it may have been fetched again meanwhile
        return held

    def refresh(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Steps:
        """Compute the value of a call anew; lead to it."""
        yield from self.discard(args, kwargs)
        return (yield from self.answer(args, kwargs))

    def clear(self) -> Steps:
        """Drop all values, for all processes, and begin to count anew."""
        remote = self._place()
        self._discarded += 1
        self._flights.forget(None)
        self.near.clear()
        for tally in self._tallies():
            tally.reset()
        if remote is not None:
            yield from remote.clear()
            self.near.clear()

    def info(self) -> Steps:
        """Lead to what functools tells."""
        remote = self._place()
        size = len(self.near)
        if remote is not None:
            with suppress(CacheUnavailableError):
                size = yield from remote.size()
        hits = self._quick_hits() + self._near_hits.total() + self._remote_hits.total()
        return CacheInfo(
            hits + self._waited.total(), self._computed.total(), self._options.bound, size
        )

    def stats(self) -> CacheStats:
        """Return what happened in this process."""
        remote = self._place()
        if remote:
            remote.settle()
        return CacheStats(
            near_hits=self._quick_hits() + self._near_hits.total(),
            remote_hits=self._remote_hits.total(),
            waited=self._waited.total(),
            computed=self._computed.total(),
            evicted=remote.evicted.total() if remote else self.near.evicted.total(),
            errors=self._errors.total(),
            bad_values=remote.bad_values.total() if remote else 0,
            linked=remote is not None and self.near.on,
        )

    def reborn(self) -> None:
        """Go on in a process that was forked: what others computed there, nobody computes here."""
        self._flights = Flights()
        self.near.reborn()

    def _place(self) -> Remote | None:
        """Return where the values are; the environment is asked at the first call."""
        if not self._settled:
            target = self._options.redis or os.environ.get(ENVIRONMENT)
            if target and self._options.bound != 0:
                self._remote = self._linked(target)
                self.near.size = self._options.near_bound
            else:
                self.near.alone = self.near.on = True
            self._settled = True
        return self._remote

    def _linked(self, target: Any) -> Remote:
        # All of this imports redis, which a program without a server is to be spared.
        from pomichnyk.cache.codec import codec
        from pomichnyk.cache.remote import Remote
        from pomichnyk.cache.server import server

        options = self._options
        values = codec(options.serializer, options.secret)
        return Remote(server(target), self.namespace, options, values, self.near)

    def _code(self) -> bytes:
        # At the first call, since what a function calls may be defined after it.
        if self._version is None:
            version = self._options.version
            automatic = version == "auto"
            self._version = fingerprint(self._function) if automatic else (version or "").encode()
        return self._version

    def _nearby(self, code: bytes, quick: Any, values: tuple[Any, ...]) -> Any:
        cell, value = self._looked(code)
        if cell and value is not MISS:
            self.near.touch(cell)
            if quick is not MISS and all(map(_is_plain, values)):
                self.near.remember(cell, quick, tuple(map(type, values)))
        return value

    def _looked(self, code: bytes) -> tuple[Cell | None, Any]:
        """Return the cell of a call and its value, or ``MISS`` also while it may be gone."""
        cell = self.near.find(code)
        if cell and cell.value is not MISS and self.near.waiting > 0 and self._remote:
            self._remote.settle()
        return cell, cell.current() if cell and self.near.waiting <= 0 else MISS

    def _fetched(self, remote: Remote, code: bytes) -> Steps:
        try:
            value = yield from remote.fetch(code)
        except CacheUnavailableError as error:
            return self._instead(code, error)
        self._found = value is not MISS
        if self._found:
            self._remote_hits.add()
        return value

    def _instead(self, code: bytes, error: CacheUnavailableError) -> Any:
        """Return what to answer when the server is lost; ``MISS``: compute it."""
        self._errors.add()
        if self._options.on_error == "raise":
            raise error
        cell = self.near.find(code)
        return cell.last if cell and self._options.on_error == "stale" else MISS

    def _flown(self, code: bytes, compute: Compute) -> Steps:
        """Lead to the value by another's computation, or else by one's own."""
        leads = leading.get()
        if self._options.stampede is None:
            return (yield from self._led(code, compute))
        if (id(self), code) in leads:  # it calls itself, and would wait for itself
            return (yield from self._made(code, compute, None))
        while True:
            flight, waited_for = self._flights.join(code)
            if waited_for is None:
                return (yield from self._landed(code, compute, flight))
            value = yield Wait(waited_for, PATIENCE if leads else None)
            if value is not MISS:
                self._waited.add()
                return value
            if not waited_for.done():
                return (yield from self._made(code, compute, None))

    def _landed(self, code: bytes, compute: Compute, flight: Flight) -> Steps:
        flights, value, leads = self._flights, MISS, leading.get()
        leading.set(leads | {(id(self), code)})
        try:
            value = yield from self._led(code, compute)
        finally:
            leading.set(leads)
            flights.land(code, flight, value)
        return value

    def _led(self, code: bytes, compute: Compute) -> Steps:
        """Lead to the value: by now somebody of another process may have computed it."""
        remote, value, claim = self._remote, MISS, None
        if remote is None:
            value = self._nearby(code, MISS, ())
        else:
            try:
                value, claim = yield from remote.claim(code)
            except CacheUnavailableError as error:
                value = self._instead(code, error)
        self._found = value is not MISS
        if self._found:
            self._remote_hits.add()
            return value
        return (yield from self._made(code, compute, claim))

    def _made(self, code: bytes, compute: Compute, claim: Claim | None) -> Steps:
        self._computed.add()
        discarded, remote = self._discarded, self._remote
        try:
            value = yield compute
            if remote is not None and claim is not None:
                yield from remote.store(code, value, claim)
        except CacheUnavailableError as error:
            self._instead(code, error)
        except BaseException:
            if remote is not None and claim is not None:
                with suppress(CacheUnavailableError):
                    yield from remote.leave(code, claim)
            raise
        if remote is None and discarded == self._discarded:
            self.near.put(code, value, self._end())
        return value

    def _end(self) -> float:
        ttl, jitter = self._options.ttl, self._options.jitter
        if ttl is None:
            return FOREVER
        return monotonic() + ttl * (1 - jitter * random.random())  # noqa: S311  # no secret

    def _quick_hits(self) -> int:
        return self.near.stamps.total() - self.near.other_stamps.total()

    def _tallies(self) -> tuple[Tally, ...]:
        near, remote = self.near, self._remote
        ours = (self._near_hits, self._remote_hits, self._waited, self._computed, self._errors)
        theirs = (remote.evicted, remote.bad_values) if remote else ()
        return (*ours, *theirs, near.stamps, near.other_stamps, near.evicted)


def _is_plain(value: Any) -> bool:
    # 0.0 and -0.0 are equal and are not the same; a NaN is not even equal to itself.
    return type(value) in _PLAIN and (type(value) is not float or bool(value and value == value))  # noqa: PLR0124


_all: WeakSet[Calls] = WeakSet()


def _reborn() -> None:
    for calls in list(_all):
        calls.reborn()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reborn)
