"""Rules that every storage follows, as pure functions: search, references, birthdays."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import IntEnum
from typing import TypeVar
from uuid import UUID

from pomichnyk.domain.folding import asked, fold
from pomichnyk.storage import RANKED

Key = TypeVar("Key")
Words = Sequence[tuple[str, ...]]
"""Words of a query, each with the spellings that will do for it."""
Hits = Callable[[Words, "Rank", int, int], Iterable[Key]]
"""Gives the best of the records added first: (words, rank, how many best, among how many)."""
Vocabulary = Callable[[int, int], Iterable[tuple[str, int]] | Mapping[str, int]]
"""Gives the stored words of so many letters, (fewest, most), and how many records have each.

A mapping may count a word when it is asked for it, and have words that no record has any more.
"""

INSIDE_FROM = 3
"""Letters that a word needs to be looked for inside others."""
TYPOS = ((8, 2), (4, 1))
"""Letters that a word needs, and how many typos in it are then corrected."""
YEAR = 366
_WITHOUT_DIGIT = re.compile(r"(?<!\S)[^\s\d]{1,64}(?!\S)")


class Rank(IntEnum):
    """How well a record fits a query, the best first."""

    WHOLE = 0
    BEGINNING = 1
    INSIDE = 2


def best(query: str, limit: int, hits: Hits[Key], vocabulary: Vocabulary) -> list[Key]:
    """Return the keys of the records that a query finds, the best first.

    Only where nothing is found, the words that no record has are corrected.
    """
    words = asked(query)
    found = _ranked(words, limit, hits)
    if found or not words or limit < 1:
        return found
    corrected = [
        word if len(words) > 1 and _ranked([word], 1, hits) else _near(word, vocabulary)
        for word in words
    ]
    return [] if corrected == words or not all(corrected) else _ranked(corrected, limit, hits)


def within(word: tuple[str, ...]) -> tuple[str, ...]:
    """Return the spellings of a word that may stand inside another; none if it is too short."""
    if len(word[0]) < INSIDE_FROM:
        return ()
    return tuple(spelling for spelling in word if len(spelling) >= INSIDE_FROM)


def countable(document: str) -> set[str]:
    """Return the words of a document that are in the vocabulary.

    They are those without a digit, and of at most 64 letters: nobody types longer ones.
    """
    return set(_WITHOUT_DIGIT.findall(document))


def compared(typed: str) -> str:
    """Return a typed name or tag as it is compared; what no text can hold becomes U+FFFD."""
    return fold(typed.encode(errors="surrogatepass").decode(errors="replace"))


def identifier(typed: str) -> str:
    """Return the usual form of a whole id, in whatever form it was typed, else nothing."""
    try:
        return str(UUID(typed.strip().lower()))
    except ValueError:
        return ""


def beginning(typed: str) -> str:
    """Return the beginning of an id in its usual form, or nothing if no id begins so."""
    lowered = typed.strip().lower()
    return lowered if set(lowered) <= set("0123456789abcdef-") else ""


def celebrations(first: date, days: int) -> Iterator[list[tuple[int, int]]]:
    """Yield for each of so many days the (month, day) of the birthdays celebrated on it.

    Each comes once, on the first day of all; 29 February falls on the 28th where there is none.
    """
    seen: set[tuple[int, int]] = set()
    for later in range(min(days, YEAR)):
        day = first + timedelta(later)
        born = [(day.month, day.day)]
        if born == [(2, 28)] and (day + timedelta(1)).month != 2:  # noqa: PLR2004  # February
            born.append((2, 29))
        if new := [one for one in born if one not in seen]:
            yield new
        seen.update(born)


def _ranked(words: Words, limit: int, hits: Hits[Key]) -> list[Key]:
    found: dict[Key, None] = {}
    for rank in Rank:
        if words and len(found) < limit:
            wanted = limit + len(found)  # a better rank's hits are hits of this one too
            found |= dict.fromkeys(hits(words, rank, wanted, max(RANKED, wanted)))
    return [*found][: max(limit, 0)]


def _near(word: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the nearest word that is stored, in its spellings; nothing if none is near."""
    near = (_nearest(spelling, vocabulary) for spelling in word)
    found = min(filter(None, near), default=None)
    return asked(found[-1])[0] if found else ()


def _nearest(spelling: str, vocabulary: Vocabulary) -> tuple[int, int, str] | None:
    """Return the nearest word, as (typos, minus how many have it, word).

    Nearness is the optimal string alignment distance: letters that were left out, added,
    mistaken, or swapped with their neighbour.
    """
    typos = next((typos for letters, typos in TYPOS if len(spelling) >= letters), 0)
    if not typos or not countable(spelling):
        return None
    from rapidfuzz.distance import OSA

    given = vocabulary(len(spelling) - typos, len(spelling) + typos)
    stored = given if isinstance(given, Mapping) else dict(given)
    distances = ((OSA.distance(spelling, one, score_cutoff=typos), one) for one in stored)
    near = ((far, -stored[one], one) for far, one in distances if far <= typos and stored[one])
    return min(near, default=None)
