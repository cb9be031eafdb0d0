"""Entries: the containers that are written once, apart, and referred to by their number.

Such are those that several others share, those that hold themselves, and, so that depth has no
limit, one at every ``DEEPEST`` levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pomichnyk.serialization._kinds import UnkeepableError
from pomichnyk.serialization._known import Known
from pomichnyk.serialization._survey import Survey
from pomichnyk.text import Text

DEEPEST = 40
"""How many containers are written inside one another: each takes up to five levels of JSON."""
_EMPTY: tuple[()] = ()


class _Visit:
    """A container on the way from the root to where the walk is."""

    __slots__ = ("depth", "is_entry", "is_mutable", "rest", "value", "was_cut")

    def __init__(self, value: Any, known: Known, depth: int, *, is_entry: bool) -> None:
        kind = known.by_class[type(value)]
        self.value, self.is_entry, self.is_mutable = value, is_entry, kind.new is not None
        self.depth = 0 if is_entry else depth
        self.rest: Iterator[Any] = iter(kind.inside(value) if kind.inside else ())
        self.was_cut = False


def entries(root: Any, known: Known, found: Survey) -> list[Any]:
    """Return the containers to be written apart, each after those inside it.

    Raises:
        UnkeepableError: a value that cannot change holds itself.
    """
    if not found.shared and found.depth <= DEEPEST:
        return []
    return _in_order(root, known, found.shared)


def _in_order(root: Any, known: Known, shared: set[int]) -> list[Any]:
    order: list[Any] = []
    done: dict[int, Any] = {}
    way = [_Visit(root, known, 0, is_entry=id(root) in shared)]
    on_way = {id(root)}
    while way:
        here = way[-1]
        child = _next(here, way, known, done, on_way)
        if child is not None:
            deep = here.depth + 1 >= DEEPEST
            way.append(_Visit(child, known, here.depth + 1, is_entry=deep or id(child) in shared))
            on_way.add(id(child))
            continue
        way.pop()
        on_way.remove(id(here.value))
        done[id(here.value)] = here.value  # held, lest another get its identity
        if here.is_entry:
            order.append(here.value)
    return order


def _next(
    here: _Visit, way: list[_Visit], known: Known, done: dict[int, Any], on_way: set[int]
) -> Any | None:
    """Return the next container inside this one that has not been visited, None at its end."""
    for child in here.rest:
        if type(child) in known.leaves or id(child) in done or child is _EMPTY:
            continue
        if id(child) not in on_way:
            return child
        _cut(way, child)
    return None


def _cut(way: list[_Visit], owner: Any) -> None:
    """Make an entry of the innermost container on the way that can be made before it is filled."""
    for visit in reversed(way):
        if visit.is_mutable:
            visit.is_entry = True
            return
        if visit.was_cut:
            return
        if visit.value is owner:
            raise UnkeepableError(Text("it cannot change, but holds itself"))
        visit.was_cut = True
