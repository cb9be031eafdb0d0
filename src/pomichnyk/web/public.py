"""What anybody may get: styles, scripts, the picture, and whether the site is there."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pomichnyk.web.site import Site


async def _asset(request: Request) -> Response:
    return _site(request).assets.response(request.path_params["name"])


async def _picture(request: Request) -> Response:
    return _site(request).assets.response("favicon.svg")


async def _healthy(_: Request) -> Response:
    return PlainTextResponse("ok\n")


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


routes = [
    Route("/static/{digest}/{name}", _asset),
    Route("/favicon.ico", _picture),
    Route("/health", _healthy),
]
