"""Search in SQLite by two FTS5 tables over the same folded words.

``…_index`` knows the words and their beginnings, ``…_parts`` what stands inside them, by
trigrams. Words of a query are letters and digits alone, and quoted: no operator gets through.
"""

from __future__ import annotations

from collections.abc import Iterable

from pomichnyk.storage._rules import Rank, Words, within
from pomichnyk.storage._sql.sessions import Session


def hits(
    session: Session, kind: str, words: Words, rank: Rank, limit: int, among: int
) -> list[int]:
    """Return the keys of the best of the records that fit, ``among`` those added first."""
    long = [spellings for word in words if (spellings := within(word))]
    if rank is not Rank.INSIDE:
        ending = "*" if rank is Rank.BEGINNING else ""
        statement, asked = "index", {"match": _every(words, ending)}
    elif not long:
        return []  # words too short to stand inside others were looked for as beginnings
    elif len(long) == len(words):
        statement, asked = "parts", {"match": _every(long)}
    else:
        short = [word for word in words if not within(word)]
        statement, asked = "both", {"match": _every(long), "beginnings": _every(short, "*")}
    found = session.rows(f"{kind}.find.{statement}", among=among, limit=limit, **asked)
    return [pk for (pk,) in found]


def _every(words: Iterable[tuple[str, ...]], ending: str = "") -> str:
    """Return the FTS5 expression for records that have every word, in one of its spellings."""
    alternatives = (" OR ".join(f'"{one}"{ending}' for one in word) for word in words)
    return " AND ".join(f"({spellings})" for spellings in alternatives)
