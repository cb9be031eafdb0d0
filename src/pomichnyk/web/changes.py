"""Changes: whether the storage is as it was, without reading it.

SQLite counts, for each connection, what others commit to the file (PRAGMA data_version), other
processes as well. A connection that never writes therefore sees every change there is. PostgreSQL
names the moment that a query sees by the transactions that have ended (pg_current_snapshot): while
that name is the same, so is all that is seen.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Awaitable, Callable, Hashable, Iterator
from contextlib import closing, contextmanager
from functools import partial

from pomichnyk.errors import PomichnykError
from pomichnyk.storage import Storage
from pomichnyk.storage._sql.sessions import Database
from pomichnyk.storage._sql.storage import SqlStorage
from pomichnyk.storage.sqlite import SqliteStorage

State = Callable[[], Awaitable[Hashable]]

MOMENT = "SELECT concat(pg_postmaster_start_time(), pg_current_snapshot())"
"""Another server that takes over counts its transactions anew, hence the time."""


async def unknown() -> None:
    """Tell nothing: the storage may have changed at any time."""


@contextmanager
def counted(storage: Storage) -> Iterator[State]:
    """Give what tells the state of a storage: another value whenever it may have changed.

    It is None, that is unknown, if the storage cannot tell.
    """
    if isinstance(storage, SqliteStorage):
        with closing(storage.beside({})) as file, file.connection() as connection:
            connection.execute("PRAGMA busy_timeout = 0")  # rather unknown than waited for
            yield _counter(connection)
    elif isinstance(storage, SqlStorage) and storage.name == "postgresql":
        with closing(storage.beside({"now": MOMENT})) as database:
            yield partial(asyncio.to_thread, _moment, database)
    else:
        yield unknown


def _counter(connection: sqlite3.Connection) -> State:
    run = secrets.token_hex(8)  # the next run counts anew

    async def state() -> Hashable:
        try:
            return run, connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            return None

    return state


def _moment(database: Database) -> Hashable:
    try:
        with database.reading() as session:
            return str(session.rows("now")[0][0])
    except PomichnykError:
        return None
