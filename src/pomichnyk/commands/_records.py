"""Records: what a program reads of a contact and a note, in JSON's own types."""

from __future__ import annotations

from collections.abc import Iterable

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Labelled
from pomichnyk.domain.note import Note
from pomichnyk.views.pages import Record


def contact_record(contact: Contact) -> Record:
    """Return the contact's object: days and moments in ISO 8601, phones in E.164."""
    return {
        "id": str(contact.id),
        "name": contact.name,
        "phones": _labelled(contact.phones),
        "emails": _labelled(contact.emails),
        "addresses": _labelled(contact.addresses),
        "messengers": _labelled(contact.messengers),
        "birthday": str(contact.birthday) if contact.birthday else None,
        "tags": [*contact.tags],
        "comment": contact.comment,
        "created": contact.created.isoformat(),
        "changed": contact.changed.isoformat(),
    }


def note_record(note: Note) -> Record:
    """Return the note's object; ``contacts`` are the ids of those it mentions."""
    return {
        "id": str(note.id),
        "text": note.text,
        "tags": [*note.tags],
        "contacts": [str(contact) for contact in note.contacts],
        "created": note.created.isoformat(),
        "changed": note.changed.isoformat(),
    }


def _labelled(values: Iterable[Labelled]) -> list[Record]:
    return [{"label": one.label, "value": one.value} for one in values]
