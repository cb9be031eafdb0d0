"""Records as rows, and rows as records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from pomichnyk.domain.contact import Card, Contact
from pomichnyk.domain.fields import (
    Address,
    Birthday,
    Email,
    Labelled,
    Messenger,
    Name,
    Phone,
    Tag,
)
from pomichnyk.domain.folding import document, fold, place
from pomichnyk.domain.message import Message, State
from pomichnyk.domain.note import Note
from pomichnyk.errors import InvalidValueError
from pomichnyk.storage._sql.sessions import Parts, Row
from pomichnyk.text import Text

Made = TypeVar("Made")
Rest = ParamSpec("Rest")

KINDS: Mapping[str, type[Labelled]] = {
    "phone": Phone,
    "email": Email,
    "address": Address,
    "messenger": Messenger,
}


def _by_id(made: Callable[Concatenate[Row, Rest], Made]) -> Callable[Concatenate[Row, Rest], Made]:
    """Let what makes a record of a row name the record whose row was spoilt."""

    @wraps(made)
    def making(row: Row, /, *rest: Rest.args, **more: Rest.kwargs) -> Made:
        try:
            return made(row, *rest, **more)
        except InvalidValueError as error:
            field = Text("{id}: {field}", id=row[1], field=error.field)
            raise InvalidValueError(field, error.value, error.expected) from error
        except ValueError as error:
            raise InvalidValueError(
                Text("{id}", id=row[1]), str(error), Text("a record")
            ) from error

    return making


def moment(when: datetime) -> str:
    """Return a moment as it is stored: ISO 8601 in UTC, of one width.

    What is stored together has seconds in common: ``isoformat``, which writes each, takes twice
    as long.
    """
    utc = when if when.tzinfo is UTC else when.astimezone(UTC)
    second = _second(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
    return f"{second}.{utc.microsecond:06}+00:00"


@lru_cache(maxsize=1)
def _shared(when: datetime) -> str:
    """Return ``moment``, remembered: messages that come at once have it in common."""
    return moment(when)


@lru_cache(maxsize=64)
def _second(*parts: int) -> str:
    """Return what the moments of a second begin with, given its year, month and so on."""
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}".format(*parts)


def contact_row(contact: Contact) -> dict[str, Any]:
    """Return the columns of a contact's own row."""
    born = contact.birthday
    return {
        **_row(contact, contact.name),
        "name": contact.name,
        "birthday": str(born) if born else None,
        "birthday_day": born.month * 100 + born.day if born else None,
        "comment": contact.comment,
        "keywords": contact.keywords,
    }


def note_row(note: Note) -> dict[str, Any]:
    """Return the columns of a note's own row."""
    return {**_row(note, note.title), "text": note.text}


def detail_rows(pk: int, contact: Contact) -> Iterator[dict[str, Any]]:
    """Yield the rows of a contact's phones, e-mails, addresses and messengers."""
    details: Mapping[str, Sequence[Labelled]] = {
        "phone": contact.phones,
        "email": contact.emails,
        "address": contact.addresses,
        "messenger": contact.messengers,
    }
    for kind, values in details.items():
        for position, one in enumerate(values):
            yield {
                "contact": pk,
                "kind": kind,
                "position": position,
                "label": one.label,
                "value": one.value,
            }


def tag_rows(owner: str, pk: int, tags: Sequence[Tag]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a record's tags; ``owner`` names the column of its key."""
    for position, tag in enumerate(tags):
        yield {
            owner: pk,
            "position": position,
            "tag": tag,
            "folded": fold(tag),
            "place": place(tag),
        }


def link_rows(pk: int, note: Note) -> Iterator[dict[str, Any]]:
    """Yield the rows of the contacts that a note mentions."""
    for position, contact in enumerate(note.contacts):
        yield {"note": pk, "position": position, "contact": str(contact)}


def card_rows(cards: Iterable[tuple[int, Card]]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the cards of contacts, given the contacts' keys."""
    for pk, card in cards:
        yield {"contact": pk, "text": card.text, "uid": card.uid, "digest": card.digest}


@_by_id
def contact(row: Row, parts: Parts) -> Contact:
    """Return the contact that rows hold."""
    pk, identifier, name, birthday, comment, keywords, created, changed = row
    values: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for kind, label, value in parts["details"].get(pk, ()):
        values[kind].append(KINDS[kind](value, label))
    return Contact(
        id=UUID(identifier),
        name=Name(name),
        phones=tuple(values["phone"]),
        emails=tuple(values["email"]),
        addresses=tuple(values["address"]),
        messengers=tuple(values["messenger"]),
        birthday=_birthday(birthday),
        tags=_tags(parts, pk),
        comment=comment,
        keywords=keywords,
        created=datetime.fromisoformat(created),
        changed=datetime.fromisoformat(changed),
    )


@_by_id
def note(row: Row, parts: Parts) -> Note:
    """Return the note that rows hold."""
    pk, identifier, text, created, changed = row
    return Note(
        id=UUID(identifier),
        text=text,
        tags=_tags(parts, pk),
        contacts=tuple(UUID(one) for (one,) in parts["links"].get(pk, ())),
        created=datetime.fromisoformat(created),
        changed=datetime.fromisoformat(changed),
    )


MESSAGE = (
    *("id", "state", "sender", "peer", "sender_key", "sent", "attempts", "due", "why"),
    *("created", "changed", "text"),
)
"""The columns of a message, but for its key here and the words that it is found by."""


def message_row(message: Message) -> Row:
    """Return the values of the columns of a message, in the order of ``MESSAGE``."""
    due, created = message.due, _shared(message.created)
    unchanged = message.changed is message.created  # as is each that comes
    return (
        str(message.id),
        str(message.state),
        message.sender,
        message.peer,
        message.key,
        moment(message.sent),
        message.attempts,
        moment(due) if due else None,
        message.why,
        created,
        created if unchanged else moment(message.changed),
        message.text,
    )


@_by_id
def message(row: Row) -> Message:
    """Return the message that a row holds."""
    _, identifier, state, sender, peer, key, sent, attempts, due, why, created, changed, text = row
    return Message(
        id=UUID(identifier),
        state=State(state),
        sender=sender,
        peer=peer,
        key=key,
        sent=datetime.fromisoformat(sent),
        attempts=attempts,
        due=datetime.fromisoformat(due) if due else None,
        why=why,
        created=datetime.fromisoformat(created),
        changed=datetime.fromisoformat(changed),
        text=text,
    )


def _row(record: Contact | Note, name: str) -> dict[str, Any]:
    return {
        "id": str(record.id),
        "place": place(name),
        "folded_name": fold(name),
        "created": moment(record.created),
        "changed": moment(record.changed),
        "folded": document(record.searched()),
    }


def _tags(parts: Parts, pk: int) -> tuple[Tag, ...]:
    return tuple(Tag(tag) for (tag,) in parts["tags"].get(pk, ()))


def _birthday(stored: str | None) -> Birthday | None:
    if stored is None:
        return None
    year, month, day = stored[:-6], stored[-5:-3], stored[-2:]
    return Birthday(int(month), int(day), None if year == "-" else int(year))
