"""Search in tables: which statement finds what a query asks for.

``…find.index`` knows words and their beginnings, ``…find.parts`` what stands inside them, and
``…find.both`` is for queries of which some words are too short to be looked for inside others.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from pomichnyk.storage._rules import Rank, Words, by_rank, found, within
from pomichnyk.storage._sql.sessions import Row, Session, Values


def find(session: Session, kind: str, query: str, limit: int) -> list[int]:
    """Return the keys of the records that have every word of the query, the best first."""

    def ranked(words: Words, most: int) -> list[int]:
        few = session.few(kind, words)
        return by_rank(words, most, partial(_hits, session, kind)) if few is None else few[:most]

    def vocabulary(shortest: int, longest: int) -> list[Row]:
        return session.rows(f"{kind}.words.long", shortest=shortest, longest=longest)

    return found(query, limit, ranked, vocabulary)


def _hits(
    session: Session, kind: str, words: Words, rank: Rank, limit: int, among: int
) -> list[int]:
    """Return the keys of the best of the records that fit, ``among`` those added first."""
    inside = [within(word) for word in words if rank is Rank.INSIDE and within(word)]
    others = [word for word in words if rank is not Rank.INSIDE or not within(word)]
    if rank is Rank.INSIDE and not inside:
        return []  # words too short to stand inside others were looked for as beginnings
    search, asked = session.matching(inside, others, rank is Rank.WHOLE)
    rows = session.rows(f"{kind}.find.{search}", among=among, limit=limit, **asked)
    return [pk for (pk,) in rows]


def fts5(inside: Words, others: Words, whole: bool) -> tuple[str, Values]:
    """Return the search of SQLite's FTS5 tables, and what it asks for.

    Words of a query are letters and digits alone, and quoted: no operator gets through.
    """
    listed = _every(others, "" if whole else "*")
    if not inside:
        return "index", {"match": listed}
    if not others:
        return "parts", {"match": _every(inside)}
    return "both", {"match": _every(inside), "beginnings": listed}


def _every(words: Iterable[tuple[str, ...]], ending: str = "") -> str:
    """Return the FTS5 expression for records that have every word, in one of its spellings."""
    alternatives = (" OR ".join(f'"{one}"{ending}' for one in word) for word in words)
    return " AND ".join(f"({spellings})" for spellings in alternatives)
