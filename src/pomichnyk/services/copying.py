"""Copying: all that one home has into another of any kind, and the proof that it arrived.

First the records that are not in the target, or differ there, are stored batch by batch; then
both homes are read anew, and each record's digest is computed on either side and compared.
Copying again goes on where it was interrupted: what is there and equal is left alone.

What the target has beyond the source stays and is counted. A record that was changed later in
the target than in the source stays too, and is told as a difference.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from pomichnyk.errors import UsageError
from pomichnyk.services._digests import Sum, differing, digest
from pomichnyk.services._kept import BATCH
from pomichnyk.services._shelves import Shelf, Stored, pairs
from pomichnyk.services.homes import Home, no_gradebook
from pomichnyk.services.transfer import Track, silent
from pomichnyk.text import Text

LISTED = 100
"""How many differences are told one by one; the others are only counted."""


class Difference(NamedTuple):
    """A record of the source that is not the same in the target.

    Attributes:
        kind: what it is one of.
        record: its name and id.
        fields: in what it differs; none if it is not in the target at all.
        later: whether it was changed in the target later than in the source.
    """

    kind: Text
    record: str
    fields: tuple[str, ...]
    later: bool = False


@dataclass(slots=True)
class Tally:
    """What became of the records of one kind.

    Attributes:
        kind: what they are called.
        new: how many were not in the target before.
        updated: how many were there but different, and no newer.
        unchanged: how many were not stored: they were there already.
        beyond: how many the target has that the source has not.
    """

    kind: Text
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    beyond: int = 0


@dataclass(slots=True)
class Report:
    """What came of copying.

    Attributes:
        tallies: a line for each kind of records.
        digests: those of all the source's records, as they are in the source and the target.
        differing: how many records differ after all.
        differences: the first of them.
    """

    tallies: list[Tally] = field(default_factory=list)
    digests: tuple[Sum, Sum] = field(default_factory=lambda: (Sum(), Sum()))
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)


def copy(source: Home, target: Home, *, track: Track = silent) -> Report:
    """Copy what a home has into another one, compare the two, and report.

    Nothing is removed from either.

    Raises:
        UsageError: they are one and the same, or the target cannot carry the source's gradebook.
        ConflictError: the target has another gradebook.
        UnavailableError: one of them cannot be read or written; what was stored stays, and
            copying again goes on from there.
    """
    _refuse(source, target)
    report = Report()
    both = [*zip(source.shelves(), target.shelves(), strict=False)]
    for mine, theirs in both:
        report.tallies.append(_copied(mine, theirs, track))
    for (mine, theirs), tally in zip(both, report.tallies, strict=True):
        _compare(mine, theirs, tally, report, track)
    return report


def _refuse(source: Home, target: Home) -> None:
    if source.storage is target.storage:
        raise UsageError(Text("a storage cannot be copied into itself"))
    if not source.has_grades():
        return
    if target.gradebook is None:
        raise UsageError(no_gradebook(target))
    assert source.gradebook is not None
    from pomichnyk.services._gradebook import refuse_another, shelves

    with ExitStack() as stack:
        rows = {
            one.kind: stack.enter_context(closing(one.all())) for one in shelves(source.gradebook)
        }
        refuse_another(rows, target.gradebook)


def _copied(source: Shelf[Any], target: Shelf[Any], track: Track) -> Tally:
    """Store what is not in the target as it is in the source."""
    tally = Tally(source.title)
    with closing(source.oldest()) as records:
        beside = target.beside(
            track(records, Text("copying: {kind}", kind=source.title), source.count())
        )
        while batch := [*islice(beside, BATCH)]:
            mine = [pair for pair in batch if pair[0] is not None]
            changes = [
                (one, there) for one, there in mine if there is None or digest(one) != digest(there)
            ]
            stored = target.store(changes) if changes else Stored()
            tally.new += stored.new
            tally.updated += stored.updated
            tally.unchanged += len(mine) - stored.new - stored.updated
    return tally


def _compare(
    source: Shelf[Any], target: Shelf[Any], tally: Tally, report: Report, track: Track
) -> None:
    """Read both anew, sum up the digests of either side, and enter what differs."""
    with closing(source.all()) as records, closing(target.all()) as there:
        tracked = track(records, Text("comparing: {kind}", kind=source.title), source.count())
        for mine, seen in pairs(tracked, there, source.key):
            tally.beyond += mine is None
            if mine is None:
                continue
            theirs = target.twin(mine) if seen is None else seen
            if seen is None and theirs is not None:
                tally.beyond -= 1  # it came by itself: its place in the order is another one
            _enter(source, mine, theirs, report)


def _enter(source: Shelf[Any], mine: Any, theirs: Any, report: Report) -> None:
    digests = [digest(one) if one is not None else 0 for one in (mine, theirs)]
    for side, one in zip(report.digests, digests, strict=True):
        side.add(one)
    if digests[0] != digests[1]:
        report.differing += 1
        if len(report.differences) < LISTED:
            report.differences.append(_difference(source, mine, theirs))


def _difference(source: Shelf[Any], mine: Any, theirs: Any) -> Difference:
    called = source.called(mine)
    if theirs is None:
        return Difference(source.title, called, ())
    later = source.is_later(theirs, mine)
    return Difference(source.title, called, differing(mine, theirs), later=later)
