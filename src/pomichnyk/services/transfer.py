"""Transfer: contacts in from files of other programs, and out to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from pomichnyk.errors import InvalidValueError, UsageError
from pomichnyk.files import replacing, told
from pomichnyk.services.imports import Import, Report
from pomichnyk.storage import Storage
from pomichnyk.text import Text
from pomichnyk.vcard import VCard, format, read  # noqa: A004  # the counterpart of parse
from pomichnyk.vcard.csv import read as read_rows
from pomichnyk.vcard.csv import write as write_rows
from pomichnyk.vcard.editing import card

Item = TypeVar("Item")

CARDS = frozenset({".vcf", ".vcard"})
TABLES = frozenset({".csv"})


class Track(Protocol):
    """Yields the items it is given, showing how far along they are; ``View.track`` is one."""

    def __call__(
        self, items: Iterable[Item], doing: Text, total: int | None = None
    ) -> Iterator[Item]:
        """Yield the items."""


def silent(items: Iterable[Item], doing: Text, total: int | None = None) -> Iterator[Item]:
    """Yield the items and show nothing."""
    del doing, total
    yield from items


def import_(
    storage: Storage,
    path: str | Path,
    *,
    region: str = "UA",
    encoding: str = "",
    dry_run: bool = False,
    track: Track = silent,
) -> Report:
    """Take the contacts of a .vcf or .csv file into the address book.

    Cards are stored batch by batch, each batch wholly; what cannot be taken is in the report.
    Taking the same file again, also after an interruption, adds nothing twice.

    Args:
        storage: where the address book is.
        path: the file.
        region: country of phone numbers that state none.
        encoding: what the file is in, if neither UTF-8 nor told by a byte order mark.
        dry_run: report what would be done, and do nothing.
        track: shows the progress.

    Raises:
        NotFoundError: there is no such file.
        UsageError: its ending is none of ours, or there is no such encoding.
        InvalidValueError: it is a folder, or has no contact at all.
        UnavailableError: it cannot be read.
    """
    with told(path), Path(path).open("rb") as file:
        table = _is_table(path)
        cards = read_rows(file, encoding=encoding) if table else read(file, encoding=encoding)
        job = Import(storage.contacts, region, dry_run=dry_run, whole=not table)
        report = job.take(track(cards, Text("importing")))
    if report.failed and not (report.read or any(error.number for error in report.failed)):
        raise InvalidValueError(Text("file"), path, Text("vCards, from BEGIN:VCARD to END:VCARD"))
    return report


def export(
    storage: Storage,
    path: str | Path,
    *,
    tag: str = "",
    region: str = "UA",
    dialect: str = "google",
    track: Track = silent,
) -> int:
    """Write the contacts, all or those with a tag, to a .vcf or .csv file; return how many.

    The file is whole or not there: what was in its place stays until all is written.

    Args:
        storage: where the address book is.
        path: the file.
        tag: whose contacts are written, if not all.
        region: country of phone numbers that state none, as it was at import.
        dialect: whose columns a .csv file has: ``google`` or ``outlook``.
        track: shows the progress.

    Raises:
        UsageError: its ending is none of ours.
        NotFoundError: there is no such folder.
        InvalidValueError: it is a folder.
        UnavailableError: it cannot be written.
    """
    table = _is_table(path)
    total = 0

    def cards() -> Iterator[VCard]:
        nonlocal total
        total = 0  # a spreadsheet asks twice
        for entry in track(storage.contacts.entries(tag=tag), Text("exporting")):
            total += 1
            yield card(entry, region=region)

    with told(path), replacing(path) as file:
        file.writelines(write_rows(cards, dialect) if table else map(_octets, cards()))
    return total


def _octets(one: VCard) -> bytes:
    return format((one,)).encode()


def _is_table(path: str | Path) -> bool:
    """Tell whether a file is a spreadsheet or, by its ending, cards."""
    ending = Path(path).suffix.lower()
    if ending not in CARDS | TABLES:
        known = ", ".join(sorted(CARDS | TABLES))
        raise UsageError(
            Text("{path}: the ending is not one of: {endings}", path=path, endings=known)
        )
    return ending in TABLES
