"""TLS inside a connection, apart from its socket: bytes in, bytes out."""

from __future__ import annotations

import ssl
from contextlib import suppress

PIECE = 65_536


class Channel:
    """The server's side of one TLS connection."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._inside = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._greeted = False

    def opened(self, data: bytes) -> tuple[bytes, bool]:
        """Return the text inside what came from the other side, and whether it was its last.

        Raises:
            ssl.SSLError: it is no TLS, or none that this side speaks.
        """
        self._incoming.write(data)
        pieces = []
        try:
            if not self._greeted:
                self._inside.do_handshake()
                self._greeted = True
            while piece := self._inside.read(PIECE):
                pieces.append(piece)
        except ssl.SSLWantReadError:
            return b"".join(pieces), False
        return b"".join(pieces), True

    def sealed(self, data: bytes) -> bytes:
        """Return text as it is sent to the other side, with what TLS itself has to say."""
        if self._greeted and data:
            self._inside.write(data)
        return self._outgoing.read()

    def closed(self) -> bytes:
        """Return what tells the other side that nothing more is coming."""
        with suppress(ssl.SSLError):  # it waits for the same from the other side, we do not
            self._inside.unwrap()
        return self._outgoing.read()
