"""Progress: told to whoever shows it, and to nobody where nobody does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from pomichnyk.text import Text

Item = TypeVar("Item")


class Track(Protocol):
    """Shows how far along something is, as ``View.track`` does."""

    def __call__(
        self, items: Iterable[Item], doing: Text, total: int | None = None
    ) -> Iterator[Item]:
        """Yield the items."""


def untracked(items: Iterable[Item], doing: Text, total: int | None = None) -> Iterator[Item]:
    """Yield the items, and show nothing."""
    del doing, total
    yield from items
