"""What the lines of a card mean to us: phones, e-mails, addresses, messengers, birthday, tags, ...

Each function pairs values with the lines they were read from; a line that holds no value of ours
is passed over, and stays in the card.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from typing import TypeVar

from pomichnyk.domain.fields import (
    Address,
    Birthday,
    Email,
    Labelled,
    Messenger,
    Name,
    Phone,
    Tag,
)
from pomichnyk.domain.folding import fold
from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Text
from pomichnyk.vcard.cards import VCard
from pomichnyk.vcard.labels import label, one_line
from pomichnyk.vcard.lines import ContentLine
from pomichnyk.vcard.text import split, unescape

Value = TypeVar("Value", bound=Labelled)
Held = Iterator[tuple[ContentLine, Value]]

MESSENGER = "pomichnyk"
"""The scheme of our messenger's addresses in a card: ``IMPP:pomichnyk:host:port`` (RFC 4770)."""

_DATE = re.compile(r"(\d{4}|-)-?(\d\d)-?(\d\d)(?:[T ].*)?", re.DOTALL)
_NAMED = ("FN", "N", "NICKNAME", "ORG", "EMAIL", "TEL")
_APPLE_YEARLESS = 1604
"""The year by which Apple says that there is none."""


def phones(card: VCard, region: str, known: Container[str] = ()) -> Held[Phone]:
    """Yield the numbers that can be dialled; without a country code they are the region's.

    Those in ``known`` are known to be valid and in E.164.
    """

    def parse(text: str, label: str) -> Phone:
        if text in known:
            return Phone(text, label)
        return Phone.parse(text.removeprefix("tel:"), label, region=region)

    return _held(card, "TEL", parse)


def emails(card: VCard, known: Container[str] = ()) -> Held[Email]:
    """Yield the e-mail addresses; those in ``known`` are known to be valid."""

    def parse(text: str, label: str) -> Email:
        return Email(text, label) if text in known else Email.parse(text, label)

    return _held(card, "EMAIL", parse)


def addresses(card: VCard) -> Held[Address]:
    """Yield the postal addresses, their parts joined by commas."""
    return _held(card, "ADR", Address.parse)


def messengers(card: VCard) -> Held[Messenger]:
    """Yield where the person's computer takes our messages, not what other messengers there are."""

    def parse(text: str, label: str) -> Messenger:
        scheme, _, place = text.partition(":")
        return Messenger.parse(place if scheme.lower() == MESSENGER else "", label)

    return _held(card, "IMPP", parse)


def birthdays(card: VCard) -> Iterator[tuple[ContentLine, Birthday]]:
    """Yield the days of birth; the first is the contact's."""
    for line in card.named("BDAY"):
        if (found := _DATE.fullmatch(line.value.strip())) and found[0].isascii():
            year = int(found[1]) if found[1].isdigit() else 0
            known = year if year not in {0, _APPLE_YEARLESS} else None
            try:
                yield line, Birthday(int(found[2]), int(found[3]), known)
            except InvalidValueError:
                continue


def categories(line: ContentLine) -> list[tuple[str, Tag | None]]:
    """Return the categories of a line, still escaped, each with the tag it is, if it is one."""
    return [(part, tag(unescape(part))) for part in split(line.text, ",")]


def tag(category: str) -> Tag | None:
    """Return a category as a tag: blanks and commas in it become hyphens."""
    word = "-".join(one_line(category).replace(",", " ").split())
    return Tag(word) if word.removeprefix("#") else None


def tags(card: VCard) -> list[Tag]:
    """Return the tags of a card, each once."""
    found = (tag for line in card.named("CATEGORIES") for _, tag in categories(line))
    once: dict[str, Tag] = {}
    for tag in filter(None, found):
        once.setdefault(fold(tag), tag)
    return [*once.values()]


def comment(card: VCard) -> str:
    """Return the notes of a card, one under another."""
    return "\n".join(unescape(line.text) for line in notes(card))


def notes(card: VCard) -> list[ContentLine]:
    """Return the lines that hold notes."""
    return [line for line in card.named("NOTE") if not line.binary]


def name(card: VCard) -> Name:
    """Return whose card it is: by its FN, else N, nickname, organisation, e-mail or phone.

    Raises:
        InvalidValueError: it has none of these.
    """
    lines = (line for field in _NAMED for line in card.named(field))
    found = next(filter(None, (one_line(_said(line)) for line in lines)), "")
    if not found:
        raise InvalidValueError(Text("name"), "", Text("one of {names}", names=", ".join(_NAMED)))
    return Name(found)


def key(value: str) -> str:
    """Return what two values have in common if they differ in case and blanks alone."""
    return " ".join(value.casefold().split())


def _held(card: VCard, name: str, parse: Callable[[str, str], Value]) -> Held[Value]:
    for line in card.named(name):
        try:
            yield line, parse(_said(line), label(card, line))
        except InvalidValueError:
            continue


def _said(line: ContentLine) -> str:
    """Return a value as one would write it on a line."""
    match line.name:
        case "N":
            parts = [*map(unescape, split(line.text, ";")), *[""] * 5]
            return " ".join(filter(None, (parts[3], parts[1], parts[2], parts[0], parts[4])))
        case "ADR" | "ORG":
            # Google puts the whole address behind the seven parts that there are.
            parts = [unescape(part).strip() for part in split(line.text, ";")[:7]]
            return ", ".join(filter(None, parts)) or line.param("LABEL")
        case _:
            return unescape(line.text)
