"""What the views that write to a stream have in common."""

from __future__ import annotations

from abc import abstractmethod
from io import TextIOWrapper
from typing import Any, TextIO

from pomichnyk.config import APPLICATION
from pomichnyk.errors import PomichnykError
from pomichnyk.text import Translations
from pomichnyk.views import View
from pomichnyk.views._readable import line
from pomichnyk.views.pages import Card, Message, Page, Table


class StreamView(View):
    """Writes each page by a method of its own, and an error as one line behind our name."""

    def __init__(self, out: TextIO, err: TextIO, catalogue: Translations) -> None:
        super().__init__(out, err, catalogue)
        for stream in (out, err):
            if isinstance(stream, TextIOWrapper):
                # What a stream's encoding lacks is written as an escape: shown, and not lost.
                stream.reconfigure(errors="backslashreplace")

    def show(self, page: Page) -> None:
        """Write a page and hand it over at once, so that a closed pipe is noticed here.

        Raises:
            BrokenPipeError: nobody reads any more.
        """
        match page:
            case Message():
                self.message(page)
            case Card():
                self.card(page)
            case Table():
                self.table(page)
            case _:
                raise TypeError(page)
        self.out.flush()

    def error(self, error: PomichnykError) -> None:
        """Write an error as one line."""
        self.err.write(f"{APPLICATION}: {line(self.say(error.text))}\n")
        self.err.flush()

    @abstractmethod
    def message(self, page: Message) -> None:
        """Write what was done."""

    @abstractmethod
    def card(self, page: Card) -> None:
        """Write one thing."""

    @abstractmethod
    def table(self, page: Table[Any]) -> None:
        """Write many things, taking them one at a time."""


def speaks_unicode(stream: TextIO) -> bool:
    """Tell whether a stream can carry every character."""
    return (stream.encoding or "utf-8").lower().startswith("utf")
