"""What a message is, and which ids messages have."""

from __future__ import annotations

import time
from typing import Any
from uuid import RFC_4122

import pytest

from pomichnyk.domain.message import Message, new_id
from pomichnyk.errors import InvalidValueError


def test_new_ids_are_uuids_and_differ() -> None:
    ids = [new_id() for _ in range(1000)]

    assert len({*ids}) == 1000
    assert {(one.version, one.variant) for one in ids} == {(8, RFC_4122)}


def test_ids_that_are_made_together_lie_together(monkeypatch: pytest.MonkeyPatch) -> None:
    for now in (0.0, 1_700_000_000.03, 1_700_000_000.99):
        monkeypatch.setattr("pomichnyk.domain.message.time", lambda now=now: now)
        assert {str(new_id())[:5] for _ in range(50)} == {f"{int(now * 16) % 2**20:05x}"}


def test_a_message_is_made_now_and_has_a_key_of_its_own() -> None:
    one, other = (Message(text="так", sender="хата", peer="host:1") for _ in range(2))

    assert one.id != other.id
    assert one.key != other.key
    assert 0 <= time.time() - one.created.timestamp() < 600


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": " \n"},
        {"text": "a\0b"},
        {"sender": ""},
        {"peer": "a\nb"},
        {"key": ""},
    ],
)
def test_a_message_that_says_nothing_or_cannot_be_stored_is_not_made(wrong: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"text": "так", "sender": "хата", "peer": "host:1"}

    with pytest.raises(InvalidValueError):
        Message(**usual | wrong)
