"""Parts of words as numbers, by which one finds what stands inside words and how they begin.

There are few numbers, so the longest text has no more than a document can hold; parts that share
one are told apart by the words themselves. A word that has letters to transliterate is stored in
Latin ones too (``folding.document``), and only that form has its parts. Of each letter it has
the same letters wherever it stands in a word, if y is taken for i: є is ye at first and ie inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zlib import crc32

from pomichnyk.domain.folding import latin, latin_inside
from pomichnyk.storage._rules import INSIDE_FROM

PART = INSIDE_FROM
"""How many letters a part has: as many as what is looked for inside words has at least."""
PARTS = 1 << 16
"""How many numbers there are of parts, and as many more of beginnings."""
BEGINNINGS = (8, 5, 3)
"""How many letters of a word are beginnings that have numbers."""
SILENT = frozenset("ьъ")
"""Letters without Latin ones."""


def numbers(words: Iterable[str]) -> list[int]:
    """Return the numbers by which a record that has the words is found."""
    return sorted({number for word in words for number in _of(word)})


def inside(spelling: str) -> list[int]:
    """Return numbers that a record has if the spelling stands inside one of its words."""
    return [*_parts(_plain(latin_inside(spelling)))] or [*_silent(spelling)]


def beginning(spelling: str) -> int | None:
    """Return the number that a record has if one of its words begins so; None if that has none."""
    letters = next((one for one in BEGINNINGS if len(spelling) >= one), 0)
    return _beginning(spelling[:letters]) if letters and latin(spelling) == spelling else None


def _of(word: str) -> Iterator[int]:
    if latin(word) != word:
        yield from _silent(word)
        return
    yield from _parts(_plain(word))
    for letters in BEGINNINGS:
        if len(word) >= letters:
            yield _beginning(word[:letters])


def _silent(word: str) -> Iterator[int]:
    """Yield the numbers of the parts that may have too few Latin letters for one."""
    for part in _threes(word):
        if not SILENT.isdisjoint(part):
            yield _number(part)


def _parts(word: str) -> Iterator[int]:
    return map(_number, _threes(word))


def _threes(word: str) -> Iterator[str]:
    return (word[start : start + PART] for start in range(len(word) - PART + 1))


def _plain(word: str) -> str:
    return word.replace("y", "i")


def _beginning(letters: str) -> int:
    return PARTS + _number(letters)


def _number(letters: str) -> int:
    return crc32(letters.encode()) % PARTS
