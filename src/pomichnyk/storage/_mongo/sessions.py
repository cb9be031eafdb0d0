"""One MongoDB database: reading at one moment, and writing in turns.

Who writes records of a kind has its *turn*: nobody else writes records of that kind meanwhile.
On a replica set a turn is a transaction that begins with changing the kind's document among the
turns, so that two of them cannot both be committed; what it does is done wholly or not at all.
A standalone server has no transactions: there a turn is a lease on that document, which others
wait for, and which ends by itself if its holder dies. Each document is then changed wholly or
not at all, one after the other; whatever is interrupted may be repeated.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from threading import Lock
from typing import Any, TypeVar
from uuid import uuid4

from pymongo import MongoClient, ReadPreference, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import ConnectionFailure, PyMongoError, ServerSelectionTimeoutError
from pymongo.read_concern import ReadConcern

from pomichnyk.errors import UnavailableError
from pomichnyk.storage._mongo.documents import Document
from pomichnyk.storage._mongo.faults import meaning, told
from pomichnyk.text import Text

Done = TypeVar("Done")
Order = Sequence[tuple[str, int]]
Condition = Mapping[str, Any]

META = "meta"
"""The collection of what is no record: the turns, each by its kind, and the schema."""
KINDS = ("contacts", "notes", "messages")
LEASE = 10_000
"""Milliseconds after which a turn ends by itself if it is not renewed."""
PATIENCE = 30.0
"""Seconds that a turn is waited for, and in which a transaction is tried again."""
CONFIRMED = 20_000
"""Milliseconds in which most of the servers must have a change on their disks."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When the lease of a turn that nobody has ended."""
PAUSE = 0.02
"""Seconds between two looks whether a turn has ended."""
READ = 200
"""How many documents are read at once; the driver makes objects of as many as the server sends."""


class Turn:
    """The right to write records of a kind.

    Attributes:
        session: the transaction in which to write, or None where there are none.
        added: the number of what is added first; what follows has the next ones.
    """

    def __init__(
        self,
        added: int,
        session: ClientSession | None = None,
        renew: Callable[[], None] = lambda: None,
    ) -> None:
        self.session, self.added, self.renew = session, added, renew


class MongoDatabase:
    """The collections of a storage, as many threads may use them at once."""

    def __init__(self, client: MongoClient[Document], name: str, url: str) -> None:
        """Take a client that is connected; ``url`` is shown where something fails."""
        self.client, self.name, self.url = client, name, url
        self.database = client.get_database(
            name,
            read_concern=ReadConcern("majority"),
            write_concern=WriteConcern("majority", j=True, wtimeout=CONFIRMED),
        )
        with self.told():
            hello = client.admin.command("hello")
        self.transactions = "setName" in hello or hello.get("msg") == "isdbgrid"
        self._locks = {kind: Lock() for kind in KINDS}

    def told(self) -> AbstractContextManager[None]:
        """Return what turns the driver's failures into errors of ours."""
        return told(self.url)

    def __getitem__(self, collection: str) -> Collection[Document]:
        return self.database[collection]

    def stream(
        self,
        collection: str,
        condition: Condition,
        hidden: Sequence[str],
        order: Order,
        limit: int | None = None,
    ) -> Iterator[Document]:
        """Yield documents as they were at one moment, without some of their fields.

        On a replica set the moment is the server's snapshot. A standalone server is made to go
        through its documents in the order they lie, which no change alters, and to sort them
        before it gives the first one.
        """
        if limit is not None and limit < 1:
            return
        with self.told(), self._moment() as session:
            found = self[collection].find(
                condition, dict.fromkeys(hidden, 0), session=session, allow_disk_use=True
            )
            found = found.sort(order).limit(limit or 0).batch_size(READ)
            if not (self.transactions or limit):
                found = found.hint([("$natural", 1)])
            with closing(found) as documents:
                yield from documents

    def write(self, kind: str, work: Callable[[Turn], Done], numbers: int = 1) -> Done:
        """Return what ``work`` does in a turn; on a replica set it may be called again.

        Args:
            kind: of which records.
            work: what is to be done.
            numbers: about how many may be added, so that what is added later comes later.

        Raises:
            UnavailableError: the server cannot be reached, or others did not end their turn.
        """
        with self.told(), self._locks[kind]:
            if self.transactions:
                return self._transaction(kind, work, numbers)
            with self._lease(kind, numbers) as turn:
                return work(turn)

    @contextmanager
    def _moment(self) -> Iterator[ClientSession | None]:
        if not self.transactions:
            yield None
            return
        with self.client.start_session(snapshot=True) as session:
            yield session

    def _transaction(self, kind: str, work: Callable[[Turn], Done], numbers: int) -> Done:
        end = time.monotonic() + PATIENCE

        def attempt(session: ClientSession) -> Done:
            if time.monotonic() > end:
                raise self._busy()
            try:
                turn = self[META].find_one_and_update(
                    {"_id": kind}, {"$inc": {"added": numbers}}, session=session
                )
                return work(Turn(self._base(turn), session))
            except ServerSelectionTimeoutError as error:
                raise meaning(error, self.url) from error  # the driver would go on trying

        with self.client.start_session() as session:
            return session.with_transaction(
                attempt,
                read_concern=ReadConcern("snapshot"),
                write_concern=self.database.write_concern,
                read_preference=ReadPreference.PRIMARY,
            )

    @contextmanager
    def _lease(self, kind: str, numbers: int) -> Iterator[Turn]:
        turns, holder = self[META].with_options(write_concern=WriteConcern(1)), str(uuid4())
        held = {"_id": kind, "holder": holder}
        until = {"$add": ["$$NOW", LEASE]}

        def renew() -> None:
            if not turns.update_one(held, [{"$set": {"until": until}}]).matched_count:
                raise self._busy()

        def release() -> None:
            with suppress(PyMongoError):  # then it ends by itself
                turns.update_one(held, {"$set": {"until": NEVER}})

        added = {"$add": ["$added", numbers]}
        lease = [{"$set": {"until": until, "holder": holder, "added": added}}]
        turn = Turn(self._base(self._taken(turns, kind, lease)), renew=renew)
        try:
            yield turn
        except ConnectionFailure:
            raise  # nobody answers
        except BaseException:
            release()
            raise
        release()

    def _taken(
        self, turns: Collection[Document], kind: str, lease: Sequence[Document]
    ) -> Document | None:
        """Return the kind's document as it was before it was leased, once nobody has it."""
        ended = {"_id": kind, "$expr": {"$lt": ["$until", "$$NOW"]}}
        end = time.monotonic() + PATIENCE
        while not (turn := turns.find_one_and_update(ended, lease)):
            if time.monotonic() > end:
                raise self._busy()
            time.sleep(PAUSE)
        return turn

    def _base(self, turn: Document | None) -> int:
        if not turn:
            raise UnavailableError(Text("{path}: its schema is gone", path=self.url))
        return int(turn["added"])

    def _busy(self) -> UnavailableError:
        return UnavailableError(
            Text("{path}: another program is writing to it; try again", path=self.url)
        )
