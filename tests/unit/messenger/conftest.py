"""A server and the inbox it fills."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from messages import Kept
from pomichnyk.messenger import MessageServer


@pytest.fixture
def inbox() -> Kept:
    return Kept()


@pytest.fixture
def server(inbox: Kept) -> Iterator[MessageServer]:
    with MessageServer(inbox, port=0).start() as made:
        yield made
