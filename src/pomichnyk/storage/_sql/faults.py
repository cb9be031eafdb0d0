"""What SQLite's failures mean for a person: the one door by which they leave the storages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from pomichnyk.errors import ConflictError, PomichnykError, UnavailableError
from pomichnyk.text import Text

PRIMARY = 0xFF
"""The bits of a result code that name the failure; the others say where it came from."""


@contextmanager
def told(path: str) -> Iterator[None]:
    """Turn what SQLite raises into an error of ours that names the file.

    Raises:
        UnavailableError: the file cannot be read or written.
        ConflictError: another program stored the same record at the same moment.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise meaning(error, path) from error


def meaning(error: sqlite3.Error, path: str) -> PomichnykError:
    """Return the error of ours that says what a failure of SQLite means."""
    code = getattr(error, "sqlite_errorcode", 0) & PRIMARY
    if code == sqlite3.SQLITE_CONSTRAINT:
        return ConflictError(Text("{path}: it was stored meanwhile: {why}", path=path, why=error))
    return UnavailableError(Text("{path}: {why}", path=path, why=_reason(code, error)))


def _reason(code: int, error: sqlite3.Error) -> Text:
    reasons = {
        sqlite3.SQLITE_BUSY: Text("another program is writing to it; try again"),
        sqlite3.SQLITE_LOCKED: Text("another program is writing to it; try again"),
        sqlite3.SQLITE_READONLY: Text("it may be read but not written"),
        sqlite3.SQLITE_PERM: Text("access to it is not permitted"),
        sqlite3.SQLITE_CANTOPEN: Text("the file cannot be opened"),
        sqlite3.SQLITE_FULL: Text("the disk is full; nothing was stored"),
        sqlite3.SQLITE_IOERR: Text("the disk failed to read or write; nothing was stored"),
        sqlite3.SQLITE_CORRUPT: Text("the file is damaged; restore it from a backup"),
        sqlite3.SQLITE_NOTADB: Text("the file is not a database"),
    }
    return reasons.get(code, Text("{error}", error=error))
