"""Columns: how wide they are and how a row of them is laid, in cells of the terminal.

A letter such as 漢 or an emoji takes two cells; an accent of its own takes none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len, chop_cells, set_cell_size

GAP = "  "
NARROWEST = 6
MOST_LINES = 3


def widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return the width of each column so that the rows fit into so many cells.

    The widest columns are narrowed, all to the same width, but to no less than their longest
    word unless it must be; never below ``NARROWEST``. The last one gets the room that is left,
    for rows that were not measured. Each can hold a wide letter.
    """
    columns = [*zip(*rows, strict=True)]
    wanted = [max(2, *map(cell_len, column)) for column in columns]
    words = [
        max(cell_len(word) for cell in column for word in cell.split(" ")) for column in columns
    ]
    room -= len(GAP) * (len(columns) - 1)
    narrower = (
        [min(width, max(cap, word)) for width, word in zip(wanted, least, strict=True)]
        for least in (words, [NARROWEST] * len(columns))
        for cap in range(min(max(wanted), room), NARROWEST - 1, -1)
    )
    smallest = [min(width, NARROWEST) for width in wanted]
    *fitted, last = next((across for across in narrower if sum(across) <= room), smallest)
    return [*fitted, max(last, room - sum(fitted))]


def laid(cells: Sequence[str], across: Sequence[int]) -> Iterator[str]:
    """Yield the lines of one row; a cell too wide goes on below, its rest after … is left out."""
    columns = [_few(wrapped(cell, width), width) for cell, width in zip(cells, across, strict=True)]
    for parts in zip_longest(*columns, fillvalue=""):
        padded = (padding(part, width) for part, width in zip(parts, across, strict=True))
        yield GAP.join(padded).rstrip()


def padding(text: str, width: int) -> str:
    """Return the text with blanks behind it, so many cells wide at least."""
    return text + " " * (width - cell_len(text))


def wrapped(text: str, width: int) -> list[str]:
    """Return the text in lines of at most so many cells, broken between words where it can be."""
    if cell_len(text) <= width:
        return [text]
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines += chop_cells(word, width)
    return [line for line in lines if line]


def _few(lines: list[str], width: int) -> list[str]:
    if len(lines) <= MOST_LINES:
        return lines
    *kept, last = lines[:MOST_LINES]
    return [*kept, set_cell_size(last, min(width - 1, cell_len(last))) + "…"]


def labelled(fields: Sequence[tuple[str, str]], room: int) -> Iterator[tuple[str, str]]:
    """Yield the labels, each as wide as the widest, with the lines of their values beside them.

    A label stands on its first line alone; so many cells of room are for both and the gap.
    """
    edge = max((cell_len(label) for label, _ in fields), default=0)
    room = max(room - edge - len(GAP), NARROWEST)
    for label, value in fields:
        lines = [part for row in value.split("\n") for part in wrapped(row.expandtabs(), room)]
        heads = [label, *[""] * (len(lines) - 1)]
        yield from zip((padding(head, edge) for head in heads), lines, strict=True)
