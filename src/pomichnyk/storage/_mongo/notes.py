"""Notes and their links as documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar
from uuid import UUID

from pomichnyk.domain.note import Note
from pomichnyk.storage import NoteRepository
from pomichnyk.storage._mongo.documents import Document, note, note_document
from pomichnyk.storage._mongo.repository import MongoRepository
from pomichnyk.text import Text


class MongoNotes(MongoRepository[Note], NoteRepository):
    """Keeps notes and which contacts they mention."""

    kind = "notes"
    noun = Text("note")
    orders: ClassVar = {
        "added": (("created", -1), ("_id", 1)),
        "changed": (("changed", -1), ("created", -1), ("_id", 1)),
        "tag": (("untagged", 1), ("first_tag", 1), ("created", -1), ("_id", 1)),
    }
    ranked = (("changed", -1), ("_id", 1))

    def document(self, record: Note) -> Document:
        """Return the document of a note."""
        return note_document(record)

    def record(self, stored: Mapping[str, Any]) -> Note:
        """Return the note that a document holds."""
        return note(stored)

    def put(self, notes: Iterable[Note]) -> None:
        """Store notes, new ones and in place of old ones."""
        every = [*{note.id: note for note in notes}.values()]
        self._writer.refuse(every, note_document)
        self._database.write(
            self.kind, lambda turn: self._writer.put(turn, every, note_document), len(every) + 1
        )

    def mentioning(self, contact: UUID) -> Iterator[Note]:
        """Yield the notes that mention a contact, the latest changed first."""
        yield from self._listed({"contacts": str(contact)}, self.ranked)
