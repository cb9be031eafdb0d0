"""Records as MongoDB documents, and documents as records.

Keys of documents are fixed and values are only ever values, so nothing that a person types is
taken for a key or an operator. Moments are ISO 8601 text in UTC, of one width: BSON's own dates
have no microseconds. ``added`` grows in the order of adding, and is given by the turn that adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Address, Birthday, Email, Labelled, Messenger, Name, Phone, Tag
from pomichnyk.domain.folding import document, fold, place
from pomichnyk.domain.message import Message, State
from pomichnyk.domain.note import Note
from pomichnyk.storage._mongo.parts import numbers

Document = dict[str, Any]

NO_DAY = 1300
"""The day of those without a birthday: after 31 December, month * 100 + day."""


def moment(when: datetime) -> str:
    """Return a moment as it is stored."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def contact_document(contact: Contact) -> Document:
    """Return the document of a contact, without its card."""
    born = contact.birthday
    return {
        **_named(contact, contact.name),
        "name": str(contact.name),
        "phones": _labelled(contact.phones),
        "emails": _labelled(contact.emails),
        "addresses": _labelled(contact.addresses),
        "messengers": _labelled(contact.messengers),
        "birthday": str(born) if born else None,
        "day": born.month * 100 + born.day if born else NO_DAY,
        "comment": contact.comment,
        "keywords": contact.keywords,
    }


def entry_document(entry: Entry) -> Document:
    """Return the document of a contact with its card."""
    card = entry.card
    kept = card and {"text": card.text, "uid": card.uid, "digest": card.digest}
    return contact_document(entry.contact) | {"card": kept}


def note_document(note: Note) -> Document:
    """Return the document of a note; ``first_tag`` is the place of its first tag in order."""
    return {
        **_named(note, note.title),
        "text": note.text,
        "contacts": [str(one) for one in note.contacts],
        "untagged": not note.tags,
        "first_tag": min(map(place, note.tags), default=""),
    }


def message_document(message: Message) -> Document:
    """Return the document of a message, without what it is found by."""
    return {
        "_id": str(message.id),
        "text": message.text,
        "sender": message.sender,
        "peer": message.peer,
        "state": message.state.value,
        "key": message.key,
        "sent": moment(message.sent),
        "attempts": message.attempts,
        "due": moment(message.due) if message.due else None,
        "why": message.why,
        "created": moment(message.created),
        "changed": moment(message.changed),
    }


def weight(item: Contact | Entry | Note | Message) -> int:
    """Return about how many characters a document has."""
    if not isinstance(item, Entry):
        return len(item.searched())
    card = len(item.card.text) + len(item.card.uid) if item.card else 0
    return len(item.contact.searched()) + card


def found_by(record: Contact | Note | Message) -> Document:
    """Return what a record is found by: its words, and the numbers of their parts."""
    words = document(record.searched()).split()
    return {"words": words, "parts": numbers(words)}


def contact(stored: Mapping[str, Any]) -> Contact:
    """Return the contact that a document holds."""
    born = stored["birthday"]
    return Contact(
        id=UUID(stored["_id"]),
        name=Name(stored["name"]),
        phones=tuple(Phone(**one) for one in stored["phones"]),
        emails=tuple(Email(**one) for one in stored["emails"]),
        addresses=tuple(Address(**one) for one in stored["addresses"]),
        messengers=tuple(Messenger(**one) for one in stored["messengers"]),
        birthday=_birthday(born) if born else None,
        tags=_tags(stored),
        comment=stored["comment"],
        keywords=stored["keywords"],
        created=datetime.fromisoformat(stored["created"]),
        changed=datetime.fromisoformat(stored["changed"]),
    )


def entry(stored: Mapping[str, Any]) -> Entry:
    """Return the contact that a document holds, with its card."""
    card = stored["card"]
    return Entry(contact(stored), Card(**card) if card else None)


def note(stored: Mapping[str, Any]) -> Note:
    """Return the note that a document holds."""
    return Note(
        id=UUID(stored["_id"]),
        text=stored["text"],
        tags=_tags(stored),
        contacts=tuple(map(UUID, stored["contacts"])),
        created=datetime.fromisoformat(stored["created"]),
        changed=datetime.fromisoformat(stored["changed"]),
    )


def message(stored: Mapping[str, Any]) -> Message:
    """Return the message that a document holds."""
    due = stored["due"]
    return Message(
        id=UUID(stored["_id"]),
        text=stored["text"],
        sender=stored["sender"],
        peer=stored["peer"],
        state=State(stored["state"]),
        key=stored["key"],
        sent=datetime.fromisoformat(stored["sent"]),
        attempts=stored["attempts"],
        due=datetime.fromisoformat(due) if due else None,
        why=stored["why"],
        created=datetime.fromisoformat(stored["created"]),
        changed=datetime.fromisoformat(stored["changed"]),
    )


def _named(record: Contact | Note, name: str) -> Document:
    return {
        "_id": str(record.id),
        "place": place(name),
        "folded_name": fold(name),
        "tags": [
            {"tag": str(tag), "folded": fold(tag), "place": place(tag)} for tag in record.tags
        ],
        **found_by(record),
        "created": moment(record.created),
        "changed": moment(record.changed),
    }


def _labelled(values: Sequence[Labelled]) -> list[Document]:
    return [{"value": one.value, "label": one.label} for one in values]


def _tags(stored: Mapping[str, Any]) -> tuple[Tag, ...]:
    return tuple(Tag(one["tag"]) for one in stored["tags"])


def _birthday(stored: str) -> Birthday:
    year, month, day = stored.rsplit("-", 2)
    return Birthday(int(month), int(day), None if year == "-" else int(year))
