"""The application: the site with its guard and its pages, as a server runs it."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from pomichnyk.web.guard import Guard
from pomichnyk.web.routing import failed, refused
from pomichnyk.web.site import Site

NOUNS = (
    "home",
    "contact_files",
    "contacts",
    "notes",
    "session",
    "public",
    "programs",
    "grade_files",
    "grade_marks",
    "grades",
    "grade_people",
    "messages",
    "tidying",
    "storage",
    "helping",
)
"""Modules of this package that give ``routes``."""


def application(site: Site) -> ASGIApp:
    """Return the site as an ASGI application, its guard around everything."""
    made = Starlette(
        routes=routes(), exception_handlers={HTTPException: refused, Exception: failed}
    )
    made.state.site = site
    return Guard(made, site)


def routes() -> list[BaseRoute]:
    """Return the routes of every noun."""
    return [route for module in modules() for route in module.routes]


def modules() -> list[ModuleType]:
    """Return the module of every noun."""
    return [import_module(f"pomichnyk.web.{noun}") for noun in NOUNS]
