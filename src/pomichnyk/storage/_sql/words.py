"""The words that records are found by, and how many records have each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.folding import document
from pomichnyk.domain.message import Message
from pomichnyk.domain.note import Note
from pomichnyk.storage._rules import countable
from pomichnyk.storage._sql.sessions import Row, Session
from pomichnyk.text import Text

EVERY = 2**31 - 1
"""A limit beyond what a table holds."""

Loaded = Callable[[Session, list[int]], Sequence[Contact | Note | Message]]
"""Gives the records of the keys, in their order."""


def count_words(session: Session, kind: str, *, new: Iterable[str], old: Iterable[str]) -> None:
    """Count the words of folded texts that are stored now, and no more those of old ones."""
    with counting(session, kind) as change:
        changed(change, new=new, old=old)


@contextmanager
def counting(session: Session, kind: str) -> Iterator[Counter[str]]:
    """Yield what gathers how the counts of words change; store that once, in the end.

    A server keeps every version of a row that one transaction changes again and again.
    """
    change: Counter[str] = Counter()
    yield change
    counts = sorted((word, n) for word, n in change.items() if n)
    session.many(f"{kind}.words.count", [{"word": word, "change": n} for word, n in counts])
    session.many(f"{kind}.words.forget", [{"word": word} for word, n in counts if n < 0])


def changed(change: Counter[str], *, new: Iterable[str], old: Iterable[str]) -> None:
    """Add how the counts of words change, given folded texts that are stored now, and old ones."""
    for folded in new:
        change.update(countable(folded))
    for folded in old:
        change.subtract(countable(folded))


def check(session: Session, kind: str, loaded: Loaded) -> Iterator[Text]:
    """Yield a line for each disagreement of the words that are stored with what they are of."""
    counted: Counter[str] = Counter()
    for rows in session.stream(f"{kind}.folded"):
        for _, folded in rows:
            counted.update(countable(folded))
        yield from _misfound(loaded(session, [pk for pk, _ in rows]), rows)
    if dict(session.rows(f"{kind}.words.long", shortest=0, longest=EVERY)) != counted:
        yield Text("the words for correcting typos are miscounted ({kind})", kind=kind)


def _misfound(records: Sequence[Contact | Note | Message], rows: Sequence[Row]) -> Iterator[Text]:
    """Yield a line for each record that is not found by its own words."""
    for (_, folded), record in zip(rows, records, strict=True):
        if folded != document(record.searched()):
            yield Text("“{id}” is found by other words than its own", id=record.id)
