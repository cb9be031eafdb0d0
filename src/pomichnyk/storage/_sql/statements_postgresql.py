"""The searches of PostgreSQL, over the indexes that its migrations make of the folded words."""

from __future__ import annotations

from collections.abc import Iterator
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
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY, array
from sqlalchemy.types import TypeEngine

from pomichnyk.storage._sql.sessions import PARTS
from pomichnyk.storage._sql.statements import BEST, SHOWN, TABLES, Column, Statements, owner_of

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
            f"{kind}.find.few": _few(kind, parts, certain),
            f"{kind}.find.both": _best(kind, parts, beginnings, certain),
        }
    return made


def records() -> Statements:
    """Return what selects records and in arrays what belongs to each: one journey for all."""
    return {f"{kind}.whole": _whole(kind, *parts) for kind, parts in PARTS.items()}


def _whole(kind: str, *parts: str) -> Select[Any]:
    columns = TABLES[kind].c
    own = (columns[name] for name in SHOWN[kind])
    owned = (_owned(f"{kind}.{part}", columns.pk) for part in parts)
    return select(*own, *owned).where(columns.pk.in_(bindparam("pks", expanding=True)))


def _owned(name: str, pk: Column) -> Column:
    part = TABLES[name]
    rows = select(array([part.c[one] for one in SHOWN[name]])).where(owner_of(name) == pk)
    every: Column = func.array(rows.order_by(*part.primary_key).scalar_subquery())
    return every


def _fit(kind: str, index: str, asked: str) -> Column:
    indexed = getattr(func, f"pomichnyk_{index}")(TABLES[kind].c.folded)
    fits: Column = indexed.op("@@")(_unseen(asked, TSQUERY()))
    return fits


def _looked_through(kind: str) -> Column:
    # Cast once more, or it would be the rows of the subquery, and not an array's members.
    every: Any = all_(cast(_unseen("patterns", ARRAY(Text)), ARRAY(Text)))
    fits: Column = TABLES[kind].c.folded.op("~")(every)
    return fits


def _unseen(value: str, kind: TypeEngine[Any]) -> Column:
    """Return a value that is not known when the statement is planned.

    Of three letters that nearly every record has the planner thinks that no index is worth
    asking, and that to make all their trigrams anew costs nothing.
    """
    unseen: Column = select(cast(bindparam(value), kind)).scalar_subquery()
    return unseen


def _best(kind: str, *conditions: Column) -> Select[Any]:
    """Return what selects the best of those added first (of messages, last)."""
    ranked = union_all(*_by_age(kind, *conditions)).limit(bindparam("among")).subquery()
    ordered = (_of(ranked, one) for one in BEST[kind])
    return select(ranked.c.pk).order_by(*ordered).limit(bindparam("limit"))


def _few(kind: str, *conditions: Column) -> Select[Any]:
    """Return what selects all that fit, in their ranks, if they are fewer than ``most``."""
    folded = TABLES[kind].c.folded
    ranks = enumerate(_unseen(rank, Text()) for rank in ("whole", "beginning"))
    rank = case(*((folded.op("~")(pattern), n) for n, pattern in ranks), else_=2).label("rank")
    found = select(*_shown(kind), rank).where(*conditions).limit(bindparam("most")).subquery()
    ordered = (_of(found, one) for one in BEST[kind])
    return select(found.c.pk).order_by(found.c.rank, *ordered)


def _by_age(kind: str, *conditions: Column) -> Iterator[Select[Any]]:
    """Yield what selects those added first (of messages, last), and the others.

    Nearly always those are among the first of all, so only there hits are fetched at first.
    """
    columns, last = TABLES[kind].c, kind == "message"
    bound: Any = select(func.max(columns.pk) - NEAR).scalar_subquery() if last else NEAR
    near = columns.pk > bound if last else columns.pk < bound
    added = columns.pk + literal_column("0")  # in the index's order all records would be gone over
    for where in (near, ~near):
        found = select(*_shown(kind)).where(where, *conditions)
        every = found.order_by(added.desc() if last else added).limit(bindparam("among"))
        yield select(every.subquery())


def _shown(kind: str) -> tuple[Any, ...]:
    """Return the key and what orders by, so that none is fetched anew to be ordered."""
    return (TABLES[kind].c.pk, *map(_bare, BEST[kind]))


def _bare(order: Column) -> Any:
    """Return the column of an order, whichever its direction is."""
    return order.element if isinstance(order, UnaryExpression) else order


def _of(ranked: Subquery, order: Column) -> Column:
    """Return an order by the column of that name in a subquery."""
    column: Column = ranked.c[_bare(order).name]
    return column.desc() if isinstance(order, UnaryExpression) else column
