"""Changes: whether the storage is as it was, without reading it.

SQLite counts, for each connection, what others commit to the file (PRAGMA data_version), other
processes as well. A connection that never writes therefore sees every change there is.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from pomichnyk.storage import Storage
from pomichnyk.storage.sqlite import SqliteStorage


@contextmanager
def counted(storage: Storage) -> Iterator[Callable[[], Hashable]]:
    """Give what tells the state of a storage: another value whenever it may have changed.

    It is None, that is unknown, if the storage cannot tell.
    """
    if not isinstance(storage, SqliteStorage):
        yield lambda: None
        return
    beside = storage.beside({})
    try:
        with beside.connection() as connection:
            connection.execute("PRAGMA busy_timeout = 0")  # rather unknown than waited for
            yield _counter(connection)
    finally:
        beside.close()


def _counter(connection: sqlite3.Connection) -> Callable[[], Hashable]:
    run = secrets.token_hex(8)  # the next run counts anew

    def state() -> Hashable:
        try:
            return run, connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            return None

    return state
