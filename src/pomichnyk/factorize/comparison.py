"""Four ways to the same divisors, measured one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from math import isqrt
from time import perf_counter

from pomichnyk.factorize.divisors import factorize
from pomichnyk.factorize.errors import TimeIsUpError
from pomichnyk.factorize.parallel import answers, factorize_parallel, is_small

PATIENCE = 5.0
"""Seconds after which a loop is not waited for: it may take years."""
ENOUGH = 0.2
"""Seconds for which a short piece of work is repeated, to take the middle one of its times."""


class Way(StrEnum):
    """How divisors are found."""

    NAIVE = "naive"
    SQUARE_ROOT = "square-root"
    SYNC = "sync"
    PARALLEL = "parallel"


@dataclass(frozen=True, slots=True)
class Timing:
    """How many seconds a way took, or was waited for in vain."""

    way: Way
    seconds: float
    done: bool = True


def naive(*numbers: int) -> list[list[int]]:
    """Return the divisors of each number, trying every number up to it."""
    return [[d for d in range(1, number + 1) if number % d == 0] for number in numbers]


def square_root(*numbers: int) -> list[list[int]]:
    """Return the divisors of each number, trying every number up to its square root."""
    return [_paired(number) for number in numbers]


def _paired(number: int) -> list[int]:
    low = [d for d in range(1, isqrt(number) + 1) if number % d == 0]
    return low + [number // d for d in reversed(low) if d * d != number]


def compared(
    numbers: Sequence[int], *, workers: int | None = None, timeout: float | None = None
) -> Iterator[Timing]:
    """Yield how long each way takes; one is given up after ``timeout`` seconds.

    All but the parallel way are measured in a process of their own, which can be stopped.
    """
    loops = PATIENCE if timeout is None else min(timeout, PATIENCE)
    yield _measured(Way.NAIVE, _apart(naive, numbers), loops)
    yield _measured(Way.SQUARE_ROOT, _apart(square_root, numbers), loops)
    yield _measured(Way.SYNC, _apart(factorize, numbers), timeout)
    # Small work would not be done by processes; a time limit must not change that.
    limit = None if is_small(numbers) else timeout
    parallel = partial(factorize_parallel, *numbers, workers=workers, timeout=limit)
    yield _measured(Way.PARALLEL, lambda _: timed(parallel), limit)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes; the median, if it is short."""
    start = end = perf_counter()
    times: list[float] = []
    while end - start < ENOUGH:
        begun = end
        work()
        end = perf_counter()
        times.append(end - begun)
    return sorted(times)[len(times) // 2]


def _apart(way: Callable[..., object], numbers: Sequence[int]) -> Callable[[float | None], float]:
    work = partial(timed, partial(way, *numbers))
    return lambda timeout: next(answers([work], timeout=timeout))


def _measured(way: Way, seconds: Callable[[float | None], float], timeout: float | None) -> Timing:
    try:
        return Timing(way, seconds(timeout))
    except TimeIsUpError:
        assert timeout is not None
        return Timing(way, timeout, done=False)
