"""Batches: as many items at a time as fit into one command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

Item = TypeVar("Item")

BATCH = 500
"""How many documents one command is about at most."""
HEAVIEST = 4_000_000
"""How many characters a batch has together, if it is not one item alone."""


def batches(
    items: Iterable[Item], most: int, weight: Callable[[Item], int]
) -> Iterator[list[Item]]:
    """Yield the items, at most so many at a time, and not too many heavy ones.

    Args:
        items: what is taken by the batch.
        most: how many a batch has at most.
        weight: gives the characters of an item.
    """
    batch: list[Item] = []
    weighs = 0
    for item in items:
        if batch and (len(batch) >= most or weighs + weight(item) > HEAVIEST):
            yield batch
            batch, weighs = [], 0
        batch.append(item)
        weighs += weight(item)
    if batch:
        yield batch


def letters(stored: Mapping[str, Any]) -> int:
    """Return the weight of a stored document: that of the words by which it is found."""
    return sum(map(len, stored["words"] or ()))
