"""Survey: what a value is made of, found out before any of it is written.

``is_plain`` proves cheaply what lets a whole value be written by the fastest code; ``survey``
finds what else there is to know. Neither recurses, and each visits an object once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from sys import getrefcount
from typing import Any

from pomichnyk.serialization._kinds import UnkeepableError
from pomichnyk.serialization._known import PLAIN, Known
from pomichnyk.text import Text

DEEPEST_PLAIN = 250
"""How deep lists and dicts are written inside one another: orjson stops at 254."""
_CHUNK = 1024
"""How many values are looked at together: as many as the processor's cache holds."""
_NOT_FLOAT = PLAIN - {float}
_CHUNKED = PLAIN | {list, dict}
_OWNED: list[list[Any]] = [[]]
# What one container alone refers to has as many references as what _OWNED holds has here.
_ONE_OWNER = max(map(getrefcount, _OWNED[:]))
_EMPTY: tuple[()] = ()


def is_plain(root: Any) -> bool:
    """Tell whether a value is a tree of lists, dicts with text for keys, and JSON's own values.

    Text in it may still be no UTF-8, a key a kind of text, and an integer too large for 64 bits.
    """
    suspects: set[int] = set()
    chunks: list[tuple[list[Any], int]] = [([root], 0)]
    while chunks:
        chunk, depth = chunks.pop()
        # A second owner shows in the count of references; only then are identities compared.
        if max(map(getrefcount, chunk)) > _ONE_OWNER and not _new(chunk, suspects):
            return False
        inside = _inside(chunk)
        if inside is None or depth > DEEPEST_PLAIN:
            return False
        rest = [value for value in inside if type(value) not in _NOT_FLOAT]
        cuts = range(0, len(rest), _CHUNK)
        chunks += [(rest[cut : cut + _CHUNK], depth + 1) for cut in cuts]
        del rest  # each value is referred to by its owner and its chunk alone
    return True


def _new(chunk: list[Any], suspects: set[int]) -> bool:
    """Note the containers that have several owners; tell whether each is met the first time."""
    counted = zip(chunk, map(getrefcount, chunk), strict=True)
    shared = [id(v) for v, count in counted if count > _ONE_OWNER and type(v) is not float]
    seen = len(suspects)
    suspects.update(shared)
    return len(suspects) == seen + len(shared)


def _inside(chunk: list[Any]) -> Iterable[Any] | None:
    """Return what the lists and dicts of a chunk hold; None if something in it is not plain."""
    types = set(map(type, chunk))
    if not types <= _CHUNKED:
        return None
    if not _all_finite(_of(float, chunk, types)):
        return None
    dicts = _of(dict, chunk, types)
    # Equal texts are one key, so that few keys are left to be looked at.
    if not set(map(type, set().union(*dicts))) <= {str}:
        return None
    lists = _of(list, chunk, types)
    return chain(chain.from_iterable(lists), chain.from_iterable(map(dict.values, dicts)))


def _of(cls: type[Any], chunk: list[Any], types: set[type[Any]]) -> list[Any]:
    if cls not in types:
        return []
    return chunk if len(types) == 1 else [value for value in chunk if type(value) is cls]


def _all_finite(floats: list[float]) -> bool:
    # A sum is finite only if everything in it is.
    return math.isfinite(sum(floats)) or all(map(math.isfinite, floats))


@dataclass(slots=True)
class Survey:
    """What was found: the ids of containers met more than once, and how deep it goes."""

    shared: set[int] = field(default_factory=set)
    depth: int = 0


def survey(root: Any, known: Known) -> Survey:
    """Look at everything inside a value, keys too.

    Raises:
        UnkeepableError: there is a type that is not known.
    """
    found = Survey()
    seen: set[int] = set()
    level = [root]
    while level:
        if not set(map(type, level)) <= known.by_class.keys() | PLAIN:
            raise UnkeepableError(Text("its type is not known"))
        found.depth += 1
        fresh = list(_fresh(level, known, seen, found.shared))
        kinds = known.by_class
        level = list(
            chain.from_iterable(
                inside(value) for value in fresh if (inside := kinds[type(value)].inside)
            )
        )
    return found


def _fresh(level: list[Any], known: Known, seen: set[int], shared: set[int]) -> Iterator[Any]:
    """Yield the containers of a level that are met the first time, and note the others."""
    leaves = known.leaves
    for value in level:
        if type(value) in leaves or value is _EMPTY:
            continue
        if (identity := id(value)) in seen:
            shared.add(identity)
        else:
            seen.add(identity)
            yield value
