"""What the relational storages have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from pomichnyk.storage import Storage
from pomichnyk.storage._sql.contacts import SqlContacts
from pomichnyk.storage._sql.messages import SqlMessages
from pomichnyk.storage._sql.notes import SqlNotes
from pomichnyk.storage._sql.sessions import Database
from pomichnyk.text import Text


class SqlStorage(Storage):
    """A home in tables; an heir opens the database and says what else there is to check."""

    contacts: SqlContacts
    notes: SqlNotes
    messages: SqlMessages

    @abstractmethod
    def beside(self, statements: Mapping[str, str]) -> Database:
        """Return the same home as run with other statements, for what else is kept in it."""

    def _use(self, database: Database) -> None:
        self._database = database
        self.contacts, self.notes = SqlContacts(database), SqlNotes(database)
        self.messages = SqlMessages(database)

    def _counts(self) -> tuple[int, int, int]:
        """Return how many contacts, notes and messages there are."""
        return self.contacts.count(), self.notes.count(), self.messages.count()

    def check(self) -> list[Text]:
        """Look for words that disagree with what they were made of; return a line for each."""
        return [*self.contacts.check(), *self.notes.check(), *self.messages.check()]

    def close(self) -> None:
        """Free the connections."""
        self._database.close()
