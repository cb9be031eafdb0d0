"""Build: values made again from what a file says, safely whoever wrote it.

Entries are made in the file's order. One that can change is referred to before it is filled;
one that refers to what is not made yet is made once more at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from sys import hash_info
from typing import Any

from pomichnyk.errors import SerializationError
from pomichnyk.serialization._containers import CROWD, check_crowd
from pomichnyk.serialization._kinds import DamagedError, Kind
from pomichnyk.serialization._known import Known
from pomichnyk.text import Text

HASHING = 1_000_000, 16
"""How many values may be hashed for a file of no length, and how many more for every byte."""
TALLEST = 200
"""How many containers inside one another may be hashed: hashing recurses."""


class _UnmadeError(Exception):
    """An entry refers to one that is not made yet."""


_UNMADE = object()


class Builder:
    """Makes the values of one file of so many bytes, and its table of entries."""

    def __init__(self, known: Known, size: int) -> None:
        self._known = known
        self._table: list[Any] = []
        self._hashes: dict[int, tuple[int, int]] = {}
        self._budget = HASHING[0] + HASHING[1] * size
        self._tables: list[Collection[Any]] = []
        self._fractions: defaultdict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)

    def named(self, tag: str) -> Kind:
        """Return the kind of that tag.

        Raises:
            SerializationError: it is none of those the reader was told of.
        """
        try:
            return self._known.by_tag[tag]
        except KeyError:
            raise SerializationError(
                Text(
                    "it holds a “{name}”, which is not known here, but may be later", name=tag[:60]
                )
            ) from None

    def made(self, kind: Kind, body: Any) -> Any:
        """Return the value of a kind with a body whose parts are made."""
        # What else there is could come near a hash table, and its hash might take for ever.
        if type(body) is not list and (kind.has_parts or type(body) not in {str, dict}):
            raise DamagedError
        if not kind.hashed or not (self._table or len(body) > CROWD):
            made = kind.make(body)
            return self._counted(made) if kind.cls is Fraction else made
        return self._hashed(kind.make, body, [k for k, _ in body] if kind.cls is dict else body)

    def _counted(self, value: Fraction) -> Fraction:
        """Let pass a fraction unless too many have parts of the same hashes.

        Python 3.12 keeps fractions' hashes in a table of its own, in which these would crowd.
        """
        parts = value.numerator, value.denominator
        if max(map(abs, parts)) >= hash_info.modulus:
            crowd = self._fractions[hash(parts[0]), hash(parts[1])]
            crowd.add(parts)
            if len(crowd) > CROWD * 4:
                raise DamagedError(Text("too many fractions have the same hash"))
        return value

    def mapping(self, pairs: Sequence[tuple[Any, Any]]) -> Any:
        """Return the dict of these pairs, whose keys must differ."""
        if self._table or len(pairs) > CROWD:
            return self._hashed(_dict, pairs, [key for key, _ in pairs])
        return _dict(pairs)

    def _hashed(self, make: Callable[[Any], Any], body: Any, keys: Sequence[Any]) -> Any:
        check_crowd(keys)
        if not self._table:
            return make(body)
        self._spend(keys)
        self._tables.append(made := make(body))
        return made

    def reference(self, number: Any) -> Any:
        """Return the entry of that number."""
        if type(number) is not int or number < 0:
            raise DamagedError
        if (value := self._table[number]) is _UNMADE:
            raise _UnmadeError
        return value

    def fill(self, kinds: Sequence[Kind | None], read: Callable[[int], Any]) -> None:
        """Make the entries; ``kinds`` has the kinds of those that can change.

        ``read`` gives the value of the entry of a number, which may be read twice.
        """
        self._table = [kind.new() if kind and kind.new else _UNMADE for kind in kinds]
        self._hashes = {id(value): (1, 1) for value in self._table}
        # The last to be filled are tables: their keys' hashes may depend on the others.
        order = sorted(range(len(kinds)), key=lambda number: _is_table(kinds[number]))
        again = [number for number in order if not self._fill(number, kinds, read)]
        for number in again:
            if not self._fill(number, kinds, read):
                raise DamagedError

    def _fill(self, number: int, kinds: Sequence[Kind | None], read: Callable[[int], Any]) -> bool:
        try:
            value = read(number)
        except _UnmadeError:
            return False
        cost = self._cost(value)
        if (kind := kinds[number]) is None:
            self._table[number] = value
        elif kind.fill is None or type(value) is not kind.cls:
            raise DamagedError
        else:
            kind.fill(self._table[number], value)
        self._hashes[id(self._table[number])] = cost
        return True

    def check(self) -> None:
        """Make sure that every key is found: its hash may have changed when it was filled."""
        leaves = self._known.leaves
        keys = ((key, table) for table in self._tables for key in table if type(key) not in leaves)
        if not all(key in table for key, table in keys):
            raise DamagedError(Text("a key whose hash changes"))

    def _spend(self, keys: Sequence[Any]) -> None:
        for key in keys:
            values, height = self._cost(key)
            self._budget -= values
            if self._budget < 0 or height > TALLEST:
                raise DamagedError(Text("keys that take too long to be hashed"))

    def _cost(self, value: Any) -> tuple[int, int]:
        """Return how many values are looked at to hash a value, and how deep they lie."""
        cls: Any = type(value)
        if cls in self._known.leaves or cls.__hash__ is object.__hash__:
            return 1, 1
        if (known := self._hashes.get(id(value))) is not None:
            return known
        inside = self._known.by_class[cls].inside
        costs = [self._cost(part) for part in inside(value)] if inside else []
        if cls is frozenset:  # keeps its hash
            return 1, 1
        return (
            1 + sum(values for values, _ in costs),
            1 + max((height for _, height in costs), default=0),
        )


def _is_table(kind: Kind | None) -> bool:
    return kind is not None and issubclass(kind.cls, (dict, set))


def _dict(pairs: Sequence[tuple[Any, Any]]) -> dict[Any, Any]:
    if len(made := dict(pairs)) != len(pairs):
        raise DamagedError(Text("the same key twice"))
    return made
