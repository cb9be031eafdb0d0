"""What PostgreSQL's failures mean for a person: the one door by which they leave the storages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from pomichnyk.errors import (
    ConflictError,
    InvalidValueError,
    PomichnykError,
    UnavailableError,
)
from pomichnyk.text import Text

BUSY = "55P03"
"""The state of a statement that waited too long for somebody's lock."""
TOO_LONG = "54000"
"""The state of a statement with a text that does not fit into an index."""
REPEATED = ("23", "40")
"""How the states begin that say that another program did something at the same moment."""


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what psycopg raises into an error of ours that names the database.

    Raises:
        UnavailableError: the server cannot be reached, or does not do what it is asked.
        ConflictError: another program stored the same record at the same moment.
        InvalidValueError: a text has a character that PostgreSQL cannot keep.
    """
    try:
        yield
    except psycopg.Error as error:
        raise meaning(error, name) from error


def meaning(error: psycopg.Error, name: str) -> PomichnykError:
    """Return the error of ours that says what a failure of PostgreSQL means."""
    state = error.sqlstate or ""
    if state.startswith(REPEATED):
        why = reason(error)
        return ConflictError(Text("{path}: it was stored meanwhile: {why}", path=name, why=why))
    if isinstance(error, psycopg.DataError) and not state:  # the driver refused it
        return InvalidValueError(Text("text"), "\0", Text("readable text"))
    if state == TOO_LONG:
        return InvalidValueError(Text("text"), reason(error), Text("a shorter name, tag or UID"))
    return UnavailableError(Text("{path}: {why}", path=name, why=_why(error, state)))


def reason(error: psycopg.Error) -> str:
    """Return what the server or the driver says, in one line."""
    said = error.diag.message_primary or str(error)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[0].rpartition("FATAL:")[2].strip() if lines else type(error).__name__


def _why(error: psycopg.Error, state: str) -> Text:
    reasons = {
        BUSY: Text("another program is writing to it; try again"),
        "25006": Text("it may be read but not written"),
        "42501": Text("access to it is not permitted"),
        "53100": Text("the disk is full; nothing was stored"),
        "53300": Text("the server has no connection left; try again"),
        "57014": Text("the server took too long"),
    }
    return reasons.get(state, Text("{error}", error=reason(error)))
