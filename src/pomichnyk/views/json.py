"""The JSON view: one document for a program to read.

A table is an array, an item to a line; a card or a message is an object.
"""

from __future__ import annotations

import json
from typing import Any, TextIO

from pomichnyk.text import Translations
from pomichnyk.views._readable import escaped
from pomichnyk.views._stream import StreamView, speaks_unicode
from pomichnyk.views.pages import Card, Message, Record, Table


class JsonView(StreamView):
    """Writes what pages hold for programs, in UTF-8, or in ASCII where the stream needs it."""

    name = "json"

    def __init__(self, out: TextIO, err: TextIO, catalogue: Translations) -> None:
        super().__init__(out, err, catalogue)
        self._encoder = json.JSONEncoder(ensure_ascii=not speaks_unicode(out), allow_nan=False)

    def message(self, page: Message) -> None:
        """Write the object that a message carries."""
        self.out.write(self._object(page.record) + "\n")

    def card(self, page: Card) -> None:
        """Write the object that a card carries."""
        self.out.write(self._object(page.record) + "\n")

    def table(self, page: Table[Any]) -> None:
        """Write an array, item by item."""
        objects = (self._object(page.record(item)) for item in page.items)
        # The first item comes before the bracket: if it fails, nothing has been written.
        first = next(objects, None)
        if first is None:
            self.out.write("[]\n")
            return
        self.out.write(f"[\n{first}")
        for one in objects:
            self.out.write(f",\n{one}")
        self.out.write("\n]\n")

    def _object(self, record: Record) -> str:
        return escaped(self._encoder.encode(record))
