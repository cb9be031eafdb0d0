"""Looking for documents that disagree with the records they hold, and mending them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from pomichnyk.errors import InvalidValueError
from pomichnyk.storage._mongo import documents
from pomichnyk.storage._mongo.batches import BATCH, batches, letters
from pomichnyk.storage._mongo.documents import Document
from pomichnyk.storage._mongo.schema import RULES
from pomichnyk.storage._mongo.sessions import MongoDatabase
from pomichnyk.storage._mongo.words import Vocabulary
from pomichnyk.text import Text

Made = Callable[[Mapping[str, Any]], Document]
"""Makes a document anew of what a stored one says of its record."""


def _message(stored: Mapping[str, Any]) -> Document:
    message = documents.message(stored)
    searched = stored["words"] is not None
    found_by = documents.found_by(message) if searched else {}
    return documents.message_document(message) | found_by


MADE: Mapping[str, Made] = {
    "contacts": lambda stored: documents.contact_document(documents.contact(stored)),
    "notes": lambda stored: documents.note_document(documents.note(stored)),
    "messages": _message,
}


def check(database: MongoDatabase) -> Iterator[Text]:
    """Yield a line for each document that is no record, or that is not found as it should be."""
    for kind in MADE:
        for unlawful in database[kind].find({"$nor": [_lawful(kind)]}, {"_id": 1}):
            yield Text("“{id}” is not made as a record is ({kind})", id=unlawful["_id"], kind=kind)
        vocabulary, lacking = _vocabulary(database, kind), False
        for some in _stored(database, kind):
            yield from filter(None, (_problem(kind, stored) for stored in some))
            lacking = lacking or bool(vocabulary.lacking(_words(some)))
        if lacking:
            yield Text("words that typos are corrected to are missing ({kind})", kind=kind)


def mend(database: MongoDatabase) -> None:
    """Put right what documents have beside their records, and forget words that none has."""
    for kind in MADE:
        vocabulary, kept = _vocabulary(database, kind), set[str]()
        for some in _stored(database, kind):
            for stored in some:
                _mend(database, kind, stored)
            kept |= _words(some)
        vocabulary.enter(vocabulary.lacking(kept))
        vocabulary.forget(kept)


def _mend(database: MongoDatabase, kind: str, stored: Document) -> None:
    with suppress(InvalidValueError):  # what is no record is a person's to mend
        if wrong := _wrong(kind, stored):
            same = {"_id": stored["_id"], "changed": stored["changed"]}
            database[kind].update_one(same, {"$set": wrong})
            stored.update(wrong)


def _problem(kind: str, stored: Document) -> Text | None:
    try:
        if not _wrong(kind, stored):
            return None
    except InvalidValueError as error:
        return Text("“{id}”: {why}", id=stored["_id"], why=error.text)
    return Text("“{id}” is found by other words than its own", id=stored["_id"])


def _wrong(kind: str, stored: Document) -> Document:
    """Return those fields of a document that should be others, as they should be.

    Raises:
        InvalidValueError: the document holds no record.
    """
    made = MADE[kind](stored)
    return {name: value for name, value in made.items() if stored[name] != value}


def _stored(database: MongoDatabase, kind: str) -> Iterator[list[Document]]:
    documents = database.stream(kind, _lawful(kind), ("card",), (("_id", 1),))
    return batches(documents, BATCH, letters)


def _words(documents: Iterable[Document]) -> set[str]:
    return {word for stored in documents for word in stored["words"] or ()}


def _lawful(kind: str) -> Document:
    return {"$jsonSchema": RULES[kind]}


def _vocabulary(database: MongoDatabase, kind: str) -> Vocabulary:
    return Vocabulary(database[f"{kind}_words"], database[kind])
