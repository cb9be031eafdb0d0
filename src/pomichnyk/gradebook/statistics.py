"""Statistics of grades: averages plain and weighted, the median, and how grades are spread."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from pomichnyk.gradebook.fields import HIGHEST
from pomichnyk.gradebook.grades import Grade

Key = TypeVar("Key", bound=Hashable)

STEP = 10
"""How many values one bar of a distribution counts; the last one has the highest too."""


class Summary(NamedTuple):
    """What can be said of some grades in numbers; without grades only how many there are."""

    grades: int
    average: float | None
    weighted: float | None
    median: float | None
    lowest: int | None
    highest: int | None


def summary(grades: Sequence[Grade]) -> Summary:
    """Return the figures; in the weighted average each grade counts as its weight says."""
    if not grades:
        return Summary(0, None, None, None, None, None)
    values = [grade.value for grade in grades]
    weighted = sum(grade.value * grade.weight for grade in grades)
    return Summary(
        len(grades),
        sum(values) / len(values),
        weighted / sum(grade.weight for grade in grades),
        float(statistics.median(values)),
        min(values),
        max(values),
    )


def distribution(values: Iterable[int]) -> list[int]:
    """Return how many values lie in 0-9, 10-19, ... and 90-100."""
    counts = [0] * (HIGHEST // STEP)
    for value in values:
        counts[min(value // STEP, len(counts) - 1)] += 1
    return counts


def grouped(grades: Iterable[Grade], key: Callable[[Grade], Key]) -> dict[Key, list[Grade]]:
    """Return the grades by what the key gives of each, in the order in which it first appears."""
    found: defaultdict[Key, list[Grade]] = defaultdict(list)
    for grade in grades:
        found[key(grade)].append(grade)
    return dict(found)
