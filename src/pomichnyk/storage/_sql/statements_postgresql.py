"""The searches of PostgreSQL, over the indexes that its migrations make of the folded words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Subquery,
    Text,
    UnaryExpression,
    all_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from pomichnyk.storage._sql.statements import BEST, TABLES, Column, Statements

NEAR: ColumnElement[int] = literal_column("16384")
"""How many keys are looked at before all the others."""
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
    """Return what selects the best of those added first (of messages, last).

    Nearly always these are among the first of all, so only there hits are fetched at first.
    """
    columns, last = TABLES[kind].c, kind == "message"
    bound: Any = select(func.max(columns.pk) - NEAR).scalar_subquery() if last else NEAR
    near = columns.pk > bound if last else columns.pk < bound
    added = columns.pk + literal_column("0")  # in the index's order all records would be gone over
    shown = (columns.pk, *map(_bare, BEST[kind]))  # so that none is fetched anew to be ordered
    every = (
        select(*shown)
        .where(where, *conditions)
        .order_by(added.desc() if last else added)
        .limit(bindparam("among"))
        .subquery()
        for where in (near, ~near)
    )
    ranked = union_all(*map(select, every)).limit(bindparam("among")).subquery()
    ordered = (_of(ranked, one) for one in BEST[kind])
    return select(ranked.c.pk).order_by(*ordered).limit(bindparam("limit"))


def _bare(order: Column) -> Any:
    """Return the column of an order, whichever its direction is."""
    return order.element if isinstance(order, UnaryExpression) else order


def _of(ranked: Subquery, order: Column) -> Column:
    """Return an order by the column of that name in a subquery."""
    column: Column = ranked.c[_bare(order).name]
    return column.desc() if isinstance(order, UnaryExpression) else column
