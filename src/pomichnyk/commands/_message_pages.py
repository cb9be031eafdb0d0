"""Pages of messages: how one and many of them are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from pomichnyk.commands._pages import short
from pomichnyk.domain.message import Message, State
from pomichnyk.text import Text
from pomichnyk.views import pages
from pomichnyk.views.pages import Card, Record, Table

if TYPE_CHECKING:
    from pomichnyk.messenger.discovery import Peer

Known = Callable[[str], str]
"""Gives the name of who is reached at a place, or the place itself."""
STATES: Mapping[State, Text] = {
    State.RECEIVED: Text("received"),
    State.WAITING: Text("waiting"),
    State.DELIVERED: Text("delivered"),
    State.REFUSED: Text("refused"),
}


def message_record(message: Message) -> Record:
    """Return the message's object; moments in ISO 8601, ``due`` null unless it is waiting."""
    return {
        "id": str(message.id),
        "text": message.text,
        "sender": message.sender,
        "peer": message.peer,
        "state": message.state.value,
        "sent": message.sent.isoformat(),
        "created": message.created.isoformat(),
        "attempts": message.attempts,
        "due": message.due.isoformat() if message.due else None,
        "why": message.why,
    }


def message_table(
    messages: Iterable[Message], known: Known, empty: Text, exit_code: int = 0
) -> Table[Message]:
    """Return a page of messages, a row each."""
    named = cache(known)
    return Table(
        (Text("id"), Text("when"), Text("who"), Text("state"), Text("message")),
        messages,
        lambda one: (
            short(one.id),
            _minute(one.created),
            one.sender if one.state is State.RECEIVED else named(one.peer),
            STATES[one.state],
            one.text,
        ),
        message_record,
        empty,
        exit_code=exit_code,
    )


def message_card(message: Message, known: Known) -> Card:
    """Return a page with all there is to tell of a message."""
    received = message.state is State.RECEIVED
    fields: list[tuple[Text | str, Sequence[str | Text]]] = [
        (Text("from"), [f"{message.sender} ({message.peer})"] if received else [message.sender]),
        (Text("to"), [] if received else [_addressed(message.peer, known(message.peer))]),
        (Text("state"), [STATES[message.state]]),
        (Text("sent"), [_second(message.sent)]),
        (Text("came"), [_second(message.created)] if received else []),
        (Text("attempts"), [] if received else [str(message.attempts)]),
        (Text("next attempt"), [_second(message.due)] if message.due else []),
        (Text("why"), message.why.splitlines()),
        (Text("id"), [str(message.id)]),
        (Text("message"), message.text.splitlines()),
    ]
    title = Text("Message from {name}", name=message.sender) if received else Text("Message sent")
    return Card(title, [one for one in fields if one[1]], message_record(message))


def arrival(message: Message) -> pages.Message:
    """Return the line, or lines, by which a message is shown as it comes."""
    said = Text(
        "{time} {name}: {text}",
        time=f"{message.created.astimezone():%H:%M}",
        name=message.sender,
        text=message.text,
    )
    return pages.Message(said, message_record(message))


def outcome(message: Message, exit_code: int = 0) -> pages.Message:
    """Return the line that says what became of a message that was tried."""
    told: Mapping[str, object] = {
        "peer": message.peer,
        "id": short(message.id),
        "why": message.why,
        "due": f"{message.due.astimezone():%H:%M:%S}" if message.due else "",
    }
    said = {
        State.DELIVERED: Text("delivered to {peer} ({id})", **told),
        State.REFUSED: Text("{why} ({id})", **told),
        State.WAITING: Text("{why}; it is kept and will be tried again at {due} ({id})", **told),
    }
    return pages.Message(said[message.state], message_record(message), exit_code=exit_code)


def peer_table(peers: Iterable[Peer]) -> Table[Peer]:
    """Return a page of the computers nearby, a row each."""
    return Table(
        (Text("name"), Text("host"), Text("port"), Text("fingerprint")),
        peers,
        lambda one: (one.name, one.host, str(one.port), one.fingerprint),
        lambda one: {
            "name": one.name,
            "host": one.host,
            "port": one.port,
            "fingerprint": one.fingerprint,
        },
        Text("nobody announces themselves nearby"),
    )


def _addressed(peer: str, name: str) -> str:
    return peer if name == peer else f"{name} ({peer})"


def _minute(when: datetime) -> str:
    return f"{when.astimezone():%Y-%m-%d %H:%M}"


def _second(when: datetime) -> str:
    return f"{when.astimezone():%Y-%m-%d %H:%M:%S}"
