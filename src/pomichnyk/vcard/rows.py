"""Row: a line of a spreadsheet on its way into a card, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pomichnyk.domain.fields import Birthday
from pomichnyk.errors import InvalidValueError
from pomichnyk.vcard.cards import VCard
from pomichnyk.vcard.drafts import Draft
from pomichnyk.vcard.labels import one_line, types
from pomichnyk.vcard.lines import ContentLine
from pomichnyk.vcard.text import escape, split, unescape

COLUMN = "X-CSV-COLUMN"
"""The property of a cell that no other covers; its parameter ``X-NAME`` is the heading."""

_DAY = re.compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})")
_MONTHS = 12


class Row:
    """The cells of a row by their headings, and the card that is made of them.

    A cell is taken once; those that nobody took are kept in the card at the end.
    """

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = {heading: cell.strip() for heading, cell in cells.items() if cell.strip()}
        self._draft = Draft(VCard("BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD"))

    def numbers(self, kind: str) -> list[int]:
        """Return the numbers under which there are cells of a kind: ``Phone 2 - Value``."""
        form = re.compile(rf"{kind} (\d+) - .*", re.DOTALL)
        return sorted({int(found[1]) for found in map(form.fullmatch, self._cells) if found})

    def take(self, *headings: str) -> str:
        """Return the first cell under one of the headings that is not empty, and spend it."""
        return next(filter(None, (self._cells.pop(heading, "") for heading in headings)), "")

    def keep(self, heading: str, cell: str) -> None:
        """Put a cell back that was taken but is not in the card."""
        self._cells[heading] = cell

    def add(self, name: str, value: str, label: str = "", *options: str) -> None:
        """Put a text into the card, if it is not empty."""
        if value:
            self._draft.add(name, escape(value), label=label, options=options)

    def add_parts(self, name: str, parts: Sequence[str], label: str = "", *options: str) -> None:
        """Put a value of several parts into the card, unless all are empty."""
        if any(parts):
            value = ";".join(map(escape, parts))
            self._draft.add(name, value, label=label, options=options)

    def add_list(self, name: str, parts: Iterable[str]) -> None:
        """Put a list into the card, unless it is empty."""
        if value := ",".join(map(escape, filter(None, parts))):
            self._draft.add(name, value)

    def add_name(self, full: str, parts: Sequence[str]) -> None:
        """Put the name into the card: as one writes it, and family, given, middle, ... parts."""
        family, given, middle, prefix, suffix = parts
        spoken = " ".join(filter(None, (prefix, given, middle, family, suffix)))
        self.add("FN", full or spoken)
        self.add_parts("N", parts)

    def add_birthday(self, value: str) -> None:
        """Put the birthday into the card; a day that may mean two days stays a text."""
        if day := iso(value):
            self.add("BDAY", day)
        elif value.strip("0/.- "):
            self.add("BDAY", value, "", "VALUE=text")

    def card(self) -> VCard:
        """Return the card, with the cells that nobody took."""
        for heading, cell in self._cells.items():
            self.add(COLUMN, cell, "", f'X-NAME="{_quoted(heading)}"')
        return self._draft.card


def label(text: str) -> str:
    """Return a label of a spreadsheet, such as ``Mobile``, as ours."""
    word = one_line(text)
    return word.lower() if types(word.lower()) else word


def columns(card: VCard) -> dict[str, str]:
    """Return the cells that a card keeps from the spreadsheet it came from."""
    return {line.param("X-NAME"): unescape(line.text) for line in card.named(COLUMN)}


def first(card: VCard, name: str) -> str:
    """Return the text of the first line of a property, empty if there is none."""
    return next((unescape(line.text) for line in card.named(name)), "")


def parts(line: ContentLine | None, count: int) -> list[str]:
    """Return so many parts of a line's value, those that it lacks empty."""
    found = [unescape(part) for part in split(line.text, ";")] if line else []
    return [*found, *[""] * count][:count]


def iso(text: str) -> str:
    """Return a day as ISO has it, empty if it is no day or it is not sure which.

    ``4/5/1990`` is the fifth of April or the fourth of May: that is not for us to guess.
    """
    if not (found := _DAY.fullmatch(text)):
        return text if re.fullmatch(r"(\d{4}-|--)\d\d-\d\d", text) else ""
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    day, month = (one, other) if found[2] == "." or one > _MONTHS else (other, one)
    if found[2] == "/" and one != other and max(one, other) <= _MONTHS:
        return ""
    try:
        return str(Birthday(month, day, year))
    except InvalidValueError:
        return ""


def _quoted(heading: str) -> str:
    """Return a heading as the value of a quoted parameter (RFC 6868)."""
    text = heading.replace("\\", "\\\\").replace("^", "^^").replace("\n", "^n")
    return text.replace('"', "^'")
