"""Search by two multikey indexes: of words, and of the numbers of their parts.

Both have the number of adding behind, so that those that were added first are found first. Words
of a query are letters and digits alone, and passed as values: no operator gets through. A number
stands for several parts, or for a part of what is asked; so the words themselves then decide.

One word is asked for once: the server goes on to a worse rank only while those of the better ones
are too few. Of several words, which to go by is to be tried anew each time: the server would
remember what was quick for others, and does not where it is told the index. That cannot be said
inside of a question, so each rank is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bson.regex import Regex

from pomichnyk.storage._mongo.documents import Document
from pomichnyk.storage._mongo.parts import beginning, inside
from pomichnyk.storage._mongo.schema import BY_PARTS, BY_WORDS, RULES
from pomichnyk.storage._mongo.sessions import MongoDatabase, Order
from pomichnyk.storage._mongo.words import Vocabulary
from pomichnyk.storage._rules import Rank, Words, fewest, found, ranks, within

Condition = dict[str, Any]
PARTS_TRIED = 3
"""How many parts of a query the server tries to go by: it goes by each, until one is the best."""
PATTERN = 1_000
"""Letters that the server takes for a pattern."""
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
        self._first = first
        shown = (field for field in RULES[kind]["properties"] if field not in hidden)
        self._shown = dict.fromkeys(shown, 1)  # to leave fields out takes longer than to pick them

    def find(self, query: str, limit: int) -> list[Document]:
        """Return the documents that have every word of the query, the best first."""
        return found(query, limit, self._ranked, self.vocabulary.long)

    def _ranked(self, words: Words, limit: int) -> list[Document]:
        """Return so many documents that have the words, the best first."""
        every = [*self._by_rank(words, limit)]
        if len(words) == 1:
            (_, stages), *worse = every
            unions = (
                {"$unionWith": {"coll": self._records.name, "pipeline": one}} for _, one in worse
            )
            return [*self._records.aggregate([*stages, *unions, {"$limit": limit}])]
        hits: list[Document] = []
        for index, stages in every:
            if len(hits) < limit:
                hits += self._records.aggregate(stages, hint=index)
        return hits[:limit]

    def _by_rank(self, words: Words, limit: int) -> Iterator[tuple[str, list[Condition]]]:
        """Yield for each rank by which index to go, and what gives those of no better rank."""
        better: list[Condition] = []
        for rank, _, among in ranks(limit):
            if fit := [*_conditions(words, rank)]:
                yield (
                    BY_PARTS if any("parts" in one for one in fit) else BY_WORDS,
                    [
                        {"$match": {"$and": fit}},
                        {"$sort": {"added": self._first}},
                        {"$limit": among},
                        *([{"$match": {"$nor": [{"$and": better}]}}] if better else []),
                        {"$project": self._shown},
                        {"$sort": self._order},
                        {"$limit": limit},
                    ],
                )
                better = [one for one in fit if "parts" not in one]  # to compare those takes longer


def _conditions(words: Words, rank: Rank) -> Iterator[Condition]:
    """Yield what the documents that have the words fulfil; nothing if there can be none."""
    tried = max(1, PARTS_TRIED // len(words))
    if rank is Rank.INSIDE and not any(map(within, words)):
        return  # words too short to stand inside others were looked for as beginnings
    for word in words:
        if rank is Rank.INSIDE and (spellings := within(word)):
            yield from _apart(spellings, tried)
            yield _containing(spellings)
        elif rank is Rank.WHOLE:
            yield {"words": {"$in": [*fewest(word)]}}
        else:
            yield from _begun(fewest(word))


def _apart(spellings: Sequence[str], number: int) -> Iterator[Condition]:
    """Yield conditions on parts that stand apart in a word: the server goes by the rarest."""
    every = [inside(spelling) for spelling in spellings]
    for n in range(number):
        at = n / max(1, number - 1)
        yield {"parts": {"$in": [*{one[round(at * (len(one) - 1))] for one in every}]}}


def _begun(spellings: Sequence[str]) -> Iterator[Condition]:
    """Yield what documents with a word that begins so fulfil: by their numbers, if they have any.

    The index of words has what begins so in the order of the words: all of it would be gone over.
    """
    numbers = [beginning(one) for one in spellings]
    if None not in numbers:
        yield {"parts": {"$in": [*{*numbers}]}}
    elif max(map(len, spellings)) <= PATTERN:  # of a pattern the index alone decides
        yield {"words": {"$in": [Regex(f"^{one}") for one in spellings]}}
        return
    yield {"$or": [{"words": {"$elemMatch": between(one)}} for one in spellings]}


def _containing(spellings: Sequence[str]) -> Condition:
    """Return what documents fulfil that have a word with one of the spellings inside."""
    if max(map(len, spellings)) > PATTERN:
        return {"$or": [_with(one) for one in spellings]}
    return {"words": {"$in": [*map(Regex, spellings)]}}


def _with(spelling: str) -> Condition:
    at = {"$indexOfBytes": ["$$word", {"$literal": spelling}]}
    has = {"$map": {"input": "$words", "as": "word", "in": {"$gte": [at, 0]}}}
    return {"$expr": {"$anyElementTrue": has}}


def between(beginning: str) -> Mapping[str, str]:
    """Return the range of the texts that begin so."""
    return {"$gte": beginning, "$lt": beginning + LAST}
