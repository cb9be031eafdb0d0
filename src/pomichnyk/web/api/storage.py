"""The storage, for programs."""

from __future__ import annotations

from dataclasses import asdict

from pomichnyk.web.api import shapes
from pomichnyk.web.api.call import Call
from pomichnyk.web.api.operation import Answer, Operation


def info(call: Call) -> Answer:
    """Answer what the storage says of itself."""
    return Answer(asdict(call.app.storage.info()))


def check(call: Call) -> Answer:
    """Answer what is wrong inside, if anything is."""
    return Answer({"problems": [call.say(line) for line in call.app.storage.check()]})


operations = [
    Operation("GET", "/storage", info, "Answer what is kept, and where.", answer=shapes.Storage),
    Operation("GET", "/storage/check", check, "Look for damage.", answer=shapes.Check),
]
