"""The web view: fragments of HTML, for the pages of the assistant in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO, TextIOWrapper
from itertools import chain, islice
from typing import Any, TextIO

from markupsafe import Markup, escape

from pomichnyk.text import Translations
from pomichnyk.views._html import environment
from pomichnyk.views._readable import block
from pomichnyk.views._stream import StreamView
from pomichnyk.views.pages import Card, Message, Page, Table

TOGETHER = 64
"""How many pieces of a template are written at once."""


class WebView(StreamView):
    """Writes a fragment for each page; cells that are ``Markup`` are taken as they are."""

    name = "web"

    def __init__(self, out: TextIO, err: TextIO, catalogue: Translations) -> None:
        super().__init__(out, err, catalogue)
        if isinstance(out, TextIOWrapper):
            out.reconfigure(errors="xmlcharrefreplace")

    def message(self, page: Message) -> None:
        """Write what was done, as a paragraph."""
        self._write("message.html", text=page.text)

    def card(self, page: Card) -> None:
        """Write an article: the title, the values beside their labels, the text as Markdown."""
        fields = [(label, values) for label, values in page.fields if values]
        self._write("card.html", title=page.title, fields=fields, body=page.body)

    def table(self, page: Table[Any]) -> None:
        """Write a table, taking its rows as they are written; a word where there are none."""
        items = iter(page.items)
        # The first item comes before the heading: if it fails, nothing has been written.
        first = [*islice(items, 1)]
        if not first:
            self._write("empty.html", text=page.empty)
            return
        labels = [escape(block(self.say(column))) for column in page.columns]
        rows = (zip(labels, page.cells(item), strict=True) for item in chain(iter(first), items))
        del first
        self._write("table.html", columns=labels, rows=rows)

    def _write(self, template: str, **values: Any) -> None:
        pieces = environment(self.catalogue).get_template(template).generate(**values)
        for some in _together(pieces):
            self.out.write(some)
        self.out.write("\n")


def fragment(page: Page, catalogue: Translations) -> Markup:
    """Return a page as HTML, for a template to take in."""
    out = StringIO()
    WebView(out, out, catalogue).show(page)
    return Markup(out.getvalue())  # noqa: S704  # the templates have escaped what they were given


def _together(pieces: Iterator[str]) -> Iterator[str]:
    while some := "".join(islice(pieces, TOGETHER)):
        yield some
