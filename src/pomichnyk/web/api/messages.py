"""Messages, for programs."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from pomichnyk.commands._message_pages import message_record
from pomichnyk.domain.message import Message, State
from pomichnyk.web.api import shapes
from pomichnyk.web.api.call import Call
from pomichnyk.web.api.operation import Answer, Operation
from pomichnyk.web.api.paging import part, wanted
from pomichnyk.web.problems import API


def listed(call: Call) -> Answer:
    """Answer messages: all, those in a state, or those that a search finds."""
    asked, mailbox = call.query, call.app.mailbox
    if asked.q:
        found = iter(mailbox.find(asked.q, wanted(call)))
    else:
        state = State(asked.state) if asked.state else None
        found = mailbox.all(state=state, limit=wanted(call))
    return part(call, "/messages", found, message_record)


def got(call: Call) -> Answer:
    """Answer one message."""
    return Answer(message_record(call.app.mailbox.get(call.ref)))


def sent(call: Call) -> Answer:
    """Send a message: 201 says that it is kept, and its state what became of it."""
    mail = call.once(call.app.mailbox.get, partial(_send, call))
    return Answer(message_record(mail), 201, {"Location": f"{API}/messages/{mail.id}"})


def _send(call: Call, identifier: UUID | None) -> Message:
    return call.app.mailbox.send(call.body.to, call.body.text, identifier=identifier)


def removed(call: Call) -> Answer:
    """Remove a message; one that is waiting is sent no more."""
    call.expect(message_record(call.app.mailbox.get(call.ref)))
    call.app.mailbox.remove(call.ref)
    return Answer(None, 204)


ONE = "/messages/{id:uuid}"
operations = [
    Operation(
        "GET", "/messages", listed, "Answer messages: all, in a state, or found.",
        query=shapes.MessagesAsked, answer=list[shapes.Message],
    ),
    Operation(
        "POST", "/messages", sent, "Send a message, or keep it in the outbox.",
        body=shapes.NewMessage, answer=shapes.Message, status=201, refusals=(404, 409),
    ),
    Operation("GET", ONE, got, "Answer one message.", answer=shapes.Message, refusals=(404,)),
    Operation("DELETE", ONE, removed, "Remove a message.", status=204, refusals=(404, 409, 412)),
]  # fmt: skip
