"""The application: the site with its guard and its pages, as a server runs it."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from pomichnyk.web.guard import Guard
from pomichnyk.web.routing import failed, refused
from pomichnyk.web.site import Site

NOUNS = {
    "": ["home"],
    "contacts": ["contact_files", "contacts"],
    "notes": ["notes"],
    "messages": ["messages"],
    "grades": ["grade_files", "grade_marks", "grades", "grade_people"],
    "tidy": ["tidying"],
    "storage": ["storage"],
    "help": ["helping"],
    "api": ["programs"],
    "login": ["session"],
    "logout": ["session"],
    "language": ["session"],
    "static": ["public"],
    "favicon.ico": ["public"],
    "health": ["public"],
}
"""What paths begin with, and the modules of this package whose ``routes`` begin so."""


class Area(BaseRoute):
    """The pages whose paths begin alike, imported when one of them is first asked for."""

    def __init__(self, first: str) -> None:
        self._first = first

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether a path begins so."""
        first, _, _ = scope["path"].removeprefix("/").partition("/")
        return (Match.FULL if first == self._first else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the page that it asks for."""
        await self._pages(scope, receive, send)

    @cached_property
    def routes(self) -> list[BaseRoute]:
        """The routes of its nouns that begin so."""
        modules = (import_module(f"pomichnyk.web.{noun}") for noun in NOUNS[self._first])
        return [
            route
            for module in modules
            for route in module.routes
            if self.matches({"path": route.path})[0] is Match.FULL
        ]

    @cached_property
    def _pages(self) -> Router:
        return Router(self.routes)


def application(site: Site) -> ASGIApp:
    """Return the site as an ASGI application, its guard around everything."""
    made = Starlette(routes=areas(), exception_handlers={HTTPException: refused, Exception: failed})
    made.state.site = site
    return Guard(made, site)


def areas() -> list[Area]:
    """Return the areas of the site."""
    return [*map(Area, NOUNS)]


def routes() -> list[BaseRoute]:
    """Return the routes of every noun."""
    return [route for area in areas() for route in area.routes]
