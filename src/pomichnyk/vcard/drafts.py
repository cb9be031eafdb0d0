"""Draft: a card that is being edited; the lines that are not touched stay as they were read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pomichnyk.vcard.cards import VCard
from pomichnyk.vcard.labels import LABEL, is_label, types
from pomichnyk.vcard.lines import ContentLine, read_option
from pomichnyk.vcard.text import OLD, escape, fold, quote

_ITEM = re.compile(r"item(\d+)", re.IGNORECASE)
_COMPANION = "X-AB"
_ENCODED = frozenset({"CHARSET", "ENCODING"})


class Draft:
    """The lines of a card, to be written, removed and added.

    New lines are in the card's own version and have its line ends.

    Attributes:
        version: the card's version.
        changed: whether anything was edited.
    """

    def __init__(self, card: VCard) -> None:
        self._lines = [*card.lines]
        self.version, self._end = card.version, card.end
        self.changed = False

    @property
    def card(self) -> VCard:
        """The card as it is now."""
        return VCard("".join(line.raw for line in self._lines))

    def named(self, name: str) -> list[ContentLine]:
        """Return the lines of a property, as they are now."""
        return [line for line in self._lines if line.name == name]

    def write(self, line: ContentLine, value: str, drop: frozenset[str] = frozenset()) -> None:
        """Give a line another value, an escaped one; parameters in ``drop`` go."""
        drop |= _ENCODED
        options = [one for one in line.options if read_option(one)[0] not in drop]
        self._replace(line, self._made(line.head, options, value))

    def add(
        self,
        name: str,
        value: str,
        *,
        label: str = "",
        options: Sequence[str] = (),
        after: str = "",
    ) -> None:
        """Add a line with an escaped value behind the last of its name, else of ``after``."""
        kinds = self._options(types(label))
        group = "" if kinds or not label else self._free_group()
        line = self._made(f"{group}.{name}" if group else name, (*kinds, *options), value)
        place = self._behind(name) or self._behind(after) or len(self._lines) - 1
        self._insert(place, line)
        if group:
            self._insert(place + 1, self._label(group, label))

    def remove(self, line: ContentLine) -> None:
        """Remove a line, and those that say more of it alone, such as its label."""
        for companion in self._companions(line):
            self._lines.remove(companion)
        self._lines.remove(line)
        self.changed = True

    def relabel(self, line: ContentLine, label: str) -> None:
        """Give a line another label, or none, touching nothing else of it."""
        for companion in self._companions(line):
            if companion.name == LABEL:
                self._lines.remove(companion)
        kinds = types(label)
        name = line.head.rpartition(".")[2]
        group = "" if self._shared(line) else line.group
        if label and not kinds:
            group = group or self._free_group()
            self._insert(self._lines.index(line) + 1, self._label(group, label))
        options = [*filter(None, map(_unlabelled, line.options)), *self._options(kinds)]
        head = "".join((group and f"{group}.", name, *(f";{option}" for option in options)))
        self._replace(line, ContentLine(self._wrapped(line, head), self.version))

    def _wrapped(self, line: ContentLine, head: str) -> str:
        """Return a line with another head and its value as it stands."""
        if line.quoted or self.version == OLD:
            return f"{head}:{line.value}{self._end}"
        return fold(f"{head}:{line.value}", self._end) + self._end

    def _made(self, head: str, options: Sequence[str], value: str) -> ContentLine:
        head = ";".join((head, *options))
        if self.version != OLD:
            raw = fold(f"{head}:{value}", self._end)
        elif value.isascii() and "\n" not in value:
            raw = f"{head}:{value}"
        else:
            quoted = quote(value, self._end)
            raw = f"{head};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{quoted}"
        return ContentLine(raw + self._end, self.version)

    def _options(self, kinds: Sequence[str]) -> list[str]:
        if self.version == OLD:
            return [kind.upper() for kind in kinds]
        listed = ",".join(kinds)
        return [f"TYPE={listed if self.version == '4.0' else listed.upper()}"] if kinds else []

    def _label(self, group: str, label: str) -> ContentLine:
        return self._made(f"{group}.X-ABLabel", (), escape(label, self.version))

    def _grouped(self, line: ContentLine, wanted: Callable[[str], bool]) -> list[ContentLine]:
        """Return the other lines of a line's group whose name is wanted."""
        group = line.group.lower()
        return [
            one
            for one in self._lines
            if group and one.group.lower() == group and one is not line and wanted(one.name)
        ]

    def _shared(self, line: ContentLine) -> bool:
        """Tell whether a line's group has more than it and what is said of it."""
        return bool(self._grouped(line, lambda name: not name.startswith(_COMPANION)))

    def _companions(self, line: ContentLine) -> list[ContentLine]:
        """Return the lines that say more of a line, unless others share them."""
        if self._shared(line):
            return []
        return self._grouped(line, lambda name: name.startswith(_COMPANION))

    def _free_group(self) -> str:
        taken = (_ITEM.fullmatch(line.group) for line in self._lines)
        return f"item{max((int(found[1]) for found in taken if found), default=0) + 1}"

    def _behind(self, name: str) -> int:
        """Return the place behind the last line of a name and its companions; 0 if none."""
        lines = self.named(name)
        if not lines:
            return 0
        companions = self._companions(lines[-1])
        return 1 + max(map(self._lines.index, (lines[-1], *companions)))

    def _insert(self, place: int, line: ContentLine) -> None:
        self._lines.insert(place, line)
        self.changed = True

    def _replace(self, line: ContentLine, new: ContentLine) -> None:
        self._lines[self._lines.index(line)] = new
        self.changed = True


def _unlabelled(option: str) -> str:
    """Return a parameter without the types that are labels; empty if nothing is left."""
    name, value = read_option(option)
    listed = value.strip('"').split(",")
    kept = [one for one in listed if not is_label(one.strip().lower())]
    if name != "TYPE" or kept == listed:
        return option
    bare = "=" not in option
    return ",".join(kept) if bare or not kept else f"TYPE={','.join(kept)}"
