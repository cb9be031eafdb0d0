"""Messages in a browser: sent, shown, tried again, and told of as they come."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from starlette.websockets import WebSocketDisconnect

from pomichnyk.bootstrap import App
from pomichnyk.domain.message import Message, State
from pomichnyk.messenger import MessageServer
from web import ORIGIN, Browser

HOSTILE = "<script>alert(1)</script> привіт"


@pytest.fixture
def neighbour(app: App) -> Iterator[str]:
    """Return the address of another computer, which keeps what it gets in the same storage."""
    with MessageServer(app.storage.messages, port=0) as server:
        server.start()
        host, port = server.address[:2]
        yield f"{host}:{port}"


@pytest.fixture
def nobody() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


def test_a_message_is_sent_and_shown(browser: Browser, app: App, neighbour: str) -> None:
    page = browser.post("/messages", {"to": neighbour, "text": HOSTILE})

    assert "Delivered." in page.text
    assert "<script>alert" not in page.text
    assert "привіт" in page.text
    states = [one.state for one in app.mailbox.all()]
    assert sorted(states) == [State.DELIVERED, State.RECEIVED]
    mail = next(app.mailbox.all(state=State.DELIVERED))
    card = browser.get(f"/messages/{mail.id}").text
    assert neighbour in card
    assert "Try again now" not in card
    assert "привіт" in browser.get("/messages?q=прив", headers={"X-Part": "results"}).text
    assert "привіт" not in browser.get("/messages?state=waiting").text
    assert "привіт" in browser.get("/messages?state=received").text


def test_what_cannot_be_delivered_waits_and_is_tried_again(
    browser: Browser, app: App, nobody: str
) -> None:
    page = browser.post("/messages", {"to": nobody, "text": "later"})

    assert "it waits in the outbox" in page.text
    (mail,) = app.mailbox.all(state=State.WAITING)
    assert "Try again now" in browser.get(f"/messages/{mail.id}").text
    host, _, port = nobody.partition(":")
    with MessageServer(app.storage.messages, host=host, port=int(port)) as server:
        server.start()
        assert "Delivered." in browser.post(f"/messages/{mail.id}").text
    assert app.mailbox.get(str(mail.id)).state is State.DELIVERED
    assert "Removed." in browser.post(f"/messages/{mail.id}/remove").text
    assert browser.get(f"/messages/{mail.id}").status_code == 404


def test_what_is_wrong_is_said_beside_its_field(browser: Browser, app: App) -> None:
    for fields, name in (
        ({"to": "", "text": "x"}, "to"),
        ({"to": "nobody is so called", "text": "x"}, "to"),
        ({"to": "127.0.0.1:1", "text": ""}, "text"),
    ):
        answer = browser.post("/messages", fields)
        assert answer.status_code in {404, 409, 422}, fields
        assert f'id="{name}-error"' in answer.text
    assert app.storage.messages.count() == 0


def test_a_contact_with_an_address_is_offered(browser: Browser, app: App, neighbour: str) -> None:
    from pomichnyk.domain.changes import Changes

    app.contacts.add(Changes(name="Леся", messengers=[("", neighbour)]))

    page = browser.get("/messages?to=%D0%9B%D0%B5%D1%81%D1%8F").text
    assert 'value="Леся"' in page
    assert "Delivered." in browser.post("/messages", {"to": "Леся", "text": "hi"}).text


def test_the_page_is_told_when_something_comes(browser: Browser, app: App) -> None:
    with browser.client.websocket_connect(
        "ws://localhost/messages/live", headers={"Origin": ORIGIN}
    ) as open_:
        app.storage.messages.receive([Message(text="new", sender="Олесь", peer="10.0.0.2")])
        assert open_.receive_json() == {"came": 1}
        more = [Message(text=f"{n}", sender="Олесь", peer="10.0.0.2") for n in range(3)]
        app.storage.messages.receive(more)
        assert open_.receive_json() == {"came": 3}


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}])
def test_another_site_is_told_nothing(browser: Browser, headers: dict[str, str]) -> None:
    with (
        pytest.raises(WebSocketDisconnect),
        browser.client.websocket_connect("ws://localhost/messages/live", headers=headers),
    ):
        pass
