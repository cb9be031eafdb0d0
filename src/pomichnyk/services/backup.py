"""Backup: everything that is kept, in one file, and back from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from pomichnyk.domain.contact import Card, Contact, Entry, now
from pomichnyk.domain.fields import Address, Birthday, Email, Messenger, Name, Phone, Tag
from pomichnyk.domain.note import Note
from pomichnyk.errors import NotFoundError, SerializationError, UsageError
from pomichnyk.files import told
from pomichnyk.serialization import SerializationInterface
from pomichnyk.services.transfer import Track, silent
from pomichnyk.storage import Storage
from pomichnyk.text import Text

Kept = TypeVar("Kept", Entry, Note)

VERSION = 1
"""The version of what a backup says; one of a newer version is refused."""
TYPES = (Contact, Card, Entry, Note, Name, Tag, Phone, Email, Address, Messenger, Birthday)
BATCH = 500
"""How many records are stored in one transaction."""


@dataclass(slots=True)
class Counts:
    """How many records were not there, were there but different, and were there as they are."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the records of a backup."""

    contacts: Counts = field(default_factory=Counts)
    notes: Counts = field(default_factory=Counts)


def backup(storage: Storage, path: str | Path, *, track: Track = silent) -> tuple[int, int]:
    """Write everything to a .json or .bin file; return how many contacts and notes there are.

    The file is whole or not there: what was in its place stays until all is written.

    Raises:
        UsageError: its ending is neither.
        NotFoundError: there is no such folder.
        InvalidValueError: it is a folder.
        UnavailableError: it cannot be written.
    """
    serializer = _serializer(path)
    info = storage.info()
    contacts = [*track(storage.contacts.entries(), Text("reading contacts"), info.contacts)]
    notes = [*track(storage.notes.all(), Text("reading notes"), info.notes)]
    with told(path):
        serializer.dump(
            {"backup": VERSION, "made": now(), "contacts": contacts, "notes": notes}, path
        )
    return len(contacts), len(notes)


def restore(storage: Storage, path: str | Path, *, track: Track = silent) -> Report:
    """Put back what a backup has, under the same ids, and report.

    What has changed since becomes as it was; what was added since stays. Nothing is stored
    unless all of the file can be read; restoring it again changes nothing.

    Raises:
        UsageError: its ending is neither .json nor .bin.
        NotFoundError: there is no such file.
        InvalidValueError: it is a folder.
        SerializationError: it is damaged, no backup, or by a newer version.
        UnavailableError: it cannot be read, or the storage not be written.
    """
    contacts, notes = _read(path)
    report = Report()
    _store(
        track(contacts, Text("restoring contacts"), len(contacts)),
        report.contacts,
        partial(_stored_entries, storage),
        storage.contacts.put,
    )
    _store(
        track(notes, Text("restoring notes"), len(notes)),
        report.notes,
        partial(_stored_notes, storage),
        storage.notes.put,
    )
    return report


def _store(
    records: Iterator[Kept],
    counts: Counts,
    stored: Callable[[list[Kept]], Iterable[Kept]],
    put: Callable[[Iterable[Kept]], None],
) -> None:
    """Store the records that are not there as they are, batch by batch, and count."""
    for batch in _batches(records):
        there = {_id(one): one for one in stored(batch)}
        changed = [one for one in batch if one != there.get(_id(one))]
        updated = sum(_id(one) in there for one in changed)
        counts.new += len(changed) - updated
        counts.updated += updated
        counts.unchanged += len(batch) - len(changed)
        put(changed)


def _batches(records: Iterator[Kept]) -> Iterator[list[Kept]]:
    while batch := list(islice(records, BATCH)):
        yield batch


def _id(record: Entry | Note) -> UUID:
    return record.contact.id if isinstance(record, Entry) else record.id


def _stored_entries(storage: Storage, batch: list[Entry]) -> Iterable[Entry]:
    return storage.contacts.known(uids={str(_id(entry)) for entry in batch}, digests=())


def _stored_notes(storage: Storage, batch: list[Note]) -> Iterator[Note]:
    for note in batch:
        try:
            yield storage.notes.get(note.id)
        except NotFoundError:
            continue


def _serializer(path: str | Path) -> SerializationInterface:
    formats = {one.suffix: one for one in SerializationInterface.plugs()}
    try:
        return formats[Path(path).suffix.lower()](TYPES)
    except KeyError:
        known = ", ".join(sorted(formats))
        raise UsageError(
            Text("{path}: the ending is not one of: {endings}", path=path, endings=known)
        ) from None


def _read(path: str | Path) -> tuple[list[Entry], list[Note]]:
    """Return the records of a backup, after a look at all of them."""
    serializer = _serializer(path)
    try:
        with told(path):
            return _records(serializer.load(path))
    except SerializationError as error:
        raise SerializationError(
            Text("{path}: {problem}", path=path, problem=error.text)
        ) from error


def _records(content: Any) -> tuple[list[Entry], list[Note]]:
    if not isinstance(content, dict) or type(version := content.get("backup")) is not int:
        raise SerializationError(Text("it is no backup"))
    if version > VERSION:
        raise SerializationError(
            Text("it is a backup by a newer version ({version})", version=version)
        )
    return _all(Entry, content.get("contacts")), _all(Note, content.get("notes"))


def _all(cls: type[Kept], records: Any) -> list[Kept]:
    if not isinstance(records, list) or not all(type(one) is cls for one in records):
        raise SerializationError(Text("it is no backup"))
    return records
