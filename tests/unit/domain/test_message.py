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


def test_ids_are_in_the_order_in_which_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = [1_700_000_000.03 + step / 2**16 for step in range(50)]
    monkeypatch.setattr("pomichnyk.domain.message.time", iter(moments).__next__)

    ids = [str(new_id()) for _ in moments]

    assert ids == sorted(ids)
    assert [one[:8] for one in ids] == [f"{int(now * 2**16) % 2**32:08x}" for now in moments]


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
