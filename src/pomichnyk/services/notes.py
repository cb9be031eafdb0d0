"""Notebook: what a person does with notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from pomichnyk.domain.changes import tagged
from pomichnyk.domain.contact import now
from pomichnyk.domain.note import Note, mentions
from pomichnyk.errors import ConflictError
from pomichnyk.services.references import meant, namesakes, revised
from pomichnyk.storage import FOUND, Storage
from pomichnyk.text import Text


class Notebook:
    """The notebook: adds, changes, finds and removes notes, and links them to contacts."""

    def __init__(self, storage: Storage) -> None:
        self._notes, self._contacts = storage.notes, storage.contacts

    def add(self, text: str, tags: Sequence[str] = (), identifier: UUID | None = None) -> Note:
        """Store a new note, under an id that was chosen or a new one.

        ``@Name`` in its text links it to that contact.

        Raises:
            InvalidValueError: the text is empty, or a tag is not valid.
            ConflictError: its id is taken.
        """
        note = Note(
            text=text,
            tags=tagged((), add=tags, remove=()),
            contacts=self._links(text),
            id=identifier or uuid4(),
        )
        self._notes.add(note)
        return note

    def get(self, ref: str) -> Note:
        """Return the note that a reference means: an id, its beginning, or the first line.

        Raises:
            NotFoundError: none is meant.
            AmbiguousError: several may be.
        """
        return meant(self._notes, ref, lambda note: note.title)

    def edit(
        self,
        ref: str,
        *,
        text: str | None = None,
        was: str | None = None,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
    ) -> Note:
        """Change a note, keeping what others change at the same time.

        ``was`` is the text that the new one was made from, when a person took their time.

        Raises:
            InvalidValueError: a value is not valid; nothing is changed.
            NotFoundError: no note is meant, or a tag to be removed is not there.
            AmbiguousError: several notes may be meant.
            ConflictError: the text is not what it was.
        """

        def change(note: Note) -> Note:
            if was not in (None, note.text):
                raise ConflictError(Text("“{title}” was changed meanwhile", title=note.title))
            body = note.text if text is None else text
            tags = tagged(note.tags, add=add_tags, remove=remove_tags)
            new = replace(note, text=body, tags=tags, contacts=self._links(body))
            return note if new == note else replace(new, changed=now())

        return revised(self._notes, self.get(ref), change)

    def remove(self, ref: str) -> Note:
        """Remove the note that a reference means, and return what it was.

        Raises:
            NotFoundError: none is meant.
            AmbiguousError: several may be.
        """
        note = self.get(ref)
        self._notes.remove(note.id)
        return note

    def all(self, *, tag: str = "", sort: str = "", limit: int | None = None) -> Iterator[Note]:
        """Yield the notes in the order asked for; see ``Repository.all``."""
        return self._notes.all(tag=tag, sort=sort or "added", limit=limit)

    def find(self, query: str, limit: int = FOUND) -> list[Note]:
        """Return the notes that a query finds, the best first; see ``Repository.find``."""
        return self._notes.find(query, limit)

    def tags(self) -> list[str]:
        """Return the tags of notes, in order."""
        return [*self._notes.tags()]

    def mentioned(self, note: Note) -> list[str]:
        """Return the names of the contacts that a note mentions and that are still there."""
        found = (self._contacts.refer(str(identifier), 1) for identifier in note.contacts)
        return [contact.name for contacts in found for contact in contacts]

    def _links(self, text: str) -> tuple[UUID, ...]:
        """Return the contacts that a text mentions; a name that fits several links to none."""
        linked = (self._linked(names) for names in mentions(text))
        return tuple(dict.fromkeys(contact for contact in linked if contact))

    def _linked(self, names: Sequence[str]) -> UUID | None:
        """Return the contact of one of the names, else the only one whose name begins so."""
        for name in names:
            if found := namesakes(self._contacts, name):
                return found[0].id if len(found) == 1 else None
        for name in names:
            if begun := self._contacts.names(f"{name} ", 2):
                return self._linked(begun) if len(begun) == 1 else None
        return None
