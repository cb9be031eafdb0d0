"""The schema of a MongoDB database: collections, their rules and indexes, and how they change.

``STEPS`` are the migrations, in order; each is made of what may be done twice, so two programs
that open a new database at once both succeed, and one that was interrupted is done again. The
document ``schema`` among the ``meta`` says at which step a database is. It comes first of all, so
that a database of another program is known by its absence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import pymongo
from pymongo import IndexModel, UpdateOne
from pymongo.errors import DuplicateKeyError, OperationFailure

from pomichnyk.errors import UnavailableError
from pomichnyk.storage._mongo.batches import BATCH, batches, letters
from pomichnyk.storage._mongo.documents import Document
from pomichnyk.storage._mongo.parts import numbers
from pomichnyk.storage._mongo.sessions import KINDS, META, NEVER, MongoDatabase
from pomichnyk.text import Text

SCHEMA = {"_id": "schema"}
NAMESPACE_EXISTS = 48
INDEXED = 3_600
"""Seconds in which an index of all that is stored must be made."""
FOUND_BY = {"words": {"$type": "array"}}
"""What records fulfil that have their words."""

TEXT = {"bsonType": "string"}
MAYBE = {"bsonType": ["string", "null"]}
NUMBER = {"bsonType": ["int", "long"]}
LIST = {"bsonType": "array"}  # to look at each word costs a third of the time of writing
ID = {"bsonType": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}


def _object(**properties: Any) -> Mapping[str, Any]:
    """Return the rule for documents that have just these fields."""
    return {
        "bsonType": "object",
        "required": [*properties],
        "properties": properties,
        "additionalProperties": False,
    }


def _each(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"bsonType": "array", "items": rule}


LABELLED = _each(_object(value=TEXT, label=TEXT))
RECORD: Mapping[str, Any] = {
    "_id": ID,
    "added": NUMBER,
    "place": TEXT,
    "folded_name": TEXT,
    "tags": _each(_object(tag=TEXT, folded=TEXT, place=TEXT)),
    "words": LIST,
    "parts": LIST,
    "created": TEXT,
    "changed": TEXT,
}
RULES: Mapping[str, Mapping[str, Any]] = {
    "contacts": _object(
        **RECORD,
        name=TEXT,
        phones=LABELLED,
        emails=LABELLED,
        addresses=LABELLED,
        messengers=LABELLED,
        birthday=MAYBE,
        day=NUMBER,
        comment=TEXT,
        keywords=TEXT,
        card={"anyOf": [{"bsonType": "null"}, _object(text=TEXT, uid=TEXT, digest=TEXT)]},
    ),
    "notes": _object(
        **RECORD, text=TEXT, contacts=_each(ID), untagged={"bsonType": "bool"}, first_tag=TEXT
    ),
    "messages": _object(
        _id=ID,
        added=NUMBER,
        text=TEXT,
        sender=TEXT,
        peer=TEXT,
        state={"enum": ["received", "waiting", "delivered", "refused"]},
        key=TEXT,
        sent=TEXT,
        attempts=NUMBER,
        due=MAYBE,
        why=TEXT,
        created=TEXT,
        changed=TEXT,
        words={"bsonType": ["array", "null"]},
        parts={"bsonType": ["array", "null"]},
    ),
}


def _index(*keys: str, **options: Any) -> IndexModel:
    """Return an index by keys; one that begins with a minus is descending."""
    return IndexModel([(key.lstrip("-"), -1 if key[0] == "-" else 1) for key in keys], **options)


BY_WORDS, BY_PARTS = BY = "words_1_added_1", "parts_1_added_1"
"""The indexes by which records are found, by the names that the server gives them."""
PAGES = {"wiredTiger": {"configString": "leaf_page_max=4KB"}}
"""How an index is kept into which each record enters many keys far from each other: each rewrites
its page sooner or later, and small pages are rewritten in half the time."""
FOUND = tuple(_index(key, "added", storageEngine=PAGES) for key in ("words", "parts"))
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    "contacts": (
        *FOUND,
        _index("folded_name", "place", "name"),
        _index("tags.folded"),
        _index("place", "_id"),
        _index("day", "place", "_id"),
        _index("card.uid", sparse=True),
        _index("card.digest", sparse=True),
    ),
    "notes": (
        *FOUND,
        _index("folded_name"),
        _index("tags.folded"),
        _index("-created", "_id"),
        _index("contacts"),
    ),
    "messages": (
        *FOUND,
        _index("-created", "_id"),
        _index("state", "-created", "_id"),
        _index("state", "due", "_id"),
        _index("state", "added"),
        _index("key", "sender", unique=True, partialFilterExpression={"state": "received"}),
    ),
    **{f"{kind}_words": [_index("letters", "_id")] for kind in KINDS},
}


def first(database: MongoDatabase) -> None:
    """Make the collections with their rules and indexes, and the turns."""
    for name, indexes in INDEXES.items():
        _ruled(database, name)
        _indexed(database, name, indexes)
    for kind in KINDS:
        with suppress(DuplicateKeyError):
            turn = {"_id": kind, "added": 0, "until": NEVER, "holder": ""}
            database[META].insert_one(turn)


def second(database: MongoDatabase) -> None:
    """Give words numbers for their beginnings too, and the indexes of both small pages.

    They are made anew in the end: sooner than keys are exchanged, and a sign that all is done.
    """
    for kind in KINDS:
        indexes = database[kind].index_information()
        if all(indexes.get(name, {}).get("storageEngine") == PAGES for name in BY):
            continue
        for name in {*BY} & {*indexes}:
            with suppress(OperationFailure):  # another program does the same
                database[kind].drop_index(name)
        stored = database[kind].find(FOUND_BY, {"words": 1}, batch_size=BATCH).sort("_id", 1)
        for some in batches(stored, BATCH, letters):
            database[kind].bulk_write([*map(_renumbered, some)], ordered=False)
        with pymongo.timeout(INDEXED):
            _indexed(database, kind, FOUND)


def _renumbered(stored: Document) -> UpdateOne:
    same = {"_id": stored["_id"], "words": stored["words"]}
    return UpdateOne(same, {"$set": {"parts": numbers(stored["words"])}})


Step = tuple[str, Callable[[MongoDatabase], None]]
STEPS: Sequence[Step] = (("0001", first), ("0002", second))
NOTHING = "0000"
"""The version of a database for which nothing was done yet."""


def upgrade(database: MongoDatabase, steps: Sequence[Step] = STEPS) -> str:
    """Bring the schema up to date; return its version.

    Raises:
        UnavailableError: a newer version of the program made it, or another program.
    """
    head, _ = steps[-1]
    with database.told():
        version = current(database) or _begun(database)
        if version > head:
            raise UnavailableError(
                Text(
                    "{path}: it was made by a newer version of the program (schema {version})",
                    path=database.url,
                    version=version,
                )
            )
        for name, step in steps:
            if name > version:
                step(database)
                database[META].update_one(SCHEMA, {"$max": {"version": name}})
    return head


def mend(database: MongoDatabase) -> None:
    """Make anew what is missing of the schema."""
    with database.told():
        first(database)


def current(database: MongoDatabase) -> str:
    """Return the version of the schema, or nothing if the database has none of ours."""
    stored = database[META].find_one(SCHEMA)
    return str(stored["version"]) if stored else ""


def damage(database: MongoDatabase) -> Iterator[Text]:
    """Yield a line for each collection whose rules or indexes are not ours."""
    rules = {
        one["name"]: one["options"].get("validator") for one in database.database.list_collections()
    }
    for name, indexes in INDEXES.items():
        if rules.get(name) != _validator(name):
            yield Text("{name}: the rules for its documents are not ours", name=name)
        there = database[name].index_information()
        for index in indexes:
            if index.document["name"] not in there:
                yield Text(
                    "{name}: the index {index} is missing", name=name, index=index.document["name"]
                )
    turns = database[META].count_documents({"_id": {"$in": [*KINDS]}})
    if turns != len(KINDS):
        yield Text("{name}: the turns of those who write are missing", name=META)


def _begun(database: MongoDatabase) -> str:
    """Make a database ours, unless it is another program's already."""
    theirs = {*database.database.list_collection_names()} & {*INDEXES}
    if theirs and not current(database):  # which others may have made meanwhile
        raise UnavailableError(
            Text(
                "{path}: another program keeps {name} there; name another database",
                path=database.url,
                name=min(theirs),
            )
        )
    with suppress(DuplicateKeyError):
        database[META].insert_one(SCHEMA | {"version": NOTHING})
    return NOTHING


def _indexed(database: MongoDatabase, name: str, indexes: Sequence[IndexModel]) -> None:
    """Make those of the indexes that are missing."""
    there = database[name].index_information()
    if missing := [one for one in indexes if one.document["name"] not in there]:
        try:
            database[name].create_indexes(missing)
        except OperationFailure:  # a server may not let one choose how an index is kept
            database[name].create_indexes([*map(_plain, missing)])


def _plain(index: IndexModel) -> IndexModel:
    beside = {"key", "storageEngine"}
    options = {name: value for name, value in index.document.items() if name not in beside}
    return IndexModel([*index.document["key"].items()], **options)


def _ruled(database: MongoDatabase, name: str) -> None:
    """Make a collection with its rules, or give them to one that is there without."""
    validator = _validator(name)
    options: dict[str, Any] = {"validator": validator} if validator else {}
    try:
        database.database.create_collection(name, check_exists=False, **options)
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise
        there = next(database.database.list_collections(filter={"name": name}))
        if there["options"].get("validator") != validator:
            database.database.command("collMod", name, validator=validator or {})


def _validator(name: str) -> Mapping[str, Any] | None:
    return {"$jsonSchema": RULES[name]} if name in RULES else None
