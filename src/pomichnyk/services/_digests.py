"""Digests: what a record holds as a number that is the same wherever the record is kept."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

from pomichnyk.domain.contact import Entry

MODULUS = 2**256


def digest(record: Any) -> int:
    """Return the SHA-256 of all that a record holds, as a number.

    What is hashed is JSON: the fields in the order of their declaration, moments in UTC to the
    microsecond, so that it depends on no store, machine or time zone.
    """
    content = orjson.dumps(record, default=_moment, option=orjson.OPT_PASSTHROUGH_DATETIME)
    return int.from_bytes(sha256(content).digest())


class Sum:
    """The digest of many records: the sum of theirs, the same in whatever order they come."""

    def __init__(self) -> None:
        self._total = 0

    def add(self, one: int) -> None:
        """Count a record's digest in."""
        self._total = (self._total + one) % MODULUS

    def __str__(self) -> str:
        return f"{self._total:064x}"


def differing(one: Any, other: Any) -> tuple[str, ...]:
    """Return the names of the fields in which two records of a kind differ."""
    mine, theirs = _fields(one), _fields(other)
    return tuple(name for name in mine if digest(mine[name]) != digest(theirs[name]))


def _fields(record: Any) -> dict[str, Any]:
    if isinstance(record, Entry):
        return {**_fields(record.contact), "card": record.card}
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _moment(value: Any) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat(timespec="microseconds")
