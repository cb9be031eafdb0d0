"""The link does what is due, whatever else there is to hear."""

from __future__ import annotations

import socket
from contextlib import closing
from time import monotonic
from types import SimpleNamespace

import pytest

from pomichnyk.cache.address import Address
from pomichnyk.cache.line import Bell, Line
from pomichnyk.cache.link import Link
from pomichnyk.cache.resp import Wire
from pomichnyk.cache.session import Session
from redis_server import LIMIT


def test_a_turn_ends_however_much_there_is_to_hear(monkeypatch: pytest.MonkeyPatch) -> None:
    end = monotonic() + LIMIT
    monkeypatch.setattr(Line, "wait", lambda *_: monotonic() < end)
    ours, theirs = socket.socketpair()
    link = Link(Address("redis://localhost"), lambda: None)
    link.bell = Bell()
    session = Session(link, Wire(ours, SimpleNamespace(disconnect=ours.close)))

    with closing(link.bell), closing(theirs), session.line:
        session.turn()

    assert monotonic() < end
