"""Peers: the computers that announce themselves on this network, and where a name leads."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Messenger
from pomichnyk.domain.folding import fold
from pomichnyk.errors import (
    AmbiguousError,
    DriverMissingError,
    InvalidValueError,
    NotFoundError,
)
from pomichnyk.files import replacing, told
from pomichnyk.services.references import meant, namesakes
from pomichnyk.storage import ContactRepository
from pomichnyk.text import Text

if TYPE_CHECKING:
    from pomichnyk.messenger.discovery import Peer
    from pomichnyk.messenger.identity import KnownHosts

TLS = "tls:"
"""What an address begins with that is spoken to by TLS alone."""
LISTENED = 1.0
"""Seconds that a name nobody knows is listened for on the network."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is sent to."""

    host: str
    port: int
    tls: bool = False

    def __str__(self) -> str:
        """Return the place as it is kept with a message: ``host:port``, ``tls:[::1]:port``."""
        from pomichnyk.messenger.client import place

        return f"{TLS if self.tls else ''}{place(self.host, self.port)}"

    @classmethod
    def parse(cls, written: str) -> Place:
        """Return the place that was written; a port that is not said is the usual one.

        Raises:
            InvalidValueError: it is no host, or no port.
        """
        from pomichnyk.messenger.protocol import DEFAULT_PORT

        messenger = Messenger.parse(written.removeprefix(TLS))
        port = DEFAULT_PORT if messenger.port is None else messenger.port
        return cls(messenger.host, port, written.startswith(TLS))


class Peers:
    """The computers that were heard of; those heard last are noted in a folder of the user's."""

    def __init__(self, folder: Path) -> None:
        self._file, self._met = folder / "messenger-peers.json", folder / "messenger-hosts"

    @property
    def hosts(self) -> KnownHosts:
        """The computers that were met by TLS."""
        from pomichnyk.messenger.identity import KnownHosts

        return KnownHosts(self._met)

    def around(self, seconds: float) -> list[Peer]:
        """Return the computers that announce themselves, by name, and note them for ``lately``.

        Raises:
            DriverMissingError: the package for that is not installed.
            UnavailableError: they cannot be noted.
        """
        from pomichnyk.messenger.discovery import around

        found = around(seconds)
        with told(self._file):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with replacing(self._file) as file:
                file.write(json.dumps([asdict(peer) for peer in found]).encode())
        return found

    def lately(self) -> list[Peer]:
        """Return the computers that were found last time; none if nobody looked."""
        from pomichnyk.messenger.discovery import Peer

        try:
            noted = json.loads(self._file.read_bytes())
            return [Peer(**one) for one in noted]
        except (OSError, ValueError, TypeError):
            return []  # it only saves a look at the network

    def guarded(self, place: Place) -> Place:
        """Return the place, by TLS if it was ever met by it: nobody may talk us out of that."""
        if place.tls or self.hosts.fingerprint(str(place)) is None:
            return place
        return Place(place.host, place.port, tls=True)


def whereabouts(whom: str, contacts: ContactRepository, peers: Peers) -> Place:
    """Return where a person is reached, given by name or by ``HOST[:PORT]``.

    A contact's name comes first, then that of a computer that was found lately, then a host; a
    name that is none of these is listened for on the network.

    Raises:
        NotFoundError: nobody is meant, or the contact has no messenger address.
        InvalidValueError: it can only be a host with its port, and is none.
        AmbiguousError: several contacts, or computers, have that name.
    """
    if found := namesakes(contacts, whom):
        if len(found) > 1:
            raise AmbiguousError(whom, [f"{one.name} ({str(one.id)[:8]})" for one in found])
        return _reached(found[0])
    if place := _announced(whom, peers.lately()) or _host(whom):
        return place
    if not contacts.refer(whom, 1) and (place := _heard(whom, peers)):
        return place
    return _reached(meant(contacts, whom, lambda one: one.name))  # which says who may be meant


def _reached(contact: Contact) -> Place:
    if not contact.messengers:
        raise NotFoundError(Text("“{name}” has no messenger address", name=contact.name))
    return Place.parse(contact.messengers[0].value)


def _announced(whom: str, peers: Iterable[Peer]) -> Place | None:
    found = [peer for peer in peers if fold(peer.name) == fold(whom)]
    if len(found) > 1:
        raise AmbiguousError(whom, [f"{peer.host}:{peer.port}" for peer in found])
    return Place(found[0].host, found[0].port, bool(found[0].fingerprint)) if found else None


def _host(whom: str) -> Place | None:
    """Return the place if it is one for sure: with a port or a dot, or a name that leads there."""
    try:
        place = Place.parse(whom)
    except InvalidValueError:
        if ":" in whom:
            raise
        return None
    if any(sign in whom for sign in ".:"):
        return place
    if whom.isdecimal():
        return None  # the beginning of an id, which resolvers would take for an address
    try:
        socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    return place


def _heard(whom: str, peers: Peers) -> Place | None:
    try:
        return _announced(whom, peers.around(LISTENED))
    except DriverMissingError:
        return None
