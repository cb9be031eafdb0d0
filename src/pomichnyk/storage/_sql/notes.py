"""Notes and their links in tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from pomichnyk.domain.note import Note
from pomichnyk.storage import NoteRepository
from pomichnyk.storage._sql.repository import SqlRepository
from pomichnyk.storage._sql.rows import link_rows, note, note_row, tag_rows
from pomichnyk.storage._sql.sessions import Parts, Row, batches
from pomichnyk.storage._sql.words import counting


class SqlNotes(SqlRepository[Note], NoteRepository):
    """Keeps notes and which contacts they mention."""

    kind = "note"
    usual = "added"

    def _row(self, record: Note) -> dict[str, Any]:
        return note_row(record)

    def _part_rows(self, part: str, pk: int, record: Note) -> Iterable[dict[str, Any]]:
        return tag_rows("note", pk, record.tags) if part == "tags" else link_rows(pk, record)

    def _record(self, row: Row, parts: Parts) -> Note:
        return note(row, parts)

    def put(self, notes: Iterable[Note]) -> None:
        """Store notes, new ones and in place of old ones."""
        with self._database.writing() as session, counting(session, self.kind) as words:
            for batch in batches(notes):
                self._store(session, [*{note.id: note for note in batch}.values()], words)

    def mentioning(self, contact: UUID) -> Iterator[Note]:
        """Yield the notes that mention a contact, the latest changed first."""
        with self._database.reading() as session:
            pks = self._keys(session, "note.mentioning", contact=str(contact))
            yield from self._each(session, pks, self._loaded)
