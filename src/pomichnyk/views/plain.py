"""The plain view: lines for ``grep``, ``cut`` and ``wc``.

A table is a line for each row, its cells separated by tabs, without a heading; an empty table is
nothing. A card is its title, a line ``label<TAB>value`` for each value, and its text behind an
empty line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pomichnyk.text import Text
from pomichnyk.views._readable import block, line
from pomichnyk.views._stream import StreamView
from pomichnyk.views.pages import Card, Message, Table


class PlainView(StreamView):
    """Writes lines of cells, without colours."""

    name = "plain"

    def message(self, page: Message) -> None:
        """Write what was done."""
        self.out.write(f"{block(self.say(page.text))}\n")

    def card(self, page: Card) -> None:
        """Write the title, the labelled values and the text."""
        self._line([page.title])
        for label, values in page.fields:
            for value in values:
                self._line([label, value])
        if page.body:
            self.out.write(f"\n{block(page.body)}\n")

    def table(self, page: Table[Any]) -> None:
        """Write a line for each row."""
        for item in page.items:
            self._line(page.cells(item))

    def _line(self, cells: Iterable[str | Text]) -> None:
        self.out.write("\t".join(line(self.say(cell)) for cell in cells) + "\n")
