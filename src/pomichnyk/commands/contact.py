"""The contact commands: what a person does with the address book."""

from __future__ import annotations

from pomichnyk.commands._contact import ContactAdd, ContactEdit, ContactRemove, ContactShow
from pomichnyk.commands._contacts import ContactBirthdays, ContactFind, ContactList

__all__ = [
    "ContactAdd",
    "ContactBirthdays",
    "ContactEdit",
    "ContactFind",
    "ContactList",
    "ContactRemove",
    "ContactShow",
]
