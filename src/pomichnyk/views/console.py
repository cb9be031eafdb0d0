"""The console view: for a person at a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from time import monotonic
from typing import Any, TextIO, TypeVar

from pomichnyk.config import APPLICATION
from pomichnyk.errors import PomichnykError
from pomichnyk.text import Text, Translations
from pomichnyk.views._colours import BOLD, FAINT, RED, Paint, lively
from pomichnyk.views._columns import labelled, laid, widths
from pomichnyk.views._readable import block, line
from pomichnyk.views._stream import StreamView
from pomichnyk.views.pages import Card, Message, Table

Item = TypeVar("Item")

MEASURED = 500
"""How many rows decide the widths of a table's columns; the rows behind them are laid alike."""
WIDEST_TEXT = 100
"""Cells of the terminal that a longer text takes at most: longer lines are hard to read."""
PATIENCE = 0.5
"""Seconds before progress is worth showing."""


class ConsoleView(StreamView):
    """Writes aligned columns, in colours where they are seen."""

    name = "console"

    def __init__(self, out: TextIO, err: TextIO, catalogue: Translations) -> None:
        super().__init__(out, err, catalogue)
        self._paint = Paint(out)

    def message(self, page: Message) -> None:
        """Write what was done."""
        self._write(block(self.say(page.text)))

    def error(self, error: PomichnykError) -> None:
        """Write an error as one line."""
        name = Paint(self.err)(f"{APPLICATION}:", RED)
        self.err.write(f"{name} {line(self.say(error.text))}\n")
        self.err.flush()

    def card(self, page: Card) -> None:
        """Write the title, the values beside their labels, and the text as Markdown."""
        self._write(self._paint(self._cell(page.title), BOLD))
        fields = [
            (self._cell(label), "\n".join(block(self.say(value)) for value in values))
            for label, values in page.fields
            if values
        ]
        for label, value in labelled(fields, _room() - 2):
            self._write(f"  {self._paint(label, FAINT)}  {value}".rstrip())
        if page.body:
            self._write("")
            self._text(page.body)

    def table(self, page: Table[Any]) -> None:
        """Write a heading and the rows, taking them as they are written."""
        rows = (list(map(self._cell, page.cells(item))) for item in page.items)
        measured = list(islice(rows, MEASURED))
        if not measured:
            self._write(self._paint(self._cell(page.empty), FAINT))
            return
        heading = list(map(self._cell, page.columns))
        across = widths([heading, *measured], _room())
        for text in laid(heading, across):
            self._write(self._paint(text, BOLD))
        for row in chain(measured, rows):
            self.out.writelines(f"{text}\n" for text in laid(row, across))

    def track(self, items: Iterable[Item], doing: Text, total: int | None = None) -> Iterator[Item]:
        """Yield the items under a bar on the terminal, if they take their time."""
        waiting = iter(items)
        if not lively(self.err):
            yield from waiting
            return
        start, done = monotonic(), 0
        for item in waiting:
            yield item
            done += 1
            if monotonic() - start > PATIENCE:
                break
        else:
            return
        from pomichnyk.views._progress import tracked

        yield from tracked(waiting, self.err, line(self.say(doing)), done=done, total=total)

    def _text(self, markdown: str) -> None:
        from pomichnyk.views._markdown import rendered

        width = min(_room(), WIDEST_TEXT)
        self.out.write(rendered(markdown, width=width, coloured=self._paint.coloured))

    def _cell(self, text: str | Text) -> str:
        return line(self.say(text))

    def _write(self, text: str) -> None:
        self.out.write(f"{text}\n")


def _room() -> int:
    """Return how many cells wide the terminal is; 80 where there is none."""
    return shutil.get_terminal_size().columns
