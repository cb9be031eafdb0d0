"""Sheets: rows of named cells in .csv and .xlsx files, read and written one at a time."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from pomichnyk.errors import DriverMissingError, InvalidValueError, UsageError
from pomichnyk.files import replacing, told
from pomichnyk.text import Text

Cells = Mapping[str, str]
Numbered = tuple[int, Cells]
"""A row, and its number in the file, as a spreadsheet shows it."""

FORMATS = (".csv", ".xlsx")
DELIMITERS = ",;\t"
MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def check(path: Path) -> None:
    """See whether a file of that name can be read or written.

    Raises:
        UsageError: its name ends neither in .csv nor in .xlsx.
        DriverMissingError: openpyxl, which a workbook needs, is not installed.
    """
    if path.suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise UsageError(
            Text("{path}: the ending is not one of: {endings}", path=path, endings=known)
        )
    if path.suffix.lower() == ".xlsx":
        try:
            import openpyxl  # noqa: F401  # reading and writing need it
        except ModuleNotFoundError as missing:
            raise DriverMissingError("openpyxl", "xlsx") from missing


def read(path: Path, columns: Sequence[str]) -> Iterator[Numbered]:
    """Yield the rows of a file that are not blank; cells by the names of the columns.

    Names are taken without regard to case; other columns are left out, missing ones are empty.

    Raises:
        NotFoundError: there is no such file.
        InvalidValueError: it is no such sheet, or has none of the columns.
        UnavailableError: it cannot be read.
    """
    check(path)
    with told(path), path.open("rb") as file:
        rows = (_workbook if path.suffix.lower() == ".xlsx" else _text)(file, path)
        heading = [cell.strip().lower() for cell in next(rows, [])]
        places = {name: heading.index(name) for name in columns if name in heading}
        if not places:
            expected = Text("a first row with the columns {names}", names=", ".join(columns))
            raise InvalidValueError(Text("columns"), ", ".join(heading), expected)
        for number, cells in enumerate(rows, 2):
            if any(map(str.strip, cells)):
                yield number, _named(cells, places)


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a file whole, or leave the one that was there.

    Raises:
        PomichnykError: it cannot be written.
    """
    check(path)
    with told(path), replacing(path) as file:
        if path.suffix.lower() == ".xlsx":
            _save(file, columns, rows)
            return
        text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        try:
            writer = csv.writer(text)
            writer.writerow(columns)
            writer.writerows(rows)
        finally:
            text.detach()


def _named(cells: Sequence[str], places: Mapping[str, int]) -> Cells:
    return {
        name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()
    }


def _text(file: BinaryIO, path: Path) -> Iterator[list[str]]:
    content = file.read()
    encoding = MARKS.get(content[:2], "utf-8-sig")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidValueError(Text("file"), path, Text("text in UTF-8")) from error
    lines = io.StringIO(text, newline="")
    heading = lines.readline()
    if not heading.lower().startswith("sep="):  # a line by which Excel names the separator
        lines.seek(0)
    delimiter = max(DELIMITERS, key=(heading + text[len(heading) :].partition("\n")[0]).count)
    try:
        yield from csv.reader(lines, delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise InvalidValueError(Text("file"), path, Text("CSV ({why})", why=error)) from error


def _workbook(file: BinaryIO, path: Path) -> Iterator[list[str]]:
    from zipfile import BadZipFile

    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError) as error:
        raise InvalidValueError(Text("file"), path, Text("a workbook (.xlsx)")) from error
    try:
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [*map(_cell, row)]
    finally:
        book.close()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return str(value.date())
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


def _save(file: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet()

    def cell(value: object) -> object:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, value)
        made.data_type = "s"  # a name that begins with = is no formula
        return made

    sheet.append(columns)
    for row in rows:
        sheet.append([*map(cell, row)])
    book.save(file)
