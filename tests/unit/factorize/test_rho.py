"""The engine in pure Python: primes that are primes, composites that are split."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.factorize import _rho

STRONG_PSEUDOPRIMES = [
    3_215_031_751,  # to the bases 2, 3, 5, 7
    3_825_123_056_546_413_051,  # to the first nine primes
    318_665_857_834_031_151_167_461,  # to the first twelve
    3_317_044_064_679_887_385_961_981,  # to the first thirteen: the first that they do not prove
]


@given(number=st.integers(501, 10**6).map(lambda half: 2 * half + 1))
def test_primes_are_told_from_composites(number: int) -> None:
    composite = any(number % divisor == 0 for divisor in range(3, 1_500, 2) if divisor < number)

    assert _rho.is_prime(number) is not composite


@pytest.mark.parametrize("number", STRONG_PSEUDOPRIMES)
def test_composites_that_look_prime_to_many_bases_are_split(number: int) -> None:
    assert not _rho.is_prime(number)
    assert len(_rho.factored(number)) > 1


@pytest.mark.parametrize("exponent", [89, 107, 127, 521, 607])
def test_mersenne_primes_are_primes(exponent: int) -> None:
    assert _rho.is_prime(2**exponent - 1)


@pytest.mark.parametrize("prime", [1009, 1013, 10_007, 65_537, 2**31 - 1])
@pytest.mark.parametrize("power", range(1, 6))
def test_powers_of_primes_are_split(prime: int, power: int) -> None:
    assert _rho.factored(prime**power) == [(prime, power)]


def test_walks_that_meet_all_divisors_at_once_are_walked_again() -> None:
    primes = [n for n in range(1_001, 1_300, 2) if _rho.is_prime(n)]

    for one, other in pairwise(primes):
        assert sorted(_rho.factored(one * other)) == [(one, 1), (other, 1)]
