"""Homes: a storage together with the gradebook that it may carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pomichnyk.services._kept import Contacts, Messages, Notes
from pomichnyk.services._shelves import Shelf
from pomichnyk.storage import Storage
from pomichnyk.text import Text

if TYPE_CHECKING:
    from pomichnyk.gradebook.sessions import Database


@dataclass(frozen=True, slots=True)
class Home:
    """Where everything of a person is.

    Attributes:
        storage: contacts, notes and messages.
        gradebook: groups, students and grades; None where there are none, or they stay aside.
    """

    storage: Storage
    gradebook: Database | None = None

    def kept(self) -> Iterator[Shelf[Any]]:
        """Yield the kinds of records of the storage."""
        yield Contacts(self.storage.contacts)
        yield Notes(self.storage.notes)
        yield Messages(self.storage.messages)

    def shelves(self) -> Iterator[Shelf[Any]]:
        """Yield all kinds of records, each behind those that it cannot be without."""
        yield from self.kept()
        if self.gradebook is not None:
            from pomichnyk.services._gradebook import shelves

            yield from shelves(self.gradebook)

    def has_grades(self) -> bool:
        """Tell whether there is anything in the gradebook."""
        if self.gradebook is None:
            return False
        from pomichnyk.gradebook.records import empty

        with self.gradebook.reading() as session:
            return not empty(session)


def no_gradebook(home: Home) -> Text:
    """Return what is said where a gradebook cannot be put into a home."""
    return Text(
        "{url} carries no gradebook, and there is one; --without-grades leaves it aside",
        url=home.storage.info().url,
    )
