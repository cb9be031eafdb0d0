"""Paging: a part of a list, and links to the parts before and after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from pomichnyk.web.api.call import Call
from pomichnyk.web.api.operation import Answer
from pomichnyk.web.problems import API

Item = TypeVar("Item")


def part(call: Call, path: str, items: Iterable[Item], record: Callable[[Item], Any]) -> Answer:
    """Answer the part of a list that the query asks for, by ``limit`` and ``offset``."""
    limit, offset = call.query.limit, call.query.offset
    found = [*islice(items, offset, offset + limit + 1)]
    links = []
    if len(found) > limit:
        links.append(_link(call, path, offset + limit, "next"))
    if offset:
        links.append(_link(call, path, max(0, offset - limit), "prev"))
    headers = {"Link": ", ".join(links)} if links else {}
    return Answer([record(one) for one in found[:limit]], headers=headers)


def wanted(call: Call) -> int:
    """Return how many items are to be asked for to answer a part, and to know if more follow."""
    count: int = call.query.offset + call.query.limit + 1
    return count


def _link(call: Call, path: str, offset: int, relation: str) -> str:
    query = msgspec.to_builtins(call.query) | {"offset": offset}
    named = urlencode({name: value for name, value in query.items() if value != ""})
    return f'<{API}{path}?{named}>; rel="{relation}"'
