"""The sockets that a server listens on: one for each address of its host."""

from __future__ import annotations

import errno
import socket
import sys

from pomichnyk.errors import InvalidValueError, UnavailableError
from pomichnyk.messenger.errors import AddressTakenError
from pomichnyk.text import Text

BACKLOG = 4096
"""Connections that may wait to be accepted; 100, as is usual, lose some when thousands come."""

HIGHEST_PORT = 65_535


class Listener(socket.socket):
    """A socket that listens, and gives who comes as the system's bare socket.

    ``socket.accept`` wraps each in a class that costs as much again as the system's call.
    """

    def __init__(self, family: socket.AddressFamily) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        self._kind = int(family), int(socket.SOCK_STREAM), self.proto

    def taken(self) -> tuple[socket.SocketType, str]:
        """Return a connection, which never waits, and the address it comes from.

        Raises:
            BlockingIOError: nobody waits to be accepted.
            OSError: who waited has left, or the system has no socket left to give.
        """
        number, address = self._accept()  # type: ignore[attr-defined]  # what accept calls
        connection = socket.SocketType(*self._kind, number)
        connection.setblocking(False)
        return connection, str(address[0])


def listening(host: str, port: int) -> list[Listener]:
    """Return a socket for each address of the host; port 0 lets the system choose one for all.

    Raises:
        AddressTakenError: another program listens there.
        InvalidValueError: there is no such port.
        UnavailableError: the host is not this computer, or the port is not ours to take.
    """
    checked(port, 0)
    made: list[Listener] = []
    try:
        for family, address in _addresses(host, port):
            made.append(_listener(family, address, made[0].getsockname()[1] if made else port))
    except (OSError, UnicodeError) as error:  # a name may be too odd to be looked up
        for one in made:
            one.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise AddressTakenError(host, port) from error
        reason = getattr(error, "strerror", None) or error
        raise UnavailableError(
            Text("{host}, port {port}: {reason}", host=host, port=port, reason=reason)
        ) from error
    return made


def checked(port: int, lowest: int) -> int:
    """Return a port if there can be such.

    Raises:
        InvalidValueError: there cannot.
    """
    if lowest <= port <= HIGHEST_PORT:
        return port
    raise InvalidValueError(
        Text("port"),
        port,
        Text("a whole number from {lowest} to {highest}", lowest=lowest, highest=HIGHEST_PORT),
    )


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, str]]:
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, str(place[0])) for family, _, _, _, place in found))


def _listener(family: socket.AddressFamily, address: str, port: int) -> Listener:
    listener = Listener(family)
    try:
        if sys.platform == "win32":  # there SO_REUSEADDR lets a second program take the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # connections of a server before us may still be closing
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener
