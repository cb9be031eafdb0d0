"""Contacts in spreadsheets: rows of Google's or Outlook's to cards, and cards to rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import BinaryIO, Protocol

from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Text
from pomichnyk.vcard import google, outlook
from pomichnyk.vcard.cards import VCard
from pomichnyk.vcard.decoding import octets
from pomichnyk.vcard.reading import LARGEST, CardError
from pomichnyk.vcard.rows import Row

DELIMITERS = ",;\t"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r(?!\Z))|[^\r\n]+\r?\Z|\r\Z")
_UNREADABLE = re.compile(r"[\0\ud800-\udfff]")


class Dialect(Protocol):
    """Whose columns a spreadsheet has; a module of ours is one."""

    EXPECTED: str

    def knows(self, headings: Collection[str]) -> bool:
        """Tell whether a spreadsheet with these headings is of this dialect."""

    def fill(self, row: Row) -> None:
        """Take the cells of a row into its card."""

    def cells(self, card: VCard) -> dict[str, str]:
        """Return a card as cells by their headings."""

    def order(self, heading: str) -> tuple[int, ...]:
        """Return the key by which the headings come in order."""


DIALECTS: dict[str, Dialect] = {"google": google, "outlook": outlook}


def read(
    stream: BinaryIO, *, encoding: str = "", largest: int = LARGEST
) -> Iterator[VCard | CardError]:
    """Yield a card for each row of a spreadsheet, or the error that keeps it from being read.

    What no property of a card covers is kept in it under ``X-CSV-COLUMN``. Whose spreadsheet it
    is, and what separates its cells, is told by its headings.

    Args:
        stream: the file, opened for bytes.
        encoding: what it is in, if that is neither UTF-8 nor told by a byte order mark.
        largest: characters that a row may have.

    Raises:
        InvalidValueError: the headings are neither Google's nor Outlook's.
        UsageError: there is no such encoding.
    """
    csv.field_size_limit(largest)
    chunks = codecs.iterdecode(octets(stream, encoding), "utf-8", "surrogateescape")
    lines = _lines(chunks, largest)
    heading = next(lines, "")
    if heading.lower().startswith("sep="):  # a line by which Excel names the separator
        heading = next(lines, "")
    delimiter, dialect = _recognized(heading)
    headings = _distinct(next(csv.reader([heading], delimiter=delimiter)))
    for number, cells in _rows(csv.reader(lines, delimiter=delimiter, strict=True)):
        yield _card(number, headings, cells, dialect)


def write(cards: Callable[[], Iterable[VCard]], dialect: str) -> Iterator[bytes]:
    """Yield a spreadsheet of the cards, piece by piece, in UTF-8.

    Args:
        cards: gives the cards; asked twice, for the columns come first.
        dialect: ``google`` or ``outlook``.
    """
    form = DIALECTS[dialect]
    headings: dict[str, None] = {}
    for card in cards():
        headings |= dict.fromkeys(form.cells(card))
    line = io.StringIO()
    writer = csv.DictWriter(line, sorted(headings, key=form.order), restval="")
    writer.writeheader()
    # Outlook takes a file without this mark for one in the system's old code page.
    yield codecs.BOM_UTF8 if dialect == "outlook" else b""
    for card in cards():
        writer.writerow(form.cells(card))
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()
    yield line.getvalue().encode()


def _lines(chunks: Iterable[str], largest: int) -> Iterator[str]:
    """Yield the lines with their ends, which are line feeds and carriage returns alone."""
    left = ""
    for chunk in chunks:
        lines = _LINE.findall(left + chunk)
        left = lines.pop() if lines else ""
        if len(left) > largest:
            raise InvalidValueError(Text("file"), left[:80], Text("lines of a readable length"))
        yield from lines
    yield from filter(None, [left])


def _recognized(heading: str) -> tuple[str, Dialect]:
    for delimiter in DELIMITERS:
        row = next(csv.reader([heading], delimiter=delimiter), [])
        for dialect in DIALECTS.values():
            if dialect.knows([one.strip() for one in row]):
                return delimiter, dialect
    raise InvalidValueError(
        Text("columns"),
        heading.strip(),
        Text(
            "those of Google ({google}, ...) or Outlook ({outlook}, ...)",
            google=google.EXPECTED,
            outlook=outlook.EXPECTED,
        ),
    )


def _distinct(headings: Sequence[str]) -> list[str]:
    """Return the headings with a number behind those that are there already."""
    once: dict[str, None] = {}
    for heading in map(str.strip, headings):
        number, name = 1, heading
        while name in once:
            number += 1
            name = f"{heading} ({number})"
        once[name] = None
    return [*once]


def _rows(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Yield the rows that are not blank, numbered from 1, and for a broken one its error."""
    number = 0
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield number, error
            continue
        if any(map(str.strip, cells)):
            number += 1
            yield number, cells


def _card(
    number: int, headings: Sequence[str], cells: list[str] | csv.Error, dialect: Dialect
) -> VCard | CardError:
    if isinstance(cells, csv.Error):
        return CardError(number, "", Text("the row is broken: {error}", error=cells))
    if any(map(_UNREADABLE.search, cells)):
        return CardError(number, "", Text("it is not UTF-8; --encoding names another encoding"))
    more = [f"Column {place}" for place in range(len(headings) + 1, len(cells) + 1)]
    row = Row(dict(zip((*headings, *more), cells, strict=False)))
    dialect.fill(row)
    return row.card()
