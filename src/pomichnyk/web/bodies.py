"""Bodies of pages that were made already, for as long as nothing that they show has changed."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock

from starlette.responses import Response

MOST = 256
"""How many bodies are kept."""
LARGEST = 256 << 10
"""Bytes of the largest that is kept."""
CACHING = "private, no-cache"
"""The browser keeps the page, but asks each time whether it still holds."""


@dataclass(frozen=True, slots=True)
class Body:
    """A page as it was made, when the storage was in some state."""

    state: Hashable
    etag: str
    content: bytes


class Bodies:
    """The latest bodies, by all that they depend on."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[Hashable, Body] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, state: Hashable) -> Body | None:
        """Return the body that was made in this state, if it is still there."""
        body = self._bodies.get(key)
        if body is None or body.state != state:
            return None
        return body

    def keep(self, key: Hashable, state: Hashable, content: bytes) -> Body:
        """Keep a body, the oldest making room, and return it with the ETag it got."""
        body = Body(state, f'"{secrets.token_urlsafe(12)}"', content)
        if len(content) <= LARGEST:
            with self._lock:
                self._bodies[key] = body
                self._bodies.move_to_end(key)
                while len(self._bodies) > MOST:
                    self._bodies.popitem(last=False)
        return body


def answer(body: Body, asked: str) -> Response:
    """Return a body, or the word that the browser has it already (``asked``: If-None-Match)."""
    headers = {"ETag": body.etag, "Cache-Control": CACHING}
    if body.etag in asked:
        return Response(status_code=304, headers=headers)
    return Response(body.content, media_type="text/html", headers=headers)
