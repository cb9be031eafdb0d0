"""Writing documents of records, each with its words in the vocabulary before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from bson import encode
from pymongo import UpdateOne
from pymongo.errors import DuplicateKeyError

from pomichnyk.domain.contact import Contact, Entry
from pomichnyk.domain.message import Message
from pomichnyk.domain.note import Note
from pomichnyk.errors import ConflictError, InvalidValueError
from pomichnyk.storage._mongo.batches import BATCH, batches
from pomichnyk.storage._mongo.documents import Document, weight
from pomichnyk.storage._mongo.sessions import MongoDatabase, Turn
from pomichnyk.storage._mongo.words import Vocabulary
from pomichnyk.text import Text

Item = TypeVar("Item", Contact, Entry, Note, Message)

LARGEST = 16_000_000
"""Bytes that a document may have: MongoDB takes 16 MiB with what it adds itself."""
SURELY_SMALL = 100_000
"""Characters that never make a document larger than that, whatever their words are."""


class Writer:
    """Writes the documents of a kind.

    Args:
        noun: what one of them is called.
        initial: the fields that only adding sets, unless a document has them itself.
    """

    def __init__(
        self, database: MongoDatabase, kind: str, noun: Text, initial: Document | None = None
    ) -> None:
        self._records, self._noun, self._initial = database[kind], noun, initial or {}
        self._vocabulary = Vocabulary(database[f"{kind}_words"], self._records)

    def refuse(self, items: Iterable[Item], made: Callable[[Item], Document]) -> None:
        """Refuse what MongoDB does not take, before anything is written.

        Raises:
            InvalidValueError: a document would be too large.
        """
        for item in items:
            if weight(item) > SURELY_SMALL and len(encode(document := made(item))) > LARGEST:
                name = document.get("name", document.get("text"))
                expected = Text("at most {size} MB in all, for MongoDB", size=LARGEST // 1_000_000)
                raise InvalidValueError(self._noun, name, expected)

    def insert(self, turn: Turn, document: Document) -> None:
        """Write a document that is new.

        Raises:
            ConflictError: its id is taken.
        """
        self._vocabulary.enter(document["words"])
        try:
            self._records.insert_one(
                self._initial | {"added": turn.added} | document, session=turn.session
            )
        except DuplicateKeyError:
            raise ConflictError(Text("the id {id} is taken", id=document["_id"])) from None

    def put(self, turn: Turn, items: Iterable[Item], made: Callable[[Item], Document]) -> None:
        """Write documents, new ones and in place of stored ones with the same id."""
        added = turn.added
        for batch in batches(items, BATCH, weight):
            documents = [made(item) for item in batch]
            self._vocabulary.enter({word for one in documents for word in one["words"] or ()})
            changes = [self._change(one, added + n) for n, one in enumerate(documents)]
            self._records.bulk_write(changes, session=turn.session)
            added += len(batch)
            turn.renew()

    def _change(self, document: Document, added: int) -> UpdateOne:
        initial = self._initial | {"added": added}
        once = {name: value for name, value in initial.items() if name not in document}
        fields = {name: value for name, value in document.items() if name != "_id"}
        return UpdateOne(
            {"_id": document["_id"]}, {"$set": fields, "$setOnInsert": once}, upsert=True
        )
