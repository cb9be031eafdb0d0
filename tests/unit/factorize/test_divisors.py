"""Divisors and primes: their laws, whatever finds the factors and whatever makes the list."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from math import prod
from operator import mul
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pomichnyk.factorize import LIMIT, _flint, _rho, divisors, factorize, primes
from pomichnyk.factorize.errors import TooHardError, TooManyDivisorsError

ENGINES = pytest.mark.parametrize("engine", [_flint, _rho])
LARGEST_OF_A_WORD = 897_612_484_786_617_600
"""It has more divisors, 103,680, than any other number of 64 bits."""
SMOOTH = st.lists(st.sampled_from([2, 3, 5, 7, 11, 997, 1009, 65_537]), max_size=10).map(prod)
numbers = st.integers(1, 2**64) | st.builds(mul, SMOOTH, st.sampled_from([1, 2**31 - 1, 2**61 - 1]))
quick = settings(deadline=None)


@ENGINES
@quick
@given(number=numbers)
def test_every_divisor_divides_once_in_order(engine: divisors.Engine, number: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(divisors, "engine", engine)
        (found,) = factorize(number)
        factors = primes(number)

    assert found[0] == 1
    assert found[-1] == number
    assert all(small < large for small, large in pairwise(found))
    assert not any(number % divisor for divisor in found)
    assert len(found) == prod(power + 1 for power in factors.values())


@ENGINES
@quick
@given(number=numbers)
def test_primes_ascend_and_make_the_number(engine: divisors.Engine, number: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(divisors, "engine", engine)
        factors = primes(number)

    assert list(factors) == sorted(factors)
    assert prod(prime**power for prime, power in factors.items()) == number
    assert all(_rho.is_prime(prime) for prime in factors if prime > 1_000)


@quick
@given(number=numbers)
def test_both_engines_agree(number: int) -> None:
    assert sorted(_flint.factored(number)) == sorted(_rho.factored(number))


@quick
@given(number=numbers)
def test_primes_are_found_again_among_divisors(number: int) -> None:
    assert divisors.primes_among(*factorize(number)) == primes(number)


@quick
@given(number=SMOOTH | SMOOTH.map(lambda root: root * root))
def test_halves_make_the_same_list(number: int) -> None:
    factors = sorted(primes(number).items())
    every = [1]
    for prime, exponent in factors:
        every = [one * prime**power for one in every for power in range(exponent + 1)]

    assert divisors._by_halves(number, factors) == sorted(every)


def test_numpy_makes_the_same_list_where_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    numpy = pytest.importorskip("numpy", reason="pip install numpy")
    monkeypatch.delitem(sys.modules, "numpy")
    plain = factorize(LARGEST_OF_A_WORD)
    monkeypatch.setitem(sys.modules, "numpy", numpy)
    made = factorize(LARGEST_OF_A_WORD)

    assert len(plain[0]) == 103_680
    assert made == plain
    assert {type(divisor) for divisor in made[0]} == {int}


def test_numpy_is_left_alone_beyond_a_word() -> None:
    pytest.importorskip("numpy", reason="pip install numpy")
    (found,) = factorize(LARGEST_OF_A_WORD * 2**10)

    assert found == sorted(found)
    assert found[-1] == LARGEST_OF_A_WORD * 2**10


def test_numbers_of_numpy_are_numbers() -> None:
    numpy = pytest.importorskip("numpy", reason="pip install numpy")

    assert factorize(numpy.int64(6)) == [[1, 2, 3, 6]]


def test_divisors_are_counted_before_they_are_made() -> None:
    everything = prod([2, 3, 5, 7, 11, 13, 17, 19, 23, 29]) ** 1_000

    with pytest.raises(TooManyDivisorsError, match=r"… \(9811 digits\) .* at most 10000000 "):
        factorize(everything)
    assert LIMIT == 10_000_000


@ENGINES
def test_a_long_prime_beside_small_ones_is_no_obstacle(engine: divisors.Engine) -> None:
    mersenne = 2**1279 - 1

    assert sorted(engine.factored(12 * mersenne**2)) == [(2, 2), (3, 1), (mersenne, 2)]


def test_what_is_short_enough_once_small_factors_are_gone_is_searched() -> None:
    short = (2**61 - 1) * (2**89 - 1)

    assert sorted(_flint.factored(short * 10**200)) == [
        (2, 200),
        (5, 200),
        (2**61 - 1, 1),
        (2**89 - 1, 1),
    ]


@ENGINES
def test_a_product_of_long_primes_is_refused(engine: divisors.Engine) -> None:
    with pytest.raises(TooHardError):
        engine.factored((2**521 - 1) * (2**266 - 3))


@ENGINES
def test_longer_numbers_are_taken_to_last_longer(engine: divisors.Engine) -> None:
    lengths = [engine.seconds(bits) for bits in (1, 64, 65, 100, 100_000)]

    assert lengths == sorted(lengths)


def test_without_flint_pure_python_is_used(tmp_path: Path) -> None:
    (tmp_path / "flint.py").write_text("raise ImportError")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
        "from pomichnyk.factorize import divisors, factorize; "
        "print(divisors.engine.__name__, factorize(12))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout == "pomichnyk.factorize._rho [[1, 2, 3, 4, 6, 12]]\n"
