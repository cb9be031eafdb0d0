"""The contact commands: what a person does with the address book."""

from __future__ import annotations

from pomichnyk.commands._contact import ContactAdd, ContactEdit, ContactRemove, ContactShow
from pomichnyk.commands._contacts import ContactBirthdays, ContactFind, ContactList
from pomichnyk.commands._transfer import ContactExport, ContactImport

__all__ = [
    "ContactAdd",
    "ContactBirthdays",
    "ContactEdit",
    "ContactExport",
    "ContactFind",
    "ContactImport",
    "ContactList",
    "ContactRemove",
    "ContactShow",
]
