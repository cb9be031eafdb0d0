"""What records in memory are found by: their folded words, and the search through them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from pomichnyk.domain.folding import document
from pomichnyk.storage._rules import Rank, Words, countable, within


class Documents:
    """The folded words of records, by their ids, in the order of adding."""

    def __init__(self) -> None:
        self._documents: dict[UUID, str] = {}

    def keep(self, identifier: UUID, searched: str) -> None:
        """Keep the words of a text, in place of those that were kept under the id."""
        self._documents[identifier] = document(searched)

    def forget(self, identifier: UUID) -> None:
        """Keep the words of a record no longer."""
        del self._documents[identifier]

    def fitting(self, words: Words, rank: Rank) -> list[UUID]:
        """Return the ids of the records that have the words, in the order of adding."""
        return [
            identifier
            for identifier, searched in self._documents.items()
            if all(_fits(word, searched.split(), rank) for word in words)
        ]

    def vocabulary(self, shortest: int, longest: int) -> Iterator[tuple[str, int]]:
        """Yield the words of so many letters, and how many records have each."""
        counted: Counter[str] = Counter()
        for searched in self._documents.values():
            counted.update(countable(searched))
        return ((word, n) for word, n in counted.items() if shortest <= len(word) <= longest)


def _fits(word: tuple[str, ...], stored: list[str], rank: Rank) -> bool:
    if rank is Rank.WHOLE:
        return not set(word).isdisjoint(stored)
    if rank is Rank.INSIDE and (spellings := within(word)):
        return any(spelling in one for one in stored for spelling in spellings)
    return any(one.startswith(word) for one in stored)
