"""Search by the words of records: a multikey index of them, each with the number of adding.

Words of a query are letters and digits alone, and passed as values: no operator gets through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bson.regex import Regex

from pomichnyk.storage._mongo.documents import Document
from pomichnyk.storage._mongo.sessions import MongoDatabase, Order
from pomichnyk.storage._mongo.words import PATTERN, Vocabulary
from pomichnyk.storage._rules import Rank, Words, best, within

Condition = dict[str, Any]
LAST = "\U0010ffff"
"""The last code point: what begins with a text lies between it and it with this behind."""


class Search:
    """Finds the documents of a kind.

    Args:
        order: how those that are found are ordered within a rank.
        first: 1 to rank those that were added first, -1 the last.
        hidden: fields that are not returned.
    """

    def __init__(
        self,
        database: MongoDatabase,
        kind: str,
        order: Order,
        *,
        first: int = 1,
        hidden: Sequence[str] = (),
    ) -> None:
        self.vocabulary = Vocabulary(database[f"{kind}_words"], database[kind])
        self._records, self._order = database[kind], dict(order)
        self._first, self._hidden = first, hidden

    def find(self, query: str, limit: int) -> list[Document]:
        """Return the documents that have every word of the query, the best first."""
        found: dict[str, Document] = {}

        def hits(words: Words, rank: Rank, limit: int, among: int) -> list[str]:
            stored = {one["_id"]: one for one in self._best(words, rank, limit, among)}
            found.update(stored)
            return [*stored]

        return [found[key] for key in best(query, limit, hits, self.vocabulary.long)]

    def _best(self, words: Words, rank: Rank, limit: int, among: int) -> Iterator[Document]:
        """Yield the best of the documents that fit, of those that were added first."""
        if rank is Rank.INSIDE and not any(map(within, words)):
            return  # words too short to stand inside others were looked for as beginnings
        conditions = [self._condition(word, rank) for word in words]
        if all(conditions):
            yield from self._records.aggregate(
                [
                    {"$match": {"$and": conditions}},
                    {"$sort": {"added": self._first}},
                    {"$limit": among},
                    {"$project": dict.fromkeys(self._hidden, 0)},
                    {"$sort": self._order},
                    {"$limit": limit},
                ],
                allowDiskUse=True,
            )

    def _condition(self, word: tuple[str, ...], rank: Rank) -> Condition:
        """Return what documents that have a word fulfil; nothing if none has it."""
        if rank is Rank.WHOLE:
            return {"words": {"$in": [*word]}}
        if rank is Rank.INSIDE and (spellings := within(word)):
            stored = self.vocabulary.containing(spellings)
            return {"words": {"$in": stored}} if stored else {}
        begins = [_beginning(spelling) for spelling in word]
        return begins[0] if len(begins) == 1 else {"$or": begins}


def _beginning(spelling: str) -> Condition:
    """Return what documents with a word that begins so fulfil: a range of the index."""
    if len(spelling) > PATTERN:
        return {"words": {"$elemMatch": between(spelling)}}
    return {"words": Regex(f"^{spelling}")}


def between(beginning: str) -> Mapping[str, str]:
    """Return the range of the texts that begin so."""
    return {"$gte": beginning, "$lt": beginning + LAST}
