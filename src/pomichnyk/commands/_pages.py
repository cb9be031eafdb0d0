"""Pages of contacts and notes: how one and many of them are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from pomichnyk.commands._records import contact_record, note_record
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Labelled
from pomichnyk.domain.note import Note
from pomichnyk.services.contacts import Celebration
from pomichnyk.text import Plural, Text
from pomichnyk.views.pages import Card, Table

SHORT_ID = 8
Field = tuple[Text | str, Sequence[str | Text]]


def called(record: Contact | Note) -> Mapping[str, str]:
    """Return the values by which a message names a record: ``name`` and a short ``id``."""
    name = record.name if isinstance(record, Contact) else record.title
    return {"name": name, "id": short(record.id)}


def short(identifier: UUID) -> str:
    """Return the beginning of an id, which is enough to refer to it by."""
    return str(identifier)[:SHORT_ID]


def contact_table(contacts: Iterable[Contact], empty: Text) -> Table[Contact]:
    """Return a page of contacts, a row each."""
    return Table(
        (Text("id"), Text("name"), Text("phones"), Text("e-mails"), Text("birthday"), Text("tags")),
        contacts,
        _contact_cells,
        contact_record,
        empty,
    )


def birthday_table(celebrations: Iterable[Celebration], start: date) -> Table[Celebration]:
    """Return a page of birthdays to come, counted from a day."""
    return Table(
        (Text("day"), Text("name"), Text("turns"), Text("when")),
        celebrations,
        lambda one: (
            str(one.day),
            one.contact.name,
            "" if one.age is None else str(one.age),
            _ahead((one.day - start).days),
        ),
        lambda one: {
            **contact_record(one.contact),
            "date": str(one.day),
            "age": one.age,
            "days": (one.day - start).days,
        },
        Text("no birthdays"),
    )


def note_table(notes: Iterable[Note], empty: Text) -> Table[Note]:
    """Return a page of notes, a row each."""
    return Table(
        (Text("id"), Text("note"), Text("tags"), Text("changed")),
        notes,
        lambda note: (short(note.id), note.title, " ".join(note.tags), _moment(note.changed)),
        note_record,
        empty,
    )


def contact_card(contact: Contact, notes: Iterable[Note]) -> Card:
    """Return a page with all there is to tell of a contact, and the notes that mention them."""
    fields: list[Field] = [
        (Text("phones"), [*map(_labelled, contact.phones)]),
        (Text("e-mails"), [*map(_labelled, contact.emails)]),
        (Text("addresses"), [*map(_labelled, contact.addresses)]),
        (Text("messengers"), [*map(_labelled, contact.messengers)]),
        (Text("birthday"), [str(contact.birthday)] if contact.birthday else []),
        (Text("tags"), contact.tags),
        (Text("comment"), contact.comment.splitlines()),
        (Text("on the card"), contact.keywords.splitlines()),
        (Text("notes"), [f"{note.title} ({short(note.id)})" for note in notes]),
    ]
    return Card(contact.name, _told(fields, contact), contact_record(contact))


def note_card(note: Note, mentioned: Sequence[str]) -> Card:
    """Return a page with all there is to tell of a note, and the names that it mentions."""
    fields: list[Field] = [(Text("tags"), note.tags), (Text("contacts"), mentioned)]
    return Card(note.title, _told(fields, note), note_record(note), note.text)


def _told(fields: Iterable[Field], record: Contact | Note) -> list[Field]:
    """Return the fields that have a value, and those that every record has."""
    return [
        *(field for field in fields if field[1]),
        (Text("id"), [str(record.id)]),
        (Text("added"), [_moment(record.created)]),
        (Text("changed"), [_moment(record.changed)]),
    ]


def _contact_cells(contact: Contact) -> Sequence[str]:
    return (
        short(contact.id),
        contact.name,
        ", ".join(one.value for one in contact.phones),
        ", ".join(one.value for one in contact.emails),
        str(contact.birthday or ""),
        " ".join(contact.tags),
    )


def _ahead(days: int) -> Text:
    return Plural("in {count} day", "in {count} days", count=days) if days else Text("today")


def _labelled(one: Labelled) -> str:
    return f"{one.value} ({one.label})" if one.label else one.value


def _moment(when: datetime) -> str:
    """Return a moment to the minute, in the person's own time."""
    return f"{when.astimezone():%Y-%m-%d %H:%M}"
