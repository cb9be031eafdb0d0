"""Backup: everything that is kept, in one file, and back from it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from pomichnyk.domain.contact import Card, Contact, Entry, now
from pomichnyk.domain.fields import Address, Birthday, Email, Messenger, Name, Phone, Tag
from pomichnyk.domain.message import Message, State
from pomichnyk.domain.note import Note
from pomichnyk.errors import SerializationError, UsageError
from pomichnyk.files import told
from pomichnyk.gradebook.records import KINDS
from pomichnyk.serialization import SerializationInterface
from pomichnyk.services._gradebook import everything, refuse_another
from pomichnyk.services._kept import BATCH
from pomichnyk.services._shelves import Shelf, Stored
from pomichnyk.services.homes import Home, no_gradebook
from pomichnyk.services.transfer import Track, silent
from pomichnyk.text import Text

VERSION = 2
"""The version of what a backup says; one of a newer version is refused.

Version 1 had contacts and notes alone.
"""
TYPES = (
    *(Contact, Card, Entry, Name, Tag, Phone, Email, Address, Messenger, Birthday),
    *(Note, Message, State),
    *KINDS.values(),
)
RECORDS: Mapping[str, type[Any]] = {"contacts": Entry, "notes": Note, "messages": Message}
GRADEBOOK: Mapping[str, type[Any]] = {f"{kind}s": one for kind, one in KINDS.items()}
Lists = Mapping[str, list[Any]]
"""Records by what they are called in a backup."""


class Written(NamedTuple):
    """How many records are in a backup; those of the gradebook are counted together."""

    contacts: int
    notes: int
    messages: int
    gradebook: int


@dataclass(slots=True)
class Counts:
    """How many records were not there, were there but different, and were there as they are."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the records of a backup; those of the gradebook are counted together."""

    contacts: Counts = field(default_factory=Counts)
    notes: Counts = field(default_factory=Counts)
    messages: Counts = field(default_factory=Counts)
    gradebook: Counts = field(default_factory=Counts)


def backup(home: Home, path: str | Path, *, track: Track = silent) -> Written:
    """Write everything to a .json or .bin file; return how many records there are.

    The file is whole or not there: what was in its place stays until all is written.

    Raises:
        UsageError: its ending is neither.
        NotFoundError: there is no such folder.
        InvalidValueError: it is a folder.
        UnavailableError: it cannot be written.
    """
    serializer = _serializer(path)
    content: dict[str, Any] = {"backup": VERSION, "made": now()}
    kept = {shelf.name: _read(shelf, track) for shelf in home.kept()}
    gradebook = everything(home.gradebook) if home.gradebook is not None else {}
    if gradebook:
        content["gradebook"] = {f"{kind}s": rows for kind, rows in gradebook.items()}
    with told(path):
        serializer.dump(content | kept, path)
    counts = {name: len(records) for name, records in kept.items()}
    return Written(**counts, gradebook=sum(map(len, gradebook.values())))


def restore(home: Home, path: str | Path, *, grades: bool = True, track: Track = silent) -> Report:
    """Put back what a backup has, under the same ids, and report.

    What has changed since becomes as it was; what was added since stays. Nothing is stored
    unless all of the file can be read; restoring it again changes nothing.

    Args:
        home: where it is put.
        path: the file.
        grades: whether its gradebook, if it has one, is put back too.
        track: shows the progress.

    Raises:
        UsageError: its ending is neither .json nor .bin, or the home carries no gradebook.
        NotFoundError: there is no such file.
        InvalidValueError: it is a folder.
        SerializationError: it is damaged, no backup, or by a newer version.
        ConflictError: the home has another gradebook.
        UnavailableError: it cannot be read, or the storage not be written.
    """
    kept, gradebook = _loaded(path)
    if not grades:
        gradebook = {}
    _refuse(home, gradebook)
    report = Report()
    for shelf in home.shelves() if gradebook else home.kept():
        counts = getattr(report, shelf.name, report.gradebook)
        _store(shelf, {**kept, **gradebook}[shelf.name], counts, track)
    return report


def _read(shelf: Shelf[Any], track: Track) -> list[Any]:
    with closing(shelf.oldest()) as records:
        return [*track(records, Text("reading: {kind}", kind=shelf.title), shelf.count())]


def _store(shelf: Shelf[Any], records: list[Any], counts: Counts, track: Track) -> None:
    """Store the records that are not there as they are, batch by batch, and count."""
    tracked = track(records, Text("restoring: {kind}", kind=shelf.title), len(records))
    beside = shelf.beside(tracked)
    while batch := [*islice(beside, BATCH)]:
        mine = [(one, there) for one, there in batch if one is not None]
        changes = [pair for pair in mine if pair[0] != pair[1]]
        stored = shelf.store(changes, over_later=True) if changes else Stored()
        counts.new += stored.new
        counts.updated += stored.updated
        counts.unchanged += len(mine) - stored.new - stored.updated


def _refuse(home: Home, gradebook: Lists) -> None:
    if not gradebook:
        return
    if home.gradebook is None:
        raise UsageError(no_gradebook(home))
    refuse_another({kind: gradebook[f"{kind}s"] for kind in KINDS}, home.gradebook)


def _serializer(path: str | Path) -> SerializationInterface:
    formats = {one.suffix: one for one in SerializationInterface.plugs()}
    try:
        return formats[Path(path).suffix.lower()](TYPES)
    except KeyError:
        known = ", ".join(sorted(formats))
        raise UsageError(
            Text("{path}: the ending is not one of: {endings}", path=path, endings=known)
        ) from None


def _loaded(path: str | Path) -> tuple[Lists, Lists]:
    """Return the records of a backup and those of its gradebook, after a look at all of them."""
    serializer = _serializer(path)
    try:
        with told(path):
            return _records(serializer.load(path))
    except SerializationError as error:
        raise SerializationError(
            Text("{path}: {problem}", path=path, problem=error.text)
        ) from error


def _records(content: Any) -> tuple[Lists, Lists]:
    if not isinstance(content, dict) or type(version := content.get("backup")) is not int:
        raise SerializationError(Text("it is no backup"))
    if version > VERSION:
        raise SerializationError(
            Text("it is a backup by a newer version ({version})", version=version)
        )
    if version == 1:
        content = {"messages": [], **content}
    kept = {name: _all(one, content.get(name)) for name, one in RECORDS.items()}
    if "gradebook" not in content:
        return kept, {}
    rows = content["gradebook"]
    if not isinstance(rows, dict):
        raise SerializationError(Text("it is no backup"))
    return kept, {
        name: sorted(_all(one, rows.get(name)), key=attrgetter("id"))
        for name, one in GRADEBOOK.items()
    }


def _all(kind: type[Any], records: Any) -> list[Any]:
    if not isinstance(records, list) or not all(type(one) is kind for one in records):
        raise SerializationError(Text("it is no backup"))
    return records
