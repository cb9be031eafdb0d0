"""Known: the kinds that one serializer keeps, its caller's classes among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from pomichnyk.serialization import _containers, _numbers, _texts, _times
from pomichnyk.serialization._classes import kind_of
from pomichnyk.serialization._containers import FACTORIES, default_dicts

PLAIN = frozenset({str, int, float, bool, type(None)})
"""Types that JSON has and that hold nothing."""


class Known:
    """Finds a kind by class, by tag and by code.

    Attributes:
        leaves: the types that hold no others and need not keep their identity.
    """

    def __init__(self, types: Iterable[type[Any]] = ()) -> None:
        """Know the built-in kinds and these classes, each under its own name.

        Raises:
            TypeError: a class cannot be kept.
            ValueError: two go by one name.
        """
        own = [kind_of(cls.__name__, cls) for cls in types]
        factories = {**FACTORIES, **{kind.tag: kind.cls for kind in own}}
        kinds = [
            *chain(_containers.KINDS, _numbers.KINDS, _texts.KINDS, _times.KINDS),
            default_dicts(factories),
            *own,
        ]
        _check_names([*FACTORIES, *(kind.tag for kind in own)])
        _check_names([kind.tag for kind in kinds])
        self.by_class = {kind.cls: kind for kind in kinds}
        self.by_tag = {kind.tag: kind for kind in kinds}
        self.by_code = {kind.code: kind for kind in kinds if kind.code}
        self.leaves = PLAIN | {kind.cls for kind in kinds if kind.is_leaf}


def _check_names(names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise ValueError(f"two classes of one name: {names}")
