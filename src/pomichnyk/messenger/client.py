"""The client: sends one message and waits until it is on the other side's disk."""

from __future__ import annotations

import socket
from contextlib import nullcontext
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING
from uuid import uuid4

from pomichnyk.domain.contact import now
from pomichnyk.domain.message import Message, State
from pomichnyk.messenger._listening import checked
from pomichnyk.messenger.errors import RefusedError, UndeliveredError
from pomichnyk.messenger.protocol import ANSWER_LIMIT, OK, encode, refused
from pomichnyk.text import Text

if TYPE_CHECKING:
    from pomichnyk.messenger.identity import KnownHosts


def send(  # noqa: PLR0913  # options by keyword
    host: str,
    port: int,
    text: str,
    *,
    sender: str = "",
    key: str = "",
    sent: datetime | None = None,
    timeout: float = 10.0,
    tls: KnownHosts | None = None,
) -> None:
    """Send a message; when this returns, the other side has it on its disk.

    Args:
        host: name or address of the other computer; each address of the name is tried.
        port: where it listens.
        text: what to tell it.
        sender: what this computer calls itself; its host name if nothing is said.
        key: names the message among the sender's; one sent again with its key is kept once.
        sent: when it was written; now, if nothing is said.
        timeout: seconds that all of it may take.
        tls: the computers met so far; where given, nothing is sent without TLS.

    Raises:
        InvalidValueError: the text is blank or cannot be stored, or there is no such port.
        RefusedError: the other side will not have it. ChangedIdentityError, which is one too:
            it is not the computer that was met under that address.
        UndeliveredError: nobody is there, or no answer came: it may be tried again.
    """
    peer = place(host, checked(port, 1))
    message = Message(
        text=text,
        sender=sender or socket.gethostname() or "unknown",
        peer=peer,
        state=State.WAITING,
        sent=sent or now(),
        key=key or str(uuid4()),
    )
    deadline = monotonic() + timeout
    try:
        with (
            _reached(host, port, deadline) as reached,
            tls.secured(reached, peer) if tls else nullcontext(reached) as connection,
        ):
            answer = _exchanged(connection, encode(message), deadline)
    except (OSError, UnicodeError) as error:  # a name may be too odd to be looked up
        raise UndeliveredError(peer, _reason(error)) from error
    _judge(peer, answer)


def place(host: str, port: int) -> str:
    """Return a host and its port as people write them, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reached(host: str, port: int, deadline: float) -> socket.socket:
    """Return a connection to the first address of the host that answers."""
    failure: OSError = ConnectionRefusedError()
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM
    ):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(_left(deadline))
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise failure


def _exchanged(connection: socket.socket, data: bytes, deadline: float) -> bytes:
    """Send all of the message and return the answer, a line or what there is of it.

    Where sending fails, the answer may have come before: the other side refused, and closed.
    """
    failure: OSError | None = None
    answer = b""
    try:
        connection.settimeout(_left(deadline))
        connection.sendall(data)
    except OSError as error:
        failure = error
    try:
        while b"\n" not in answer and len(answer) < ANSWER_LIMIT:
            connection.settimeout(_left(deadline))
            more = connection.recv(ANSWER_LIMIT)
            if not more:
                break
            answer += more
    except ConnectionError as error:
        if not answer:
            raise failure or error from None
    return answer


def _left(deadline: float) -> float:
    """Return the seconds that are left."""
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _judge(peer: str, answer: bytes) -> None:
    """Return if the answer is OK.

    Raises:
        RefusedError, UndeliveredError: it is not.
    """
    if answer.rstrip() == OK.rstrip():
        return
    if (refusal := refused(answer)) is None:
        raise UndeliveredError(
            peer, Text("it is no messenger") if answer else Text("it broke off without an answer")
        )
    reason, later = refusal
    raise (UndeliveredError if later else RefusedError)(peer, reason)


def _reason(error: Exception) -> object:
    if isinstance(error, TimeoutError):
        return Text("no answer in time")
    return getattr(error, "strerror", None) or error
