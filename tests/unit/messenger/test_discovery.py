"""Who else is on the network; here the network is the loopback."""

from __future__ import annotations

import sys
import threading

import pytest
from zeroconf import ServiceInfo

from messages import descriptors
from pomichnyk.errors import DriverMissingError
from pomichnyk.messenger.discovery import SERVICE, Peer, _info, _peer, announce, around

HERE = ("127.0.0.1",)
PRINT = ":".join(["AB"] * 32)


def test_who_announces_itself_is_found_until_it_leaves() -> None:
    before = descriptors(), threading.active_count()
    with announce("Кухня", 20380, PRINT, addresses=HERE) as announced:
        assert announced
        found = around(1.0, addresses=HERE)
    assert Peer("Кухня", "127.0.0.1", 20380, PRINT) in found
    assert (descriptors(), threading.active_count()) == before


@pytest.mark.parametrize("name", ["a.b", "Ї" * 500, "\x1b[2J", ""])
def test_any_name_fits(name: str) -> None:
    found = _peer(_info(name, 1, "", HERE))

    assert found
    assert 0 < len(found.name.encode()) < 64
    assert found.name.isprintable()


def test_what_others_say_of_themselves_is_not_believed_blindly() -> None:
    tricks = ServiceInfo(
        SERVICE,
        f"\u202etxt.{SERVICE}",
        port=1,
        parsed_addresses=[*HERE],
        properties={"fingerprint": "\x1b[2J"},
    )
    nowhere = ServiceInfo(SERVICE, f"x.{SERVICE}", port=1)

    assert _peer(tricks) == Peer(" txt", "127.0.0.1", 1)
    assert _peer(nowhere) is None


def test_where_there_is_no_network_nobody_is_found_and_nobody_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ifaddr.get_adapters", list)
    assert around(0.1) == []
    with announce("Кухня", 20380) as announced:
        assert not announced


def test_without_the_package_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zeroconf", None)

    with pytest.raises(DriverMissingError, match=r"pomichnyk\[discovery\]"):
        around(0.1)
