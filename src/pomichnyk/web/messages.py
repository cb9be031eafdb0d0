"""Messages: what came, what is on its way, and a word that something has come."""

from __future__ import annotations

import asyncio

from markupsafe import Markup, escape
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from pomichnyk.commands._message_pages import STATES, message_card, message_record
from pomichnyk.domain.message import Message, State
from pomichnyk.errors import PomichnykError
from pomichnyk.services.arrivals import Arrivals
from pomichnyk.storage import FOUND
from pomichnyk.text import Text
from pomichnyk.views._readable import line
from pomichnyk.views.pages import Table
from pomichnyk.web.links import day
from pomichnyk.web.paging import number, paged
from pomichnyk.web.routing import page
from pomichnyk.web.site import Site
from pomichnyk.web.visit import Visit

LOOK = 1.0
"""Seconds between two looks for what has come."""
DID = {State.DELIVERED: "delivered", State.WAITING: "kept"}


def listed(visit: Visit) -> Response:
    """Show the messages, all or those in a state, or what a search finds."""
    return _page(visit, {"to": visit.query.get("to", ""), "text": ""})


def sent(visit: Visit) -> Response:
    """Send a message; if nobody is there it waits in the outbox."""
    values = {name: visit.form.text(name) for name in ("to", "text")}
    try:
        mail = visit.app.mailbox.send(values["to"].strip(), values["text"])
    except PomichnykError as error:
        visit.form.errors["text" if values["to"].strip() and not values["text"] else "to"] = (
            error.text
        )
        return _page(visit, values, status=error.status)
    if mail.state in DID:
        return visit.moved("/messages", did=DID[mail.state])
    visit.form.errors["to"] = Text("it was refused: {why}", why=mail.why)
    return _page(visit, values, status=409)


def shown(visit: Visit) -> Response:
    """Show a message."""
    mail = _message(visit)
    card = message_card(mail, visit.app.mailbox.known)
    waiting = mail.state in {State.WAITING, State.REFUSED}
    return visit.page("message.html", mail=mail, card=visit.shown(card), waiting=waiting)


def retried(visit: Visit) -> Response:
    """Try a message again at once."""
    mail = visit.app.mailbox.retry_one(str(visit.path["id"]))
    return visit.moved(f"/messages/{mail.id}", did=DID.get(mail.state, ""))


def doubted(visit: Visit) -> Response:
    """Ask whether a message is really to be removed."""
    mail = _message(visit)
    return visit.page(
        "remove.html",
        name=line(mail.text)[:60],
        back=f"/messages/{mail.id}",
        question=Text("Remove this message?"),
    )


def removed(visit: Visit) -> Response:
    """Remove a message."""
    visit.app.mailbox.remove(str(visit.path["id"]))
    return visit.moved("/messages", did="removed")


async def live(socket: WebSocket) -> None:
    """Tell how many messages have come, whenever some have, for as long as the page is open."""
    site: Site = socket.app.state.site
    arrivals = Arrivals(site.app.storage)
    await site.turns.run(arrivals.skip)
    await socket.accept()
    leaving = asyncio.ensure_future(_left(socket))
    try:
        while not leaving.done():
            await asyncio.wait([leaving], timeout=LOOK)
            if not leaving.done() and (came := await site.turns.run(arrivals.new)):
                await socket.send_json({"came": len(came)})
    except (WebSocketDisconnect, PomichnykError):
        return  # the page connects again
    finally:
        leaving.cancel()


async def _left(socket: WebSocket) -> None:
    """Return when the page has gone; what it says meanwhile is of no interest."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        continue


def _message(visit: Visit) -> Message:
    return visit.app.mailbox.get(str(visit.path["id"]))


def _page(visit: Visit, values: dict[str, str], *, status: int = 200) -> Response:
    query, chosen = visit.query.get("q", "").strip(), visit.query.get("state", "")
    state = State(chosen) if chosen in [*State] else None
    at = number(visit.query.get("page", ""))
    if query:
        found = paged(visit.app.mailbox.find(query), 1)
    else:
        found = paged(visit.app.mailbox.all(state=state, limit=at * FOUND + 1), at)
    return visit.page(
        "messages.html",
        status=status,
        table=visit.shown(_table(visit, found.items)) if found.items else None,
        pages=found,
        query=query,
        state=state,
        states=STATES,
        count=visit.app.storage.messages.count(),
        values=values,
        errors=visit.form.errors,
        names=[one.name for one in visit.app.contacts.all() if one.messengers][:FOUND],
    )


def _table(visit: Visit, messages: list[Message]) -> Table[Message]:
    known = visit.app.mailbox.known

    def cells(one: Message) -> tuple[str | Text, ...]:
        who = one.sender if one.state is State.RECEIVED else known(one.peer)
        words = line(one.text)
        text = Markup('<a href="/messages/{}">{}</a>').format(one.id, escape(words[:200]))
        moment = day(f"{one.created.astimezone():%Y-%m-%d %H:%M}")
        return text, who, STATES[one.state], moment

    return Table(
        (Text("message"), Text("who"), Text("state"), Text("when")),
        messages,
        cells,
        message_record,
        Text("no messages"),
    )


routes = [
    WebSocketRoute("/messages/live", live),
    page("/messages", get=listed, post=sent),
    page("/messages/{id:uuid}", get=shown, post=retried),
    page("/messages/{id:uuid}/remove", get=doubted, post=removed),
]
