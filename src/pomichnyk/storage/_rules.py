"""Rules that every storage follows, as pure functions: search, references, birthdays."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import IntEnum
from typing import TypeVar
from uuid import UUID

from pomichnyk.domain.folding import asked, fold, is_cyrillic, latin, latin_inside
from pomichnyk.storage import RANKED

Key = TypeVar("Key")
Words = Sequence[tuple[str, ...]]
"""Words of a query, each with the spellings that will do for it."""
Hits = Callable[[Words, "Rank", int, int], Iterable[Key]]
"""Gives the best of the records added first: (words, rank, how many best, among how many)."""
Ranked = Callable[[Words, int], list[Key]]
"""Gives so many records that have the words, the best first, of all the ranks."""
Vocabulary = Callable[[int, int], Iterable[tuple[str, int]] | Mapping[str, int]]
"""Gives the stored words of so many letters, (fewest, most), and how many records have each.

A mapping may count a word when it is asked for it, and yield words that no record has any more.
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
    """Return the keys of the records that a query finds, the best first, asking rank by rank."""
    return found(query, limit, lambda words, most: by_rank(words, most, hits), vocabulary)


def found(query: str, limit: int, ranked: Ranked[Key], vocabulary: Vocabulary) -> list[Key]:
    """Return what a query finds, the best first.

    Only where nothing is found, the words that no record has are corrected.
    """
    words = asked(query)
    if not words or limit < 1:
        return []
    if hits := ranked(words, limit):
        return hits
    corrected = [
        word if len(words) > 1 and ranked([word], 1) else _near(word, vocabulary) for word in words
    ]
    return [] if corrected == words or not all(corrected) else ranked(corrected, limit)


def by_rank(words: Words, limit: int, hits: Hits[Key]) -> list[Key]:
    """Return the keys of so many records that have the words, asking for one rank after another."""
    best_first: dict[Key, None] = {}
    for rank, wanted, among in ranks(limit):
        if len(best_first) < limit:
            best_first |= dict.fromkeys(hits(words, rank, wanted, among))
    return [*best_first][:limit]


def ranks(limit: int) -> Iterator[tuple[Rank, int, int]]:
    """Yield each rank, how many of it may be wanted, and among how many that were added first.

    A better rank's hits are hits of the next one too, so twice as many are wanted of that.
    """
    for rank in Rank:
        wanted = limit if rank is Rank.WHOLE else 2 * limit
        yield rank, wanted, max(RANKED, wanted)


def within(word: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fewest spellings to look for inside others; none if the word is too short.

    Inside a word Latin letters will do as at its beginning, but for a first letter such as є, which
    is ye at a beginning and ie elsewhere.
    """
    if len(word[0]) < INSIDE_FROM:
        return ()
    spellings = tuple(spelling for spelling in word if len(spelling) >= INSIDE_FROM)
    alike = len(spellings) > 1 and latin_inside(spellings[0]) == spellings[1]
    return fewest(spellings) if alike else spellings


def fewest(word: tuple[str, ...]) -> tuple[str, ...]:
    """Return the spellings of a word of which one is met wherever any is, at a word's beginning.

    A Cyrillic word is stored in Latin letters too, each letter by itself: who has a word that
    begins so has another one that begins with the Latin spelling.
    """
    return word[1:] if len(word) > 1 and is_cyrillic(word[0]) else word


def countable(document: str) -> set[str]:
    """Return the words of a document that are in the vocabulary.

    They are those without a digit, and of at most 64 letters: nobody types longer ones.
    """
    return set(_WITHOUT_DIGIT.findall(document))


def compared(typed: str) -> str:
    """Return a typed name or tag as it is compared; what no text can hold becomes U+FFFD."""
    whole = typed.encode(errors="surrogatepass").decode(errors="replace")
    return fold(whole.replace("\0", "\N{REPLACEMENT CHARACTER}"))


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


def _near(word: tuple[str, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the nearest word that is stored, in its spellings; nothing if none is near.

    Nearness is the optimal string alignment distance: letters that were left out, added,
    mistaken, or swapped with their neighbour. Of the nearest, that which most records have.
    """
    typed = [(spelling, typos) for spelling in word if (typos := _typos(spelling))]
    if not typed:
        return ()
    given = vocabulary(
        min(len(spelling) - typos for spelling, typos in typed),
        max(len(spelling) + typos for spelling, typos in typed),
    )
    stored = given if isinstance(given, Mapping) else dict(given)
    near = _by_distance(typed, stored)
    nearest = next(filter(None, (_most_had(near[far], stored) for far in sorted(near))), "")
    return asked(nearest)[0] if nearest else ()


def _typos(spelling: str) -> int:
    """Return how many typos in a word are corrected."""
    typos = next((typos for letters, typos in TYPOS if len(spelling) >= letters), 0)
    return typos if countable(spelling) else 0


def _by_distance(
    typed: Sequence[tuple[str, int]], stored: Collection[str]
) -> Mapping[int, set[str]]:
    """Return the stored words that are near to what was typed, by how many typos away."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract_iter

    near: dict[int, set[str]] = defaultdict(set)
    every = [*stored]
    for spelling, typos in typed:
        for one, far, _ in extract_iter(spelling, every, scorer=OSA.distance, score_cutoff=typos):
            near[far].add(one)
    return near


def _most_had(words: Collection[str], stored: Mapping[str, int]) -> str:
    """Return that of some words which most records have, or nothing if none has any of them."""
    # a Cyrillic word's records all have it in Latin letters too
    counted = [one for one in words if latin(one) == one or latin(one) not in words]
    if len(counted) == 1:
        return counted[0] if counted[0] in stored else ""
    return min(((-n, one) for one in counted if (n := stored[one])), default=(0, ""))[1]
