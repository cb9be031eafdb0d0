"""The searches of PostgreSQL, over the indexes that its migrations make of the folded words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, Select, Text, all_, bindparam, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY

from pomichnyk.storage._sql.statements import BEST, TABLES, Column, Statements

GIANT = 300_000
"""Bytes of folded words from which on a record is not indexed, but looked through."""


def full_text() -> Statements:
    """Return the searches by words and their beginnings, and by what stands inside words."""
    made: Statements = {}
    for kind in BEST:
        words, parts = _fit(kind, "words", "match"), _fit(kind, "parts", "match")
        beginnings, certain = _fit(kind, "words", "beginnings"), _looked_through(kind)
        small = func.octet_length(TABLES[kind].c.folded) < literal_column(str(GIANT))
        made |= {
            f"{kind}.find.index": _best(kind, words, or_(small, certain)),
            f"{kind}.find.parts": _best(kind, parts, certain),
            f"{kind}.find.both": _best(kind, parts, beginnings, certain),
        }
    return made


def _fit(kind: str, index: str, asked: str) -> Column:
    indexed = getattr(func, f"pomichnyk_{index}")(TABLES[kind].c.folded)
    fits: Column = indexed.op("@@")(bindparam(asked, type_=TSQUERY))
    return fits


def _looked_through(kind: str) -> Column:
    every: Any = all_(bindparam("patterns", type_=ARRAY(Text)))
    fits: Column = TABLES[kind].c.folded.op("~")(every)
    return fits


def _best(kind: str, *conditions: Column) -> Select[Any]:
    columns = TABLES[kind].c
    added = columns.pk + literal_column("0")  # in the index's order all records would be gone over
    first = added.desc() if kind == "message" else added
    ranked = select(columns.pk).where(*conditions).order_by(first).limit(bindparam("among"))
    return (
        select(columns.pk)
        .where(columns.pk.in_(ranked))
        .order_by(*BEST[kind])
        .limit(bindparam("limit"))
    )
