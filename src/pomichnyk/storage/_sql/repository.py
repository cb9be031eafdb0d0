"""What the relational repositories of contacts and notes have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from pomichnyk.errors import ConflictError, NotFoundError
from pomichnyk.storage import FOUND, Record, Repository
from pomichnyk.storage._rules import beginning, compared, identifier
from pomichnyk.storage._sql.rows import moment
from pomichnyk.storage._sql.search import find
from pomichnyk.storage._sql.sessions import PARTS, Database, Parts, Row, Session
from pomichnyk.storage._sql.words import EVERY, changed, check, count_words, counting
from pomichnyk.text import Text

Item = TypeVar("Item")


class SqlRepository(Repository[Record]):
    """Keeps the records of one kind in tables; ``kind`` begins the names of its statements."""

    kind: ClassVar[str]
    usual: ClassVar[str]
    """How ``all`` sorts unless told otherwise."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @abstractmethod
    def _row(self, record: Record) -> dict[str, Any]:
        """Return the columns of the record's own row."""

    @abstractmethod
    def _part_rows(self, part: str, pk: int, record: Record) -> Iterable[dict[str, Any]]:
        """Return the rows of what belongs to the record."""

    @abstractmethod
    def _record(self, row: Row, parts: Parts) -> Record:
        """Return the record that rows hold."""

    def add(self, record: Record) -> None:
        """Store a new record."""
        with self._database.writing() as session:
            if self._stored(session, [str(record.id)]):
                raise ConflictError(Text("the id {id} is taken", id=record.id))
            with counting(session, self.kind) as words:
                self._store(session, [record], words)

    def get(self, identifier: UUID) -> Record:
        """Return the record with that id."""
        with self._database.reading() as session:
            return self._loaded(session, [self._key(session, identifier)])[0]

    def refer(self, reference: str, limit: int = 5) -> list[Record]:
        """Return the records that a typed reference may mean."""
        with self._database.reading() as session:
            return self._loaded(session, self._meant(session, reference, limit))

    def update(self, record: Record, *, was: Record) -> None:
        """Replace a record, provided that it still is what it was."""
        with self._database.writing() as session:
            stored = self._stored(session, [str(was.id)])
            if not stored:
                raise unknown(was.id)
            if stored[str(was.id)][1] != moment(was.changed):
                raise ConflictError(Text("“{id}” was changed meanwhile", id=was.id))
            with counting(session, self.kind) as words:
                self._store(session, [record], words)

    def remove(self, identifier: UUID) -> None:
        """Remove the record with that id."""
        with self._database.writing() as session:
            pk = self._key(session, identifier)
            folded = self._stored(session, [str(identifier)])[str(identifier)][2]
            session.run(f"{self.kind}.remove", at=pk)
            count_words(session, self.kind, new=(), old=[folded])

    def count(self) -> int:
        """Return how many records are stored."""
        with self._database.reading() as session:
            ((count,),) = session.rows(f"{self.kind}.count")
            return int(count)

    def all(self, *, tag: str = "", sort: str = "", limit: int | None = None) -> Iterator[Record]:
        """Yield the records, all or those with a tag."""
        with self._database.reading() as session:
            pks = self._ordered(session, tag, sort or self.usual, limit)
            yield from self._each(session, pks, self._loaded)

    def find(self, query: str, limit: int = FOUND) -> list[Record]:
        """Return the records that have every word of the query, the best first."""
        with self._database.reading() as session:
            return self._loaded(session, find(session, self.kind, query, limit))

    def tags(self) -> Mapping[str, int]:
        """Return how many records have each tag, in the order of the tags' places."""
        with self._database.reading() as session:
            return dict(session.rows(f"{self.kind}.every_tag"))

    def check(self) -> Iterator[Text]:
        """Yield a line for each disagreement of the words that are stored with what they are of."""
        with self._database.reading() as session:
            yield from check(session, self.kind, self._loaded)

    def _key(self, session: Session, identifier: UUID) -> int:
        stored = self._stored(session, [str(identifier)])
        if not stored:
            raise unknown(identifier)
        pk: int = stored[str(identifier)][0]
        return pk

    def _stored(self, session: Session, ids: list[str]) -> dict[str, Row]:
        """Return (key, changed, folded) of those of the records that are stored, by id."""
        return {one: tuple(rest) for one, *rest in session.rows(f"{self.kind}.stored", ids=ids)}

    def _meant(self, session: Session, reference: str, limit: int) -> list[int]:
        if whole := self._stored(session, [identifier(reference)]):
            return [pk for pk, *_ in whole.values()]
        rows: list[Row] = []
        if name := compared(reference.strip()):
            rows = session.rows(f"{self.kind}.named", name=name, limit=limit)
        if not rows and (part := beginning(reference)):
            rows = session.rows(
                f"{self.kind}.beginning", beginning=part, end=f"{part}g", limit=limit
            )
        return [pk for (pk,) in rows]

    def _ordered(
        self, session: Session, tag: str, sort: str, limit: int | None
    ) -> Generator[list[int], None, None]:
        chosen = {"tag": compared(tag)} if tag else {}
        name = f"{self.kind}.{'tagged' if tag else 'all'}.{sort}"
        return self._keys(session, name, limit=EVERY if limit is None else limit, **chosen)

    def _each(
        self,
        session: Session,
        keys: Generator[list[int], None, None],
        loaded: Callable[[Session, list[int]], list[Item]],
    ) -> Iterator[Item]:
        """Yield what is loaded of the keys, which are given up before the session is."""
        with closing(keys):
            for pks in keys:
                yield from loaded(session, pks)

    def _keys(
        self, session: Session, statement: str, **values: Any
    ) -> Generator[list[int], None, None]:
        with closing(session.stream(statement, **values)) as batches:
            for rows in batches:
                yield [pk for (pk,) in rows]

    def _loaded(self, session: Session, pks: Sequence[int]) -> list[Record]:
        """Return the records with these keys, in their order."""
        if not pks:
            return []
        found, parts = session.records(self.kind, [*pks])
        rows = {row[0]: row for row in found}
        return [self._record(rows[pk], parts) for pk in pks]

    def _store(
        self, session: Session, records: Sequence[Record], words: Counter[str]
    ) -> dict[UUID, int]:
        """Write records, new ones and in place of stored ones; return their keys."""
        rows: dict[str, dict[str, Any]] = {str(record.id): self._row(record) for record in records}
        stored = self._stored(session, [*rows])
        session.insert(f"{self.kind}.add", [row for one, row in rows.items() if one not in stored])
        session.many(
            f"{self.kind}.change",
            [rows[one] | {"at": known[0]} for one, known in stored.items()],
        )
        keys = {UUID(one): known[0] for one, known in self._stored(session, [*rows]).items()}
        self._store_parts(session, records, keys, old=[known[0] for known in stored.values()])
        new, old = (row["folded"] for row in rows.values()), (one[2] for one in stored.values())
        changed(words, new=new, old=old)
        return keys

    def _store_parts(
        self,
        session: Session,
        records: Sequence[Record],
        keys: Mapping[UUID, int],
        *,
        old: Sequence[int],
    ) -> None:
        """Write what belongs to records, in place of what belonged to those of the old keys."""
        for part in PARTS[self.kind]:
            session.run(f"{self.kind}.{part}.clear", pks=[*old])
            session.insert(
                f"{self.kind}.{part}.add",
                [row for one in records for row in self._part_rows(part, keys[one.id], one)],
            )


def unknown(identifier: UUID) -> NotFoundError:
    """Return the error that nothing is stored under an id."""
    return NotFoundError(Text("nothing is stored under “{ref}”", ref=identifier))
