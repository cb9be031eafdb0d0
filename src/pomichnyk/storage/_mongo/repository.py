"""What the MongoDB repositories of contacts and notes have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from uuid import UUID

from pymongo.client_session import ClientSession

from pomichnyk.errors import ConflictError, NotFoundError
from pomichnyk.storage import FOUND, Record, Repository
from pomichnyk.storage._mongo.documents import Document, moment
from pomichnyk.storage._mongo.search import Search
from pomichnyk.storage._mongo.sessions import Condition, MongoDatabase, Order, Turn
from pomichnyk.storage._mongo.writing import Writer
from pomichnyk.storage._rules import beginning, compared, identifier
from pomichnyk.text import Text

UNREAD = ("words", "parts")
"""Fields of which nothing is made."""
HIDDEN = (*UNREAD, "card")
"""Fields of which no record is made; a card may be large."""
BY_NAME: Order = (("place", 1), ("_id", 1))


class MongoRepository(Repository[Record]):
    """Keeps the records of one kind in the collection of that name."""

    kind: ClassVar[str]
    noun: ClassVar[Text]
    orders: ClassVar[Mapping[str, Order]]
    """How ``all`` sorts; the first is the usual one."""
    ranked: ClassVar[Order]
    """How those that a search finds are ordered within a rank."""
    initial: ClassVar[Document] = {}
    """Fields that only adding sets."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database, self._records = database, database[self.kind]
        self._search = Search(database, self.kind, self.ranked, hidden=HIDDEN)
        self._writer = Writer(database, self.kind, self.noun, self.initial)

    @abstractmethod
    def document(self, record: Record) -> Document:
        """Return the document of a record, without what only adding sets."""

    @abstractmethod
    def record(self, stored: Mapping[str, Any]) -> Record:
        """Return the record that a document holds."""

    def add(self, record: Record) -> None:
        """Store a new record."""
        self._writer.refuse([record], self.document)
        document = self.document(record)
        self._database.write(self.kind, lambda turn: self._writer.insert(turn, document))

    def get(self, identifier: UUID) -> Record:
        """Return the record with that id."""
        with self._database.told():
            stored = self._records.find_one({"_id": str(identifier)}, dict.fromkeys(HIDDEN, 0))
        if not stored:
            raise unknown(identifier)
        return self.record(stored)

    def refer(self, reference: str, limit: int = 5) -> list[Record]:
        """Return the records that a typed reference may mean."""
        name, part = compared(reference.strip()), beginning(reference)
        rules: list[Condition] = [{"_id": identifier(reference)}]
        rules += [{"folded_name": name}] if name else []
        rules += [{"_id": {"$gte": part, "$lt": f"{part}g"}}] if part else []
        meant: list[Record] = []
        while rules and not meant:
            meant = list(self._listed(rules.pop(0), BY_NAME, limit))
        return meant

    def update(self, record: Record, *, was: Record) -> None:
        """Replace a record, provided that it still is what it was."""
        self._writer.refuse([record], self.document)

        def work(turn: Turn) -> None:
            still(self._database, self.kind, was.id, moment(was.changed), turn.session)
            self._writer.put(turn, [record], self.document)

        self._database.write(self.kind, work)

    def remove(self, identifier: UUID) -> None:
        """Remove the record with that id."""
        remove(self._database, self.kind, identifier)

    def count(self) -> int:
        """Return how many records are stored."""
        with self._database.told():
            return self._records.count_documents({})

    def all(self, *, tag: str = "", sort: str = "", limit: int | None = None) -> Iterator[Record]:
        """Yield the records, all or those with a tag."""
        order = self.orders[sort] if sort else next(iter(self.orders.values()))
        yield from self._listed(tagged(tag), order, limit)

    def find(self, query: str, limit: int = FOUND) -> list[Record]:
        """Return the records that have every word of the query, the best first."""
        with self._database.told():
            return [self.record(stored) for stored in self._search.find(query, limit)]

    def tags(self) -> Mapping[str, int]:
        """Return how many records have each tag, in the order of the tags' places."""
        first = {"tag": {"$min": "$tag"}, "place": {"$min": "$place"}}
        of_records = {"tag": {"$min": "$tags.tag"}, "place": {"$min": "$tags.place"}}
        with self._database.told():
            counted = self._records.aggregate(
                [
                    {"$match": {"tags.folded": {"$gt": ""}}},
                    {"$unwind": "$tags"},
                    {"$group": {"_id": {"folded": "$tags.folded", "of": "$_id"}, **of_records}},
                    {"$group": {"_id": "$_id.folded", "records": {"$sum": 1}, **first}},
                    {"$sort": {"place": 1, "_id": 1}},
                ],
                allowDiskUse=True,
            )
            return {one["tag"]: one["records"] for one in counted}

    def _listed(
        self, condition: Condition, order: Order, limit: int | None = None
    ) -> Iterator[Record]:
        stored = self._database.stream(self.kind, condition, HIDDEN, order, limit)
        return map(self.record, stored)


def unknown(identifier: UUID) -> NotFoundError:
    """Return the error that says that nothing is stored under an id."""
    return NotFoundError(Text("nothing is stored under “{ref}”", ref=identifier))


def tagged(tag: str) -> Condition:
    """Return what documents with a tag fulfil; all do where none is named."""
    return {"tags.folded": compared(tag)} if tag else {}


def still(
    database: MongoDatabase,
    kind: str,
    identifier: UUID,
    changed: str,
    session: ClientSession | None,
) -> None:
    """Make sure that a document is still as it was.

    Raises:
        ConflictError: it was changed meanwhile.
        NotFoundError: it is not stored.
    """
    stored = database[kind].find_one({"_id": str(identifier)}, {"changed": 1}, session=session)
    if not stored:
        raise unknown(identifier)
    if stored["changed"] != changed:
        raise ConflictError(Text("“{id}” was changed meanwhile", id=identifier))


def remove(database: MongoDatabase, kind: str, identifier: UUID) -> None:
    """Remove the document with that id.

    Raises:
        NotFoundError: there is none.
    """

    def work(turn: Turn) -> int:
        done = database[kind].delete_one({"_id": str(identifier)}, session=turn.session)
        return done.deleted_count

    if not database.write(kind, work):
        raise unknown(identifier)
