"""The vocabulary of a kind: the words that typos are corrected to, which its records once had.

Words are entered before the records that have them, so none is missing whatever is interrupted;
words that no record has any more are passed over, since how many records have one is counted
when it is asked. So nothing here can disagree with the records; ``forget`` sweeps what is left.
``seen`` is the last day on which a record with the word was about to be stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.collection import Collection as Documents
from pymongo.errors import BulkWriteError

from pomichnyk.storage._mongo.batches import batches
from pomichnyk.storage._mongo.documents import Document
from pomichnyk.storage._mongo.faults import DUPLICATE
from pomichnyk.storage._rules import countable

MANY = 1_000
"""How many words are asked for at once."""
READ = 10_000
"""How many words are read at once."""
KEPT = timedelta(days=2)
"""How long a word is left alone after it was about to be stored."""


class Vocabulary:
    """The words of the records in a collection."""

    def __init__(self, words: Documents[Document], records: Documents[Document]) -> None:
        self._words, self._records = words, records

    def enter(self, words: Collection[str]) -> None:
        """Enter the words of records that are about to be stored."""
        today = _today()
        for some in batches(filter(countable, words), MANY, len):
            known = {one["_id"]: one["seen"] for one in self._words.find(_any(some), {"seen": 1})}
            if earlier := [one for one, seen in known.items() if seen != today]:
                self._words.update_many(_any(earlier), {"$set": {"seen": today}})
            if new := [one for one in some if one not in known]:
                self._insert([{"_id": one, "letters": len(one), "seen": today} for one in new])

    def long(self, shortest: int, longest: int) -> Mapping[str, int]:
        """Return the words of so many letters, and how many records have each."""
        letters = {"letters": {"$gte": shortest, "$lte": longest}}
        stored = self._words.find(letters, {"_id": 1}, batch_size=READ)
        return _Counted(self._records, [one["_id"] for one in stored])

    def lacking(self, words: Collection[str]) -> list[str]:
        """Return those of the words that were not entered."""
        wanted = [*filter(countable, words)]
        known = {
            one["_id"]
            for some in batches(wanted, MANY, len)
            for one in self._words.find(_any(some), {"_id": 1})
        }
        return [one for one in wanted if one not in known]

    def forget(self, kept: Collection[str]) -> None:
        """Remove the words that are not among those kept, save those seen lately."""
        before = {"seen": {"$lt": _today(KEPT)}}
        stored = [one["_id"] for one in self._words.find(before, {"_id": 1})]
        for some in batches((one for one in stored if one not in kept), MANY, len):
            self._words.delete_many({**_any(some), **before})

    def _insert(self, words: Sequence[Document]) -> None:
        try:
            self._words.insert_many(words, ordered=False)
        except BulkWriteError as error:
            if {one["code"] for one in error.details["writeErrors"]} != {DUPLICATE}:
                raise  # a word that another program entered meanwhile is there, and that is all


class _Counted(Mapping[str, int]):
    """Words, each counted when it is asked for: only the nearest few of thousands are."""

    def __init__(self, records: Documents[Document], words: Sequence[str]) -> None:
        self._records, self._words = records, words
        self._counts: dict[str, int] = {}

    def __getitem__(self, word: str) -> int:
        if word not in self._counts:
            self._counts[word] = self._records.count_documents({"words": word})
        return self._counts[word]

    def __contains__(self, word: object) -> bool:
        return self._records.find_one({"words": word}, {"_id": 1}) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def _any(ids: Sequence[str]) -> dict[str, Any]:
    return {"_id": {"$in": ids}}


def _today(earlier: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) - earlier).date().isoformat()
