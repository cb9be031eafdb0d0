"""A browser without a screen: asks the site in this process, and fills in its forms."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

from pomichnyk.bootstrap import App
from pomichnyk.config import Config
from pomichnyk.services.access import Access
from pomichnyk.text import translations
from pomichnyk.views import View
from pomichnyk.web.application import application
from pomichnyk.web.changes import counted
from pomichnyk.web.sessions import Sessions
from pomichnyk.web.site import Site

with warnings.catch_warnings():
    # Starlette's client would rather have httpx2, a fork; both answer alike.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

ORIGIN = "http://localhost"
TOKEN = re.compile(r'name="token" value="([0-9a-f]{64})"')

OPEN: dict[int, ExitStack] = {}
"""What is to be closed before a site is."""

Answer = Any
"""A response of httpx: ``status_code``, ``text``, ``headers``, ``json()``."""


class Browser:
    """One visitor: keeps cookies, follows redirects, and sends the token of the page's forms."""

    def __init__(self, site: Site, **headers: str) -> None:
        self.site = site
        client = TestClient(
            application(site), base_url=ORIGIN, headers={"Accept-Language": "en", **headers}
        )
        # Entered, it keeps one event loop for all requests; the site leaves it.
        self.client = OPEN[id(site)].enter_context(client)

    def get(self, path: str, **options: Any) -> Answer:
        """Open a page."""
        return self.client.get(path, **options)

    def post(
        self,
        path: str,
        fields: Mapping[str, str | Sequence[str]] | None = None,
        *,
        page: str = "",
        **options: Any,
    ) -> Answer:
        """Fill in the form of a page (of ``path``, unless another is named) and send it.

        Hidden fields that the page has are sent as they are, as a browser does.
        """
        shown = self.get(page or path).text
        data = {**hidden(shown), **(fields or {})}
        headers = {"Origin": ORIGIN, **options.pop("headers", {})}
        return self.client.post(path, data=data, headers=headers, **options)


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the form in the page's main part, or of that in its head."""
    head, _, main = page.partition("<main")
    form = main if TOKEN.search(main) else head
    fields = re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in fields}


@contextmanager
def site(folder: Path, storage: str = "memory:", **options: Any) -> Iterator[Site]:
    """Give a site whose storage is at a URL; password, tokens and sessions lie in a folder."""
    view = View.named("plain")(StringIO(), StringIO(), translations("en"))
    with App(Config(storage), view) as app, counted(app.storage) as changes:
        made = Site(app, Access(folder), Sessions(folder), changes=changes, **options)
        with closing(made), ExitStack() as clients:
            OPEN[id(made)] = clients
            yield made
        del OPEN[id(made)]
