"""The loop of a server: whatever is ready, once around."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from selectors import EVENT_READ, DefaultSelector
from time import monotonic
from typing import TYPE_CHECKING

from pomichnyk.domain.contact import now
from pomichnyk.domain.message import Message
from pomichnyk.errors import PomichnykError, UnavailableError
from pomichnyk.messenger._connection import Connection
from pomichnyk.messenger._crowd import GRACE, Crowd
from pomichnyk.messenger._limits import CROWDED
from pomichnyk.messenger._listening import Listener
from pomichnyk.messenger.protocol import OK
from pomichnyk.text import Text

if TYPE_CHECKING:
    import ssl

BURST = 256
"""Connections accepted before those that are open have their turn."""
TICK = 1.0
"""Seconds between calls of ``on_tick``."""
_STOPPING = UnavailableError(Text("the server is stopping"))

Store = Callable[[Sequence[Message]], int]
Whole = list[tuple[Connection, Message]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a server was told; the arguments of ``MessageServer``."""

    limit: int
    deadline: float
    connections: int
    context: ssl.SSLContext | None
    plain: bool
    on_received: Callable[[Sequence[Message]], object] | None
    on_tick: Callable[[], object] | None


class Loop:
    """Accepts, reads, stores and answers, all in the thread that runs it."""

    def __init__(self, listeners: Sequence[Listener], store: Store, rules: Rules) -> None:
        self._listeners, self._store, self._rules = listeners, store, rules
        self._selector = DefaultSelector()
        self._bell, self.alarm = socket.socketpair()
        self._bell.setblocking(False)
        self.alarm.setblocking(False)
        self._selector.register(self._bell, EVENT_READ, self._silence)
        self._crowd = Crowd(self._selector, rules.deadline)
        self._moment = now()
        self._came: deque[Connection] = deque()
        self._whole: Whole = []
        self._stopping = self._listening = False
        self._full, self._resume, self._ticked = 0, 0.0, monotonic()

    def run(self, ended: Callable[[], bool]) -> None:
        """Serve until ``stop``, or until it has ended; then finish what is whole."""
        self._listen()
        while not (self._stopping or ended()):
            self._round(self._patience())
            self._look_at_the_clock(monotonic())
        self._round(0)  # what has come meanwhile
        self._crowd.disperse(_STOPPING)

    def stop(self) -> None:
        """Have ``run`` end; any thread may call this."""
        self._stopping = True
        with suppress(OSError):  # it is full of such bytes, or closed
            self.alarm.send(b"\0")

    def close(self) -> None:
        """Free everything; closing twice is harmless."""
        self._crowd.close()
        for connection in (*self._came, *(one for one, _ in self._whole)):
            connection.close()
        for one in (*self._listeners, self._bell, self.alarm):
            one.close()
        self._selector.close()

    def _round(self, patience: float | None) -> None:
        ready = self._selector.select(patience)
        self._moment = now()  # of all that comes at once
        for key, _ in ready:
            key.data()
        if self._whole:
            whole, self._whole = self._whole, []
            self._keep(whole)

    def _patience(self) -> float | None:
        """Return the seconds until something is to be done though nothing comes."""
        moments = self._crowd.ends()
        if not self._listening:
            moments.append(self._resume)
        if self._rules.on_tick:
            moments.append(self._ticked + TICK)
        return max(0.0, min(moments) - monotonic()) if moments else None

    def _look_at_the_clock(self, now: float) -> None:
        self._crowd.expire(now)
        if not self._listening and (now >= self._resume or len(self._crowd) < self._full):
            self._listen()
        if self._rules.on_tick and now >= self._ticked + TICK:
            self._ticked = now
            self._rules.on_tick()

    def _silence(self) -> None:
        with suppress(BlockingIOError):
            while self._bell.recv(4096):
                pass

    # Who comes

    def _listen(self) -> None:
        for one in self._listeners:
            self._selector.register(one, EVENT_READ, partial(self._accept, one))
        self._listening = True

    def _deafen(self) -> None:
        """Leave those who come waiting."""
        if self._listening:
            for one in self._listeners:
                self._selector.unregister(one)
        self._listening = False

    def _accept(self, listener: Listener) -> None:
        """Take those who wait, then hear each: by then most have spoken, and need no watching.

        When all places are taken, one more comes before somebody has to leave.
        """
        room = self._rules.connections - self._held()
        for _ in range(BURST):
            try:
                taken, host = listener.taken()
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno in CROWDED and not self._made_room():
                    break
                continue
            self._came.append(self._met(taken, host))
            if room > 0:
                room -= 1
            elif not self._made_room():
                break
        while self._came:
            self._hear(self._came.popleft())

    def _met(self, taken: socket.SocketType, host: str) -> Connection:
        rules = self._rules
        peer = host.removeprefix("::ffff:")
        return Connection(taken, peer, rules.limit, rules.context, plain=rules.plain)

    def _held(self) -> int:
        return len(self._came) + len(self._crowd) + len(self._whole)

    def _made_room(self) -> bool:
        """Give up a connection that had its time; if none had, listen to nobody for a while."""
        if self._crowd.made_room():
            return True
        if self._listening:
            self._deafen()
            self._full, self._resume = self._held(), monotonic() + GRACE
        return False

    # What they say

    def _hear(self, connection: Connection) -> None:
        try:
            came = connection.receive(self._moment)
        except OSError:
            self._crowd.drop(connection)
            return
        if came is None:
            self._crowd.hold(connection, self._hear)
        elif isinstance(came, Message):
            self._crowd.part(connection)
            self._whole.append((connection, came))
        else:
            self._crowd.refuse(connection, came)

    def _keep(self, whole: Whole) -> None:
        """Store the messages of a round as one, then answer each."""
        messages = [message for _, message in whole]
        try:
            self._store(messages)
        except (UnavailableError, OSError) as error:
            _refuse(whole, _not_now(error))
        except PomichnykError as error:
            if len(whole) > 1:  # which of them it is shows one by one
                for one in whole:
                    self._keep([one])
            else:
                _refuse(whole, error)
        else:
            for connection, _ in whole:
                connection.answer(OK)
                connection.close()
            if self._rules.on_received:
                self._rules.on_received(messages)


def _refuse(whole: Whole, reason: PomichnykError) -> None:
    for connection, _ in whole:
        connection.refuse(reason)
        connection.close()


def _not_now(error: UnavailableError | OSError) -> PomichnykError:
    if isinstance(error, UnavailableError):
        return error
    return UnavailableError(Text("{reason}", reason=error.strerror or error))
