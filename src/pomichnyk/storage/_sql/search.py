"""Search in tables: which statement finds what a query asks for.

``…find.index`` knows words and their beginnings, ``…find.parts`` what stands inside them, and
``…find.both`` is for queries of which some words are too short to be looked for inside others.
"""

from __future__ import annotations

from collections.abc import Iterable

from pomichnyk.storage._rules import Rank, Words, within
from pomichnyk.storage._sql.sessions import Session, Values


def hits(
    session: Session, kind: str, words: Words, rank: Rank, limit: int, among: int
) -> list[int]:
    """Return the keys of the best of the records that fit, ``among`` those added first."""
    inside = [within(word) for word in words if rank is Rank.INSIDE and within(word)]
    others = [word for word in words if rank is not Rank.INSIDE or not within(word)]
    if rank is Rank.INSIDE and not inside:
        return []  # words too short to stand inside others were looked for as beginnings
    statement = "index" if not inside else "both" if others else "parts"
    asked = session.matching(inside, others, rank is Rank.WHOLE)
    found = session.rows(f"{kind}.find.{statement}", among=among, limit=limit, **asked)
    return [pk for (pk,) in found]


def fts5(inside: Words, others: Words, whole: bool) -> Values:
    """Return what is asked of SQLite's FTS5 tables.

    Words of a query are letters and digits alone, and quoted: no operator gets through.
    """
    listed = _every(others, "" if whole else "*")
    if not inside:
        return {"match": listed}
    return {"match": _every(inside), "beginnings": listed} if others else {"match": _every(inside)}


def _every(words: Iterable[tuple[str, ...]], ending: str = "") -> str:
    """Return the FTS5 expression for records that have every word, in one of its spellings."""
    alternatives = (" OR ".join(f'"{one}"{ending}' for one in word) for word in words)
    return " AND ".join(f"({spellings})" for spellings in alternatives)
