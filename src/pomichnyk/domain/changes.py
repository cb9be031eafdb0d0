"""Changes: what a person asks of a contact, applied to it as a pure function.

Adding a contact is changing one that has nothing but its name, so both are checked alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from pomichnyk.domain.contact import Contact, now
from pomichnyk.domain.fields import (
    Address,
    Birthday,
    Email,
    Labelled,
    Messenger,
    Name,
    Phone,
    Tag,
    text,
)
from pomichnyk.domain.folding import fold
from pomichnyk.errors import NotFoundError
from pomichnyk.text import Text

Value = TypeVar("Value", bound=Labelled)
Typed = tuple[str, str]
"""A label (None-like when empty) and a value, as they were typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to change, as it was typed; None leaves a field as it is, "" clears it.

    Attributes:
        phones: labels and numbers to add; a number that is there already gets the label.
        remove_phones: numbers to take away, in any spelling.
        addresses: labels and addresses to add.
        messengers: labels and places to add, such as ``10.0.0.7`` or ``host:20380``.
        tags: tags to add.
    """

    name: str | None = None
    phones: Sequence[Typed] = ()
    emails: Sequence[Typed] = ()
    addresses: Sequence[Typed] = ()
    messengers: Sequence[Typed] = ()
    birthday: str | None = None
    tags: Sequence[str] = ()
    comment: str | None = None
    remove_phones: Sequence[str] = ()
    remove_emails: Sequence[str] = ()
    remove_addresses: Sequence[str] = ()
    remove_messengers: Sequence[str] = ()
    remove_tags: Sequence[str] = ()


def apply(changes: Changes, contact: Contact, *, region: str) -> Contact:
    """Return the contact with the changes made; the same object if they change nothing.

    Raises:
        InvalidValueError: a value is not valid.
        NotFoundError: a value to be removed is not there.
    """
    phone = partial(Phone.parse, region=region)
    changed = replace(
        contact,
        name=contact.name if changes.name is None else Name(changes.name),
        phones=_values(contact.phones, changes.remove_phones, changes.phones, phone),
        emails=_values(contact.emails, changes.remove_emails, changes.emails, Email.parse),
        addresses=_values(
            contact.addresses, changes.remove_addresses, changes.addresses, Address.parse
        ),
        messengers=_values(
            contact.messengers, changes.remove_messengers, changes.messengers, Messenger.parse
        ),
        birthday=_birthday(changes.birthday, contact.birthday),
        tags=tagged(contact.tags, add=changes.tags, remove=changes.remove_tags),
        comment=(
            contact.comment if changes.comment is None else text(Text("comment"), changes.comment)
        ),
    )
    return contact if changed == contact else replace(changed, changed=now())


def tagged(tags: Sequence[Tag], *, add: Iterable[str], remove: Iterable[str]) -> tuple[Tag, ...]:
    """Return the tags without those to remove and with those to add; equal when folded alike.

    Raises:
        InvalidValueError: a tag to add is not valid.
        NotFoundError: a tag to remove is not there.
    """
    kept = [*tags]
    for unwanted in remove:
        alike = [tag for tag in kept if fold(tag) == fold(unwanted.strip().lstrip("#"))]
        if not alike:
            raise NotFoundError(Text("there is no tag “{tag}”", tag=unwanted))
        kept = [tag for tag in kept if tag not in alike]
    for wanted in map(Tag, add):
        if fold(wanted) not in map(fold, kept):
            kept.append(wanted)
    return tuple(kept)


def _values(
    values: tuple[Value, ...],
    remove: Sequence[str],
    add: Sequence[Typed],
    parse: Callable[[str, str], Value],
) -> tuple[Value, ...]:
    # An imported card may have a value twice, under two labels: both stay until they are asked for.
    kept = [*values]
    for unwanted in remove:
        alike = _alike(kept, unwanted) or _alike(kept, parse(unwanted, "").value)
        if not alike:
            raise NotFoundError(Text("there is no “{value}” to remove", value=unwanted))
        kept = [one for one in kept if one not in alike]
    for label, typed in add:
        wanted = parse(typed, label)
        if not (alike := _alike(kept, wanted.value)):
            kept.append(wanted)
        elif label:
            kept[kept.index(alike[0])] = alike[0].relabelled(wanted.label)
    return tuple(kept)


def _alike(values: Sequence[Value], value: str) -> list[Value]:
    return [one for one in values if _key(one.value) == _key(value)]


def _key(value: str) -> str:
    return " ".join(value.casefold().split())


def _birthday(typed: str | None, birthday: Birthday | None) -> Birthday | None:
    if typed is None:
        return birthday
    return Birthday.parse(typed) if typed.strip() else None
