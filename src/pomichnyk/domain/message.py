"""Message: a text that went from one computer to another, or is on its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from os import urandom
from time import time
from typing import TypeVar, dataclass_transform
from uuid import UUID

from pomichnyk.domain.contact import now
from pomichnyk.domain.fields import line, text
from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Text

RANDOM = (1 << 96) - 1 & ~(0xF << 76 | 0x3 << 62)
"""The bits of an id that are random."""
VERSION = 8 << 76 | 2 << 62
"""What marks a UUID as one of version 8, made up by a program in its own way (RFC 9562)."""

Made = TypeVar("Made")

_MESSAGE, _SENDER = Text("message"), Text("sender")
_PEER, _KEY = Text("peer"), Text("message id")


def new_id() -> UUID:
    """Return a new id: the time in steps of 15 µs, its last 32 bits, then random bits.

    What is stored together lies together in an index, each behind the one before, so that few of
    its pages are touched; and eight digits, which are the time's, tell nearly any two apart.
    """
    moment = int(time() * 0x10000) & 0xFFFFFFFF
    return UUID(int=moment << 96 | int.from_bytes(urandom(12), "big") & RANDOM | VERSION)


class State(StrEnum):
    """Where a message is."""

    RECEIVED = "received"
    """it came from another computer"""
    WAITING = "waiting"
    """it is in the outbox, to be tried when it is due"""
    DELIVERED = "delivered"
    """the other computer said that it is on its disk"""
    REFUSED = "refused"
    """the other computer will not have it"""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def _frozen(cls: type[Made]) -> type[Made]:
    """Make a dataclass that only the type checker holds to be frozen.

    One that is frozen when it runs sets its fields through ``object.__setattr__``: a message takes
    3 µs to make in place of 1, which a server of messages feels.
    """
    return dataclass(slots=True, kw_only=True, unsafe_hash=True)(cls)


@_frozen
class Message:
    """A message that was received or is sent.

    Attributes:
        text: what it says.
        sender: the name that the computer it comes from gives itself.
        peer: the other side: ``host:port`` it is sent to, or the address it came from.
        key: the id its sender gave it; with the sender it tells a repeated delivery.
        sent: when it was written, by the sender's clock, UTC.
        attempts: how many times its delivery was tried.
        due: when it is to be tried next, if it is waiting.
        why: what the last attempt failed by, or why it was refused.
        id: its own id in this storage.
        created: when it was first stored here, UTC.
        changed: when it last changed here, UTC.
    """

    text: str
    sender: str
    peer: str
    state: State = State.RECEIVED
    key: str = field(default_factory=lambda: str(new_id()))
    sent: datetime = field(default_factory=now)
    attempts: int = 0
    due: datetime | None = None
    why: str = ""
    id: UUID = field(default_factory=new_id)
    created: datetime = field(default_factory=now)
    changed: datetime = field(default_factory=now)

    def __post_init__(self) -> None:
        if not text(_MESSAGE, self.text).strip():
            raise InvalidValueError(_MESSAGE, self.text, Text("some text"))
        line(_SENDER, self.sender)
        line(_PEER, self.peer)
        line(_KEY, self.key)

    def searched(self) -> str:
        """Return all the text by which the message is found, a line for each value."""
        return f"{self.text}\n{self.sender}\n{self.peer}"
