"""Labels of phones, e-mails and addresses: “work”, “mobile”, or whatever a person wrote.

A card has them as TYPE, or, as Apple and Google write those of a person's own, in an X-ABLabel
line of the same group.
"""

from __future__ import annotations

import re

from pomichnyk.vcard.cards import VCard
from pomichnyk.vcard.lines import ContentLine
from pomichnyk.vcard.text import unescape

LABEL = "X-ABLABEL"
"""The property that labels the lines of its group."""

_WORDS = {
    "home": "home",
    "work": "work",
    "cell": "mobile",
    "fax": "fax",
    "pager": "pager",
    "main": "main",
    "car": "car",
    "other": "other",
}
_TYPES = {word: kind for kind, word in _WORDS.items()}
_APPLE = re.compile(r"_\$!<(.*)>!\$_", re.DOTALL)
_APPLE_WORDS = {"homefax": "home fax", "workfax": "work fax", "otherfax": "fax other"}
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LONGEST = 1_000


def label(card: VCard, line: ContentLine) -> str:
    """Return the label of a line, empty if it has none."""
    for own in card.grouped(line.group):
        if own.name == LABEL and (text := one_line(unescape(own.text))):
            apple = _APPLE.fullmatch(text)
            return _APPLE_WORDS.get(apple[1].lower(), apple[1].lower()) if apple else text
    kinds = line.types
    known = " ".join(word for kind, word in _WORDS.items() if kind in kinds)
    return known or next((kind[2:] for kind in kinds if kind.startswith("x-")), "")


def types(word: str) -> list[str]:
    """Return the types that say a label; none if it takes a line of its own."""
    kinds = [_TYPES.get(part, "") for part in word.split(" ")]
    return kinds if [kind for kind in _WORDS if kind in kinds] == kinds else []


def is_label(kind: str) -> bool:
    """Tell whether a type, in lower case, says a label, and not ``pref`` or ``voice``."""
    return kind in _WORDS or kind.startswith("x-")


def one_line(text: str) -> str:
    """Return a text as one line that any of our fields can hold."""
    return _UNREADABLE.sub(" ", text).strip()[:_LONGEST].strip()
