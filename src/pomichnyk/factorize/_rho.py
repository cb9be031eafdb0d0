"""The engine in pure Python, for where there is no FLINT.

Small primes are divided out; the rest is tested by Miller and Rabin (Rabin, J. Number Theory 12,
1980), with bases that are proved to suffice below 3.3e24 (Sorenson and Webster, Math. Comp. 86,
2017), and split by Brent's form of Pollard's rho (Brent, BIT 20, 1980).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import count
from math import gcd, isqrt
from secrets import randbelow

from pomichnyk.factorize.errors import TooHardError

SMALL = [n for n in range(2, 1_000) if all(n % d for d in range(2, isqrt(n) + 1))]
PROVED = SMALL[:13]
PROVED_BELOW = 3_317_044_064_679_887_385_961_981
ROUNDS = 32
"""Random bases for a longer number: a composite passes them once in 4**32 times at most."""
SEARCHED = 130
"""Bits (40 digits) up to which a number is searched as long as it takes."""
EFFORT = 1 << 34
"""Steps of the search in a longer number, times its bits squared: about a second of work."""
BATCH = 128
"""Steps between two divisors sought: a product of differences costs less than each alone."""
WORD = 64


def factored(number: int) -> list[tuple[int, int]]:
    """Return the prime factors of a number and their exponents, in no order.

    Raises:
        TooHardError: what is left of it without its small factors is composite and too long.
    """
    found, rest = _divided(number)
    parts = [rest] if rest > 1 else []
    while parts:
        part = parts.pop()
        if is_prime(part):
            found[part] += 1
        elif divisor := _divisor(part):
            parts += [divisor, part // divisor]
        else:
            raise TooHardError(number, part)
    return [*found.items()]


def seconds(bits: int) -> float:
    """Return about how long a number of so many bits takes: the mean to 64, the worst beyond."""
    return 5e-4 if bits <= WORD else 3e-7 * 2 ** (min(bits, SEARCHED) / 4)


def is_prime(number: int) -> bool:
    """Tell whether an odd number above 1,000 is prime, surely or beyond any doubt that matters."""
    odd = number - 1
    odd >>= (twos := (odd & -odd).bit_length() - 1)
    bases: Iterable[int] = PROVED
    if number >= PROVED_BELOW:
        bases = (randbelow(number - 3) + 2 for _ in range(ROUNDS))
    return all(_may_be_prime(number, base, odd, twos) for base in bases)


def _may_be_prime(number: int, base: int, odd: int, twos: int) -> bool:
    power = pow(base, odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def _divided(number: int) -> tuple[Counter[int], int]:
    """Return the small factors of a number, and what is left of it; 1 if nothing is."""
    found: Counter[int] = Counter()
    for prime in SMALL:
        while number % prime == 0:
            number //= prime
            found[prime] += 1
    return found, number


def _divisor(number: int) -> int:
    """Return a divisor of an odd composite number; 0 if it is too long and has no small one."""
    root = isqrt(number)
    if root * root == number:
        return root
    bits = number.bit_length()
    steps = EFFORT // bits**2 if bits > SEARCHED else number
    tried = (_cycle(number, constant, steps) for constant in count(1))
    return next(divisor for divisor in tried if divisor != number)


def _cycle(number: int, constant: int, steps: int) -> int:
    """Walk x*x + constant until two places agree modulo a divisor, and return the divisor.

    A walk that meets all divisors at once gives the number itself, and a vain one 0.
    """
    here, stride, divisor = 2, 1, 1
    while divisor == 1:
        if stride > steps:
            return 0
        mark = here
        for _ in range(stride):
            here = (here * here + constant) % number
        for done in range(0, stride, BATCH):
            start, product = here, 1
            for _ in range(min(BATCH, stride - done)):
                here = (here * here + constant) % number
                product = product * abs(mark - here) % number
            if (divisor := gcd(product, number)) != 1:
                break
        stride *= 2
    return _first(number, constant, mark, start) if divisor == number else divisor


def _first(number: int, constant: int, mark: int, here: int) -> int:
    """Walk a batch again, step by step, to part divisors that were met within it."""
    divisor = 1
    while divisor == 1:
        here = (here * here + constant) % number
        divisor = gcd(mark - here, number)
    return divisor
