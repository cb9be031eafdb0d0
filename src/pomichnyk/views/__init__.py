"""Views: the one place that writes what a person or a program reads.

A view is one file: a class with a ``name`` that shows the three pages, errors and progress.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, TextIO, TypeVar

from pomichnyk.errors import PomichnykError
from pomichnyk.meta import Meta
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Page

Item = TypeVar("Item")


class View(metaclass=Meta):
    """Shows pages on a stream, in the language of a catalogue."""

    apart = ("pages",)
    name: ClassVar[str]

    def __init__(self, out: TextIO, err: TextIO, catalogue: Translations) -> None:
        """Write pages to ``out``, and errors and progress to ``err``."""
        self.out, self.err, self.catalogue = out, err, catalogue

    @abstractmethod
    def show(self, page: Page | Any) -> None:
        """Write a page: a Message, a Card or a Table."""

    @abstractmethod
    def error(self, error: PomichnykError) -> None:
        """Write an error as one line."""

    def track(self, items: Iterable[Item], doing: Text, total: int | None = None) -> Iterator[Item]:
        """Yield the items, showing how far along they are where the view can."""
        del doing, total  # for views that can show them
        yield from items

    def say(self, text: Text | str) -> str:
        """Return a text in the view's language."""
        return text.said(self.catalogue) if isinstance(text, Text) else text
