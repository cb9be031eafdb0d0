"""What MongoDB's failures mean for a person: the one door by which they leave the storage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bson.errors import BSONError
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    DocumentTooLarge,
    DuplicateKeyError,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

from pomichnyk.errors import ConflictError, PomichnykError, UnavailableError
from pomichnyk.text import Text

DUPLICATE = 11000
"""The server's code for a key that is taken."""


@contextmanager
def told(url: str) -> Iterator[None]:
    """Turn what the driver raises into an error of ours that names the store.

    Raises:
        UnavailableError: the server cannot be reached, or does not do what is asked.
        ConflictError: another program stored the same record at the same moment.
    """
    try:
        yield
    except (PyMongoError, BSONError) as error:
        raise meaning(error, url) from error


def meaning(error: PyMongoError | BSONError, url: str) -> PomichnykError:
    """Return the error of ours that says what a failure means."""
    if isinstance(error, DuplicateKeyError) or _codes(error) == {DUPLICATE}:
        return ConflictError(Text("{path}: another program stored it meanwhile", path=url))
    return UnavailableError(Text("{path}: {why}", path=url, why=_reason(error)))


def _reason(error: PyMongoError | BSONError) -> Text:
    code = next(iter(_codes(error)), 0)
    if code in _REASONS:
        return _REASONS[code]
    for kind, reason in _KINDS:
        if isinstance(error, kind):
            return reason
    return Text("{error}", error=" ".join(str(error).split()))


def _codes(error: BaseException) -> set[int]:
    """Return the server's codes of what failed."""
    if isinstance(error, BulkWriteError):
        details: Any = error.details
        failed = [*details["writeErrors"], *details["writeConcernErrors"]]
        return {int(one["code"]) for one in failed}
    return {error.code} if isinstance(error, OperationFailure) and error.code else set()


_BUSY = Text("another program is writing to it; try again")
_REFUSED = Text("the user or the password is wrong")
_REASONS = {
    13: Text("the user may not do that there"),
    18: _REFUSED,
    26: Text("its schema is gone"),
    50: Text("the server took too long to answer"),
    64: Text("too few of its servers confirmed in time; it may have been stored"),
    112: _BUSY,
    121: Text("the server's own rules for documents refuse it"),
    239: Text("it was read for longer than the server keeps the past; try again"),
    246: Text("it was read for longer than the server keeps the past; try again"),
    388: Text("it is more at once than the server's cache holds"),
    251: Text("the server gave the transaction up; try again"),
    290: Text("the server gave the transaction up; try again"),
    8000: _REFUSED,
    14031: Text("the disk is full; nothing was stored"),
}
_KINDS: tuple[tuple[type[Exception], Text], ...] = (
    (ServerSelectionTimeoutError, Text("no server that is ready answers")),
    (NetworkTimeout, Text("the server took too long to answer")),
    (NotPrimaryError, Text("the server takes no changes just now; try again")),
    (AutoReconnect, Text("the connection to the server was lost")),
    (WTimeoutError, Text("too few of its servers confirmed in time; it may have been stored")),
    (ConfigurationError, Text("no server of that name is known, or it is not set up as asked")),
    (DocumentTooLarge, Text("it is more than MongoDB takes at once")),
)
