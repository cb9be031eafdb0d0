"""Divisors of a number, made from its prime factors."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from math import isqrt, prod
from operator import index
from typing import Any, Protocol, SupportsIndex

from pomichnyk.factorize.errors import NotPositiveError, TooManyDivisorsError

LIMIT = 10_000_000
"""How many divisors one number may have unless told otherwise: a list of about 0.4 GB."""
MANY = 2_000
"""How many divisors it takes before numpy, or sorting the smaller half alone, is sooner."""
WORD = 64
DIGITS = 60
"""Bits of a number whose root is one digit of a Python int: such ints are compared soonest."""


class Engine(Protocol):
    """What finds prime factors."""

    def factored(self, number: int) -> list[tuple[int, int]]:
        """Return the prime factors of a number and their exponents, in no order."""

    def seconds(self, bits: int) -> float:
        """Return about how long a number of so many bits takes."""


engine: Engine
try:
    from pomichnyk.factorize import _flint

    engine = _flint
except ImportError:
    from pomichnyk.factorize import _rho

    engine = _rho


def factorize(*numbers: SupportsIndex, limit: int = LIMIT) -> list[list[int]]:
    """Return all divisors of each number, ascending, in the order of the numbers.

    Raises:
        TypeError: one is not a whole number: a bool, a float, a text, None.
        ValueError: one is 0 or negative, has more divisors than the limit, or is too hard: its
            message names the number. It is an InvalidValueError too.
    """
    return [divisors(natural(number), limit) for number in numbers]


def primes(number: SupportsIndex) -> dict[int, int]:
    """Return the exponent of each prime factor of a number, the primes ascending.

    Raises:
        TypeError: it is not a whole number.
        ValueError: it is 0 or negative, or too hard.
    """
    return dict(sorted(engine.factored(natural(number))))


def primes_among(divisors: Sequence[int]) -> dict[int, int]:
    """Return what ``primes`` returns of a number, found among all its divisors, ascending."""
    found: Counter[int] = Counter()
    rest = divisors[-1]
    for divisor in islice(divisors, 1, None):
        while rest % divisor == 0:
            rest //= divisor
            found[divisor] += 1
        if rest == 1:
            break
    return found


def natural(number: SupportsIndex) -> int:
    """Return a number as an int from 1 on.

    Raises:
        TypeError: it is not a whole number.
        NotPositiveError: it is 0 or negative.
    """
    if isinstance(number, bool):
        raise TypeError("a bool is not taken for a number")
    if (value := index(number)) < 1:
        raise NotPositiveError(value)
    return value


def divisors(number: int, limit: int) -> list[int]:
    """Return all divisors of an int from 1 on, ascending.

    The divisors found so far are a run in order, and so is their every product with a power of
    the next prime; ``sort`` merges such runs, and at each step the list is as short as it can be.

    Raises:
        TooManyDivisorsError: there are more than the limit; they are counted before any is made.
        TooHardError: the number cannot be split into primes.
    """
    factors = engine.factored(number)
    count = prod([exponent + 1 for _, exponent in factors])
    if count > limit:
        raise TooManyDivisorsError(number, count, limit)
    if count >= MANY and (made := _many(number, factors)):
        return made
    found = [1]
    for prime, exponent in factors:
        run = len(found)
        for _ in range(exponent):
            found += [divisor * prime for divisor in found[-run:]]
        found.sort()
    return found


def _many(number: int, factors: Sequence[tuple[int, int]]) -> list[int] | None:
    """Return the divisors as they are made soonest when there are many, if there is such a way.

    Numbers of a word have 103,680 divisors at most: loading numpy for them would not pay.
    """
    bits = number.bit_length()
    if bits <= WORD and (numpy := sys.modules.get("numpy")):
        return _by_numpy(factors, numpy)
    return _by_halves(number, factors) if bits <= DIGITS else None


def _by_halves(number: int, factors: Sequence[tuple[int, int]]) -> list[int]:
    """Return the divisors by merging those up to the root; each of the others is paired to one."""
    root = isqrt(number)
    found = [1]
    for prime, exponent in factors:
        run, merged = found, found.copy()
        for _ in range(exponent):
            run = [divisor * prime for divisor in run[: bisect_right(run, root // prime)]]
            merged += run
        merged.sort()
        found = merged
    is_square = root * root == number
    return found + [number // divisor for divisor in found[-1 - is_square :: -1]]


def _by_numpy(factors: Sequence[tuple[int, int]], numpy: Any) -> list[int]:
    """Return the divisors of a number of 64 bits at most, by the same merging."""
    found = numpy.ones(1, numpy.uint64)
    for prime, exponent in factors:
        powers = numpy.array([prime**power for power in range(exponent + 1)], numpy.uint64)
        found = numpy.multiply.outer(powers, found).ravel()
        found.sort(kind="stable")
    made: list[int] = found.tolist()
    return made
