"""Survey: what a value is made of, found out before any of it is written.

``is_plain`` proves what lets a whole value be written by the fastest code there is; ``survey``
finds what else there is to know. Neither recurses, and each visits an object once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from math import isfinite
from sys import getrefcount
from typing import Any

from pomichnyk.serialization._kinds import UnkeepableError
from pomichnyk.serialization._known import PLAIN, Known
from pomichnyk.text import Text

DEEPEST_PLAIN = 250
"""How deep lists and dicts are written inside one another: orjson stops at 254."""
_CHUNK = 1024
"""How many containers are looked at together: as many as the processor's cache holds."""
_NOT_FLOAT = PLAIN - {float}
_PLAIN_TYPES = PLAIN | {list, dict}
_OWNED: list[list[Any]] = [[]]
# What one container alone refers to has as many references as what _OWNED holds has here.
_ONE_OWNER = max(map(getrefcount, _OWNED[:]))
_EMPTY: tuple[()] = ()


@dataclass(slots=True)
class Survey:
    """What was found.

    Attributes:
        shared: the ids of containers that were met more than once.
        types: the types of containers.
        depth: how many containers there are inside one another, where none is shared.
    """

    shared: set[int] = field(default_factory=set)
    types: set[type[Any]] = field(default_factory=set)
    depth: int = 0


def is_plain(root: Any, *, finite: bool) -> bool:
    """Tell whether a value is a tree of lists, dicts with text for keys, and JSON's own values.

    Text in it may still be no UTF-8, a key a kind of text, and an integer too large for 64 bits;
    its floats are finite if that is asked for.
    """
    try:
        found = _surveyed(root, _within_finite if finite else _within_plain)
    except UnkeepableError:
        return False
    return not found.shared and found.depth <= DEEPEST_PLAIN


def survey(root: Any, known: Known) -> Survey:
    """Look at everything inside a value, keys too.

    Raises:
        UnkeepableError: there is a type that is not known.
    """
    kinds, leaves = known.by_class, known.leaves

    def within(chunk: list[Any], types: set[type[Any]]) -> list[Any]:
        if not types <= kinds.keys() | PLAIN:
            raise UnkeepableError(Text("its type is not known"))
        held = chain.from_iterable(
            map(inside, _of(cls, chunk, types))
            for cls in types - PLAIN
            if (inside := kinds[cls].inside)
        )
        return [one for one in chain.from_iterable(held) if type(one) not in leaves]

    return _surveyed(root, within)


def _surveyed(root: Any, within: Callable[[list[Any], set[type[Any]]], list[Any]]) -> Survey:
    """Walk a value; ``within`` gives the containers that those of a chunk hold."""
    found = Survey()
    owned: dict[int, Any] = {}
    chunks: list[tuple[list[Any], int]] = [([root], 1)]
    while chunks:
        chunk, depth = chunks.pop()
        # A second owner shows in the count of references; only then are identities compared.
        if max(map(getrefcount, chunk)) > _ONE_OWNER:
            chunk = _first_met(chunk, owned, found.shared)
        found.types |= (types := set(map(type, chunk)))
        found.depth = max(found.depth, depth)
        held = within(chunk, types)
        cuts = range(0, len(held), _CHUNK)
        chunks += [(held[cut : cut + _CHUNK], depth + 1) for cut in cuts]
        del held  # what is in it is then referred to by its owner and its chunk alone
    return found


def _first_met(chunk: list[Any], owned: dict[int, Any], shared: set[int]) -> list[Any]:
    """Return what is met the first time, and note the containers that are not."""
    first = []
    for value, count in list(zip(chunk, map(getrefcount, chunk), strict=True)):
        if count <= _ONE_OWNER or type(value) is float or value is _EMPTY:
            first.append(value)
        elif (identity := id(value)) in owned:
            shared.add(identity)
        else:
            owned[identity] = value  # held, lest another get its identity
            first.append(value)
    return first


def _within_plain(chunk: list[Any], types: set[type[Any]]) -> list[Any]:
    return [value for value in _values(chunk, types) if type(value) not in PLAIN]


def _within_finite(chunk: list[Any], types: set[type[Any]]) -> list[Any]:
    return [
        value
        for value in _values(chunk, types)
        if type(value) not in _NOT_FLOAT and not (type(value) is float and isfinite(value))
    ]


def _values(chunk: list[Any], types: set[type[Any]]) -> Iterable[Any]:
    """Return what the lists and dicts of a chunk hold, if it is plain."""
    if not types <= _PLAIN_TYPES or (
        float in types and not all(map(isfinite, _of(float, chunk, types)))
    ):
        raise UnkeepableError(Text("it is not plain"))
    dicts = _of(dict, chunk, types)
    # Equal texts are one key, so that few keys are left to be looked at.
    if not set(map(type, set().union(*dicts))) <= {str}:
        raise UnkeepableError(Text("it is not plain"))
    lists = _of(list, chunk, types)
    return chain(chain.from_iterable(lists), chain.from_iterable(map(dict.values, dicts)))


def _of(cls: type[Any], chunk: list[Any], types: set[type[Any]]) -> list[Any]:
    if cls not in types:
        return []
    return chunk if len(types) == 1 else [value for value in chunk if type(value) is cls]
