"""Contacts of cards: what a card says in our fields, and the rest as words to find it by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar
from uuid import UUID, uuid4

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Labelled, Name
from pomichnyk.vcard import fields
from pomichnyk.vcard.cards import VCard
from pomichnyk.vcard.labels import one_line
from pomichnyk.vcard.lines import ContentLine
from pomichnyk.vcard.text import split, unescape

Value = TypeVar("Value", bound=Labelled)

LONGEST_KEYWORD = 200
# fmt: off
_WORDLESS = frozenset({
    "AGENT", "BEGIN", "CATEGORIES", "CLASS", "CLIENTPIDMAP", "END", "FN", "GENDER",
    "GEO", "KEY", "KIND", "LOGO", "MAILER", "MEMBER", "NOTE", "PHOTO", "PRODID", "PROFILE",
    "REV", "SOUND", "SOURCE", "TZ", "UID", "VERSION", "X-ABADR", "X-ABLABEL", "X-ABSHOWAS",
    "X-ABUID",
})
# fmt: on


def entry(card: VCard, region: str = "UA") -> Entry:
    """Return the contact of a card together with it.

    The contact's id is the card's UID where that is a UUID, else a new one.

    Args:
        card: the card, of any version.
        region: country of phone numbers that state none.

    Raises:
        InvalidValueError: the card has no name, nor anything that would do for one.
    """
    try:
        identifier = UUID(card.uid)
    except ValueError:
        identifier = uuid4()
    return Entry(contact(card, region, identifier), stored(card))


def stored(card: VCard) -> Card:
    """Return a card as it is stored."""
    return Card(card.text, card.uid, card.digest)


def contact(card: VCard, region: str, identifier: UUID) -> Contact:
    """Return what a card says, in our fields.

    Values that our fields do not take, such as short numbers, stay in the card; they are among
    the keywords.

    Raises:
        InvalidValueError: the card has no name, nor anything that would do for one.
    """
    name = fields.name(card)
    phones, emails = [*fields.phones(card, region)], [*fields.emails(card)]
    addresses, messengers = [*fields.addresses(card)], [*fields.messengers(card)]
    birthdays = [*fields.birthdays(card)]
    held = {id(line) for line, _ in (*phones, *emails, *addresses, *messengers, *birthdays)}
    return Contact(
        id=identifier,
        name=name,
        phones=_each_once(phones),
        emails=_each_once(emails),
        addresses=_each_once(addresses),
        messengers=_each_once(messengers),
        birthday=birthdays[0][1] if birthdays else None,
        tags=tuple(fields.tags(card)),
        comment=fields.comment(card),
        keywords="\n".join(_keywords(card, name, held)),
    )


def _each_once(held: Iterable[tuple[ContentLine, Value]]) -> tuple[Value, ...]:
    """Return the values, the first of those that differ in case alone."""
    once: dict[str, Value] = {}
    for _, value in held:
        once.setdefault(fields.key(value.value), value)
    return tuple(once.values())


def _keywords(card: VCard, name: Name, held: set[int]) -> Iterator[str]:
    """Yield the texts of a card that are in none of our fields."""
    known = set(name.split())
    for line in card.lines:
        if line.name in _WORDLESS or id(line) in held or line.binary:
            continue
        text = one_line(" ".join(map(unescape, split(line.text, ";"))))
        if 0 < len(text) <= LONGEST_KEYWORD and not known.issuperset(text.split()):
            yield text
