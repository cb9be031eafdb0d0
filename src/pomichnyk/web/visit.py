"""A visit: one request of a person, with all that a page needs to answer it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pomichnyk.bootstrap import App
from pomichnyk.text import Text, translations
from pomichnyk.views._html import environment
from pomichnyk.views.pages import Page
from pomichnyk.views.web import fragment
from pomichnyk.web.forms import Form
from pomichnyk.web.guard import Visitor
from pomichnyk.web.language import chosen
from pomichnyk.web.sessions import form_token
from pomichnyk.web.site import MENU, TEMPLATES, Site

DONE = {
    "added": Text("Added."),
    "saved": Text("Saved."),
    "removed": Text("Removed."),
    "delivered": Text("Delivered."),
    "kept": Text("Nobody is there now: it waits in the outbox."),
}
"""What a page may be told to say was done: a URL names one of these, and no other words."""
PART = "x-part"
"""The header by which our script asks for a part of a page."""


class Visit:
    """What was asked, the parts of the program, and the answers there are.

    Attributes:
        form: what a POST brought; empty for a GET.
    """

    def __init__(self, request: Request, form: Form | None = None) -> None:
        self.request, self.form = request, form or Form()
        self.site: Site = request.app.state.site
        self.visitor: Visitor = request.scope["visitor"]

    @property
    def app(self) -> App:
        """The parts of the program."""
        return self.site.app

    @property
    def path(self) -> Mapping[str, Any]:
        """What stands for the names in the route's path."""
        return self.request.path_params

    @property
    def query(self) -> QueryParams:
        """What stands behind the question mark."""
        return self.request.query_params

    @cached_property
    def language(self) -> str:
        """The language to answer in."""
        return chosen(self.request, self.app.config.lang)

    @property
    def token(self) -> str:
        """What every form must hold, as the field ``token``."""
        return form_token(self.visitor.cookie)

    @property
    def address(self) -> str:
        """The computer that asks."""
        return self.request.client.host if self.request.client else ""

    def say(self, text: Text) -> str:
        """Return a text in the visitor's language."""
        return text.said(translations(self.language))

    def shown(self, page: Page) -> Markup:
        """Return a Message, a Card or a Table as HTML, to be filled into a template."""
        return fragment(page, translations(self.language))

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page made by a template, or the part of it that our script asked for."""
        made = environment(translations(self.language), TEMPLATES).get_template(template)
        context = {**self._common(), **values}
        if (part := self.request.headers.get(PART)) and part in made.blocks:
            return HTMLResponse("".join(made.blocks[part](made.new_context(context))), status)
        return HTMLResponse(made.render(context), status)

    def moved(self, path: str, *, did: str = "") -> Response:
        """Lead on to a page of ours after a change; ``did`` is one of ``DONE``, said there."""
        query = f"?{urlencode({'did': did})}" if did else ""
        return RedirectResponse(quote(path, safe="/%?=&+:@") + query, 303)

    def _common(self) -> dict[str, Any]:
        here = self.request.scope["path"]  # a URL would be put together to be taken apart again
        return {
            "asset": self.site.assets.urls.__getitem__,
            "csrf": self.token,
            "done": DONE.get(self.query.get("did", "")),
            "here": here,
            "again": here + (f"?{self.query}" if self.query else ""),
            "language": self.language,
            "menu": MENU,
            "visitor": self.visitor,
        }
