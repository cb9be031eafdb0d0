"""The engine that asks FLINT, by python-flint: trial division, p±1, ECM, the quadratic sieve.

Beyond 64 bits FLINT's primes are probable ones (BPSW); no composite is known to pass for one.
Source: https://flintlib.org/doc/fmpz_factor.html
"""

from __future__ import annotations

from collections import Counter

from flint import fmpz

from pomichnyk.factorize.errors import TooHardError

SEARCHED = 530
"""Bits (160 digits) up to which FLINT may search as long as it takes."""
WORD = 64


def factored(number: int) -> list[tuple[int, int]]:
    """Return the prime factors of a number and their exponents, in no order.

    Raises:
        TooHardError: what is left of it without its small factors is composite and too long.
    """
    if number.bit_length() > SEARCHED:
        return _giant(number)
    return [(int(prime), exponent) for prime, exponent in fmpz(number).factor()]


def seconds(bits: int) -> float:
    """Return about how long a number of so many bits takes: the mean to 64, the worst beyond."""
    return 20e-6 if bits <= WORD else 1e-3 * 2 ** ((min(bits, SEARCHED) - WORD) / 12)


def _giant(number: int) -> list[tuple[int, int]]:
    found: Counter[int] = Counter()
    # The longer the number, the dearer each curve: 12 digits are sought at 200, 5 at 5,000.
    small = max(15, 45 - number.bit_length() // 500)
    for part, power in fmpz(number).factor_smooth(bits=small, proved=0):
        if part.is_probable_prime():
            found[int(part)] += power
        elif part.bit_length() <= SEARCHED:
            found.update({prime: more * power for prime, more in factored(int(part))})
        else:
            raise TooHardError(number, int(part))
    return [*found.items()]
