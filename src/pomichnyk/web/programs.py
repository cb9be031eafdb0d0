"""Programs: /api, whose parts are imported when a program first asks; pages need none of them."""

from __future__ import annotations

from functools import cache

from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from pomichnyk.web.problems import API

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class Api:
    """An ASGI application for all that programs ask for."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the resource that it asks for."""
        await _router()(scope, receive, send)


@cache
def _router() -> Router:
    from pomichnyk.web.api import resources

    return Router(resources())


routes = [Route(f"{API}/{{rest:path}}", Api(), methods=METHODS)]
