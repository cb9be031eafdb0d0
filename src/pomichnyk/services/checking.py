"""Checking: whether a home is sound, and all that is in it can be read and is what it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from pomichnyk.domain.contact import Entry
from pomichnyk.errors import InvalidValueError, PomichnykError
from pomichnyk.services._digests import Sum, digest
from pomichnyk.services._shelves import Shelf
from pomichnyk.services.homes import Home
from pomichnyk.services.transfer import Track, silent
from pomichnyk.text import Text


@dataclass(slots=True)
class Checked:
    """What came of a check.

    Attributes:
        problems: a line for each.
        digest: that of all records, by which two homes can be compared.
    """

    problems: list[Text] = field(default_factory=list)
    digest: Sum = field(default_factory=Sum)


def check(home: Home, *, track: Track = silent) -> Checked:
    """Look for damage, and read every record.

    A note may mention a contact who was removed: that is no problem.

    Raises:
        UnavailableError: the home cannot be reached.
    """
    checked = Checked()
    try:
        checked.problems += home.storage.check()
    except InvalidValueError as error:
        checked.problems.append(error.text)
    for shelf in home.shelves():
        checked.problems += _problems(shelf, checked.digest, track)
    checked.problems = [*dict.fromkeys(checked.problems)]
    return checked


def _problems(shelf: Shelf[Any], total: Sum, track: Track) -> Iterator[Text]:
    """Yield a line for each record that is not what it was, and for the one that ends reading."""
    try:
        with closing(shelf.all()) as records:
            tracked = track(records, Text("reading: {kind}", kind=shelf.title), shelf.count())
            yield from _wrong(shelf, total, tracked)
    except PomichnykError as error:
        yield error.text


def _wrong(shelf: Shelf[Any], total: Sum, records: Iterator[Any]) -> Iterator[Text]:
    last: Any = None
    for record in records:
        total.add(digest(record))
        if last is not None and shelf.key(record) <= last:
            yield Text("{record} is out of order", record=shelf.called(record))
        last = shelf.key(record)
        if not _is_whole(record):
            yield Text("the card of {record} is not what it was", record=shelf.called(record))


def _is_whole(record: Any) -> bool:
    """Tell whether a card still has the digest that it was stored with."""
    if not isinstance(record, Entry) or record.card is None:
        return True
    from pomichnyk.vcard import VCard

    return VCard(record.card.text).digest == record.card.digest
