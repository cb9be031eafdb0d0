"""VCard: a card as its lines, verbatim and in order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from itertools import chain
from uuid import UUID

from pomichnyk.vcard.lines import END, FOLDS, HEAD, ContentLine, is_quoted
from pomichnyk.vcard.text import LINE_END, unescape

LINE = rf"[^\r\n]*+{FOLDS}(?:{END}|\Z)"
"""A line with the lines folded under it and its line end; may match nothing at the very end."""

_LINE = re.compile(LINE)
_PARTS = re.compile(rf"((?:{HEAD}([^\r\n]*+)|[^\r\n]*+)({FOLDS})(?:{END}|\Z))")
_VERSION = re.compile(r"[\r\n]VERSION[^:\r\n]*:[ \t]*([\d.]+)", re.IGNORECASE)
_NESTED = re.compile(r"(?:AGENT[^:\r\n]*:)?BEGIN:VCARD\s*\Z", re.IGNORECASE)
_LAST = re.compile(r"END:VCARD\s*\Z", re.IGNORECASE)


class VCard:
    """A card from ``BEGIN:VCARD`` to ``END:VCARD``; nothing of its text is ever altered.

    Attributes:
        text: the card with its own line ends, except the one after ``END:VCARD``.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def version(self) -> str:
        """The card's version, ``3.0`` if it does not say."""
        found = _VERSION.search(self.text)
        return found[1] if found else "3.0"

    @property
    def end(self) -> str:
        """The line end of the card, as its first line has it."""
        found = LINE_END.search(self.text)
        return found[0] if found else "\r\n"

    @cached_property
    def uid(self) -> str:
        """The UID, in the usual form if it is a UUID; empty if there is none."""
        value = next((unescape(line.text).strip() for line in self.named("UID")), "")
        try:
            return str(UUID(value))
        except ValueError:
            return value

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the text in hexadecimal, the same whatever the line ends are."""
        return sha256(LINE_END.sub("\n", self.text).encode()).hexdigest()

    @cached_property
    def lines(self) -> Sequence[ContentLine]:
        """Every line in order, ``BEGIN`` and ``END`` too; a card nested in AGENT is one line."""
        version, upper = self.version, self.text.upper()
        if "QUOTED-PRINTABLE" not in upper and upper.count("BEGIN:VCARD") == 1:
            return [
                ContentLine(
                    raw, version, None if folds or not name else (group, name, options, value)
                )
                for raw, group, name, options, value, folds in _PARTS.findall(self.text)
                if raw
            ]
        raws = _softly_joined(filter(None, _LINE.findall(self.text)))
        return [ContentLine(raw, version) for raw in _nested_joined(raws)]

    def named(self, *names: str) -> list[ContentLine]:
        """Return the lines of properties by their names in upper case, in order."""
        if len(names) == 1:
            return self._by_name.get(names[0], [])
        return [line for line in self.lines if line.name in names]

    def grouped(self, group: str) -> list[ContentLine]:
        """Return the lines of a group; none for an empty name."""
        if not group:
            return []
        return [line for line in self.lines if line.group.lower() == group.lower()]

    @cached_property
    def _by_name(self) -> Mapping[str, list[ContentLine]]:
        lines: defaultdict[str, list[ContentLine]] = defaultdict(list)
        for line in self.lines:
            lines[line.name].append(line)
        return lines


def format(cards: Iterable[VCard]) -> str:  # noqa: A001  # the counterpart of parse
    """Return the text of a file with the cards; each is as it was read, byte for byte."""
    return "".join(chain.from_iterable((card.text, card.end) for card in cards))


def _softly_joined(raws: Iterable[str]) -> Iterator[str]:
    """Join a quoted-printable line with those that its soft line breaks lead to."""
    open_line = ""
    for raw in raws:
        open_line += raw
        if not (raw.rstrip("\r\n").endswith("=") and is_quoted(open_line.partition(":")[0])):
            yield open_line
            open_line = ""
    if open_line:
        yield open_line


def _nested_joined(raws: Iterable[str]) -> Iterator[str]:
    """Join the lines of a nested card with the AGENT line that it is the value of."""
    lines = iter(raws)
    waiting = next(lines)
    depth = 0
    for raw in lines:
        begins = bool(_NESTED.match(raw))
        if depth or (begins and not raw.upper().startswith("AGENT")):
            waiting += raw
        else:
            yield waiting
            waiting = raw
        depth += begins - (depth > 0 and bool(_LAST.match(raw)))
    yield waiting
