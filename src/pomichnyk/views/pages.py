"""What there is to show. Views know these pages, not the things that fill them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pomichnyk.text import Text

Item = TypeVar("Item")
Record = Mapping[str, Any]
"""What a program reads of a page: JSON's own types alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Something to show; ``exit_code`` tells the shell when it was only partly done."""

    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Message(Page):
    """One line that says what was done."""

    text: Text
    record: Record = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Card(Page):
    """One thing, as labelled lines; ``body`` is a longer text such as a note's Markdown."""

    title: str | Text
    fields: Sequence[tuple[Text | str, Sequence[str | Text]]]
    record: Record
    body: str = ""


@dataclass(frozen=True, slots=True)
class Table(Page, Generic[Item]):
    """Many things, a row each; items are taken one at a time, so a table may be endless.

    Attributes:
        columns: headings.
        items: what fills the rows, in order.
        cells: gives the cells of an item's row, as many as there are columns.
        record: gives what a program reads of an item.
        empty: what to say when there are no items.
    """

    columns: Sequence[Text]
    items: Iterable[Item]
    cells: Callable[[Item], Sequence[str | Text]]
    record: Callable[[Item], Record]
    empty: Text
