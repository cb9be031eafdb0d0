"""The tables of contacts, notes and messages, the same for every relational database.

Moments are kept as ISO 8601 text in UTC, of one width, so that their order is that of time.
Every text that is compared or ordered is compared by code point (``Key``).
"""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from pomichnyk.database import Base

Key = Annotated[str, mapped_column(Text().with_variant(Text(collation="C"), "postgresql"))]
Body = Annotated[str, mapped_column(Text())]
Position = Annotated[int, mapped_column(primary_key=True)]
OfContact = Annotated[
    int, mapped_column(ForeignKey("contacts.pk", ondelete="CASCADE"), primary_key=True)
]
OfNote = Annotated[int, mapped_column(ForeignKey("notes.pk", ondelete="CASCADE"), primary_key=True)]
CLUSTERED = {"sqlite_with_rowid": False}  # rows lie in the order of the primary key


class RecordRow:
    """What the rows of contacts and notes have in common.

    Attributes:
        pk: grows in the order of adding; never leaves the storage.
        place: the key by which the name (a note's title) is ordered.
        folded_name: the name as it is compared.
        folded: the words by which the record is found (``folding.document``).
    """

    pk: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(unique=True)
    place: Mapped[Key]
    folded_name: Mapped[Key] = mapped_column(index=True)
    created: Mapped[Key]
    changed: Mapped[Key]
    folded: Mapped[Body] = mapped_column(sort_order=1)  # last, since it is rarely read


class TagRow:
    """A tag of a record, at its position among the record's tags."""

    position: Mapped[Position]
    tag: Mapped[Key]
    folded: Mapped[Key] = mapped_column(index=True)
    place: Mapped[Key]


class WordRow:
    """A word of the vocabulary, and how many records have it."""

    word: Mapped[Key] = mapped_column(primary_key=True)
    count: Mapped[int]


class ContactRow(RecordRow, Base):
    """A contact; ``birthday_day`` is month * 100 + day."""

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "place", "id"), Index(None, "birthday_day", "place", "id"))

    name: Mapped[Key]
    birthday: Mapped[Key | None]
    birthday_day: Mapped[int | None]
    comment: Mapped[Body]
    keywords: Mapped[Body]


class DetailRow(Base):
    """A phone, an e-mail or an address (``kind``) of a contact."""

    __tablename__ = "contact_details"
    __table_args__ = CLUSTERED

    contact: Mapped[OfContact]
    kind: Mapped[Key] = mapped_column(primary_key=True)
    position: Mapped[Position]
    label: Mapped[Body]
    value: Mapped[Key]


class ContactTagRow(TagRow, Base):
    """A tag of a contact."""

    __tablename__ = "contact_tags"
    __table_args__ = CLUSTERED

    contact: Mapped[OfContact]


class CardRow(Base):
    """The card that a contact came from."""

    __tablename__ = "contact_cards"

    contact: Mapped[OfContact]
    uid: Mapped[Key] = mapped_column(index=True)
    digest: Mapped[Key] = mapped_column(index=True)
    text: Mapped[Body]


class ContactWordRow(WordRow, Base):
    """A word of the contacts."""

    __tablename__ = "contact_words"
    __table_args__ = CLUSTERED


class NoteRow(RecordRow, Base):
    """A note."""

    __tablename__ = "notes"

    text: Mapped[Body]


class NoteTagRow(TagRow, Base):
    """A tag of a note."""

    __tablename__ = "note_tags"
    __table_args__ = CLUSTERED

    note: Mapped[OfNote]


class LinkRow(Base):
    """A contact that a note mentions, by its id: a removed contact may come back."""

    __tablename__ = "note_links"
    __table_args__ = CLUSTERED

    note: Mapped[OfNote]
    position: Mapped[Position]
    contact: Mapped[Key] = mapped_column(index=True)


class NoteWordRow(WordRow, Base):
    """A word of the notes."""

    __tablename__ = "note_words"
    __table_args__ = CLUSTERED


def _partial(name: str, columns: tuple[str, ...], where: str, *, unique: bool = False) -> Index:
    """Return an index of the rows that a condition chooses."""
    chosen = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=chosen, postgresql_where=chosen)


class MessageRow(Base):
    """A message.

    Attributes:
        pk: grows in the order of storing; never leaves the storage.
        folded: the words by which it is found, or nothing until a search needs them.
    """

    __tablename__ = "messages"
    __table_args__ = (
        _partial(
            "uq_messages_received",
            ("sender", "sender_key"),
            "state = 'received'",
            unique=True,
        ),
        _partial("ix_messages_state_created", ("state", "created"), "state <> 'received'"),
        _partial("ix_messages_due", ("due",), "state = 'waiting'"),
    )

    pk: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[Key] = mapped_column(unique=True)
    state: Mapped[Key]
    sender: Mapped[Key]
    peer: Mapped[Key]
    sender_key: Mapped[Key]
    sent: Mapped[Key]
    attempts: Mapped[int]
    due: Mapped[Key | None]
    why: Mapped[Body]
    created: Mapped[Key] = mapped_column(index=True)
    changed: Mapped[Key]
    text: Mapped[Body]
    folded: Mapped[Body | None] = mapped_column(sort_order=1)  # last, since it is rarely read


class MessageWordRow(WordRow, Base):
    """A word of the messages that a search has indexed."""

    __tablename__ = "message_words"
    __table_args__ = CLUSTERED
