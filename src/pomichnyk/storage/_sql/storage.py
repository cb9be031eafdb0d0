"""What the relational storages have in common."""

from __future__ import annotations

from pomichnyk.storage import Storage
from pomichnyk.storage._sql.contacts import SqlContacts
from pomichnyk.storage._sql.notes import SqlNotes
from pomichnyk.storage._sql.sessions import Database
from pomichnyk.text import Text


class SqlStorage(Storage):
    """A home in tables; an heir opens the database and says what else there is to check."""

    contacts: SqlContacts
    notes: SqlNotes

    def _use(self, database: Database) -> None:
        self._database = database
        self.contacts, self.notes = SqlContacts(database), SqlNotes(database)

    def check(self) -> list[Text]:
        """Look for words that disagree with what they were made of; return a line for each."""
        return [*self.contacts.check(), *self.notes.check()]

    def close(self) -> None:
        """Free the connections."""
        self._database.close()
