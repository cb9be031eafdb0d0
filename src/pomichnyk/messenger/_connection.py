"""One connection to a server: what has come of its message, and the answer to it."""

from __future__ import annotations

import socket
from datetime import datetime
from typing import TYPE_CHECKING

from pomichnyk.domain.message import Message
from pomichnyk.errors import PomichnykError
from pomichnyk.messenger.errors import NotAMessageError
from pomichnyk.messenger.protocol import TLS, Arrival, cut_off, refusal
from pomichnyk.text import Text

if TYPE_CHECKING:
    import ssl

    from pomichnyk.messenger._tls import Channel

PIECE = 65_536
"""Bytes that are read at once."""
TURN = 16
"""Pieces that are read from one connection before others have their turn."""
_MORE = getattr(socket, "MSG_MORE", 0)
"""Asks Linux to keep a line back for what comes next; elsewhere it leaves alone."""


class Connection:
    """One client of a server; its socket never waits.

    Attributes:
        ends: when it is given up, by ``time.monotonic``.
        heard_out: nothing more can come from it.
        held: how many bytes of it were counted.
        watched: the selector knows it.
    """

    __slots__ = (
        "_arrival",
        "_channel",
        "_context",
        "_plain",
        "ends",
        "heard_out",
        "held",
        "peer",
        "socket",
        "watched",
    )

    def __init__(
        self,
        taken: socket.SocketType,
        peer: str,
        limit: int,
        context: ssl.SSLContext | None,
        *,
        plain: bool,
    ) -> None:
        self.socket, self.peer = taken, peer
        self.ends, self.held = 0.0, 0
        self.heard_out = self.watched = False
        self._arrival = Arrival(limit)
        self._context, self._plain = context, plain
        self._channel: Channel | None = None

    def __len__(self) -> int:
        """Return how many bytes of its message are here."""
        return len(self._arrival)

    def receive(self, moment: datetime) -> Message | PomichnykError | None:
        """Return the message, as one of a moment, or what is wrong with it; None if more must come.

        Raises:
            OSError: the client has vanished.
        """
        try:
            for _ in range(TURN):
                if self._taken(self.socket.recv(PIECE)):
                    return self._arrival.message(self.peer, moment)
        except BlockingIOError:
            return None
        except PomichnykError as error:
            return error
        return None

    def answer(self, line: bytes) -> None:
        """Send the answer to a client, if it is still there, and say no more.

        The answer and the end of it leave as one packet, which is half the system's work of two.
        """
        try:
            if self._channel is not None:
                line = self._channel.sealed(line) + self._channel.closed()
            self.socket.send(line, _MORE)
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:  # as ``suppress`` would, at a fifth of its price
            return

    def refuse(self, reason: PomichnykError) -> None:
        """Answer that its message is not taken, and why; forget what came of it.

        The client may go on: what is left unread when it is closed would cost it the answer.
        """
        self._arrival = Arrival(0)
        self.answer(refusal(reason))

    def has_left(self) -> bool:
        """Tell whether the client has closed its side; read what else it has to say."""
        try:
            return not all(self.socket.recv(PIECE) for _ in range(TURN))
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Free its socket."""
        self.socket.close()

    def _taken(self, data: bytes) -> bool:
        """Add what came; return whether the message is whole."""
        if not data:
            return self._ended()
        if self._context is not None and self._channel is None and not self._arrival:
            self._begin(data, self._context)
        if self._channel is None:
            return self._arrival.take(data)
        try:
            text, ended = self._channel.opened(data)
        finally:
            if said := self._channel.sealed(b""):
                self.socket.send(said)
        return (bool(text) and self._arrival.take(text)) or ended

    def _ended(self) -> bool:
        """Note that nothing more is coming; inside TLS it would have been said."""
        self.heard_out = True
        if self._channel is not None:
            raise cut_off()
        return True

    def _begin(self, data: bytes, context: ssl.SSLContext) -> None:
        """Begin TLS if that is what the client speaks."""
        if data.startswith(TLS):
            from pomichnyk.messenger._tls import Channel

            self._channel = Channel(context)
        elif not self._plain:
            raise NotAMessageError(Text("nothing is taken here without TLS"))
