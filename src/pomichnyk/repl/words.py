r"""Words of a typed line, split for people rather than for shells.

Blanks divide words. A quote opens only where a word begins, or behind ``=``, so the apostrophe
of Мар'яна and O'Brien is a letter. ``"`` ends at the next ``"``, and ``\"`` and ``\\`` stand for
``"`` and ``\`` before that; ``'`` ends at the next ``'`` that has a blank or nothing behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pomichnyk.errors import UsageError
from pomichnyk.text import Text

_PIECE = re.compile(
    r"""
    (?P<blank> \s+ )
    | (?<![^\s=]) " (?P<double> (?: [^"\\] | \\.? )* ) (?P<end> "? )
    | (?<![^\s=]) ' (?P<single> .*? ) (?P<stop> ' (?=\s|\Z) | \Z )
    | (?P<bare> = | [^\s=]+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(["\\])')


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line.

    Attributes:
        text: the word without its quotes.
        start: where it begins in the line.
        unclosed: the quote that it lacks at its end, if any.
    """

    text: str
    start: int
    unclosed: str = ""


def scan(line: str) -> list[Word]:
    """Return the words of a line that may still be being typed."""
    words: list[Word] = []
    inside = False
    for found in _PIECE.finditer(line):
        if found["blank"]:
            inside = False
            continue
        piece = _word(found)
        if inside:
            piece = replace(piece, text=words[-1].text + piece.text, start=words.pop().start)
        words.append(piece)
        inside = True
    return words


def split(line: str) -> list[str]:
    """Return the words of a line.

    Raises:
        UsageError: a quote has no end.
    """
    words = scan(line)
    if words and words[-1].unclosed:
        raise UsageError(
            Text("a closing {quote} is missing at the end of the line", quote=words[-1].unclosed)
        )
    return [word.text for word in words]


def quoted(text: str) -> str:
    """Return how a word is typed: as it is, or in quotes where it needs them."""
    if scan(text) == [Word(text, 0)]:
        return text
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _word(found: re.Match[str]) -> Word:
    if found["bare"]:
        return Word(found["bare"], found.start())
    if found["single"] is not None:
        return Word(found["single"], found.start(), "" if found["stop"] else "'")
    return Word(_ESCAPE.sub(r"\1", found["double"]), found.start(), "" if found["end"] else '"')
