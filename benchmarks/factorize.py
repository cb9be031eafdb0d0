"""Divisors: against SymPy and PARI, on one core and on two.

    uv venv /tmp/peers
    uv pip install --python /tmp/peers/bin/python '.[factorize]' sympy cypari numpy
    /tmp/peers/bin/python benchmarks/factorize.py [spec|words|many|workers]... [--rounds N]

cypari is under the GPL, which is why it is no dependency of ours; it has wheels for most systems.
``many`` measures with numpy loaded and without. ``workers`` takes two minutes and a quiet machine.
SymPy remembers the factors it has found: its cache is cleared before every number.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from random import Random

from rounds import rounds, table

from pomichnyk.factorize import divisors, factorize, factorize_parallel
from pomichnyk.factorize.comparison import square_root

if __name__ == "__main__":  # worker processes import this file too, and need no peers
    import cypari
    import numpy as np
    import sympy
    from sympy.ntheory.factor_ import factor_cache

SPEC = (128, 255, 99999, 10651060)
MOST_OF_A_WORD = 897612484786617600  # 103,680 divisors
BEYOND_A_WORD = 215628611839280640000  # 112,320 divisors


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    cypari.pari.allocatemem(1 << 30)
    print(f"engine: {divisors.engine.__name__}")
    for part in args.parts or PARTS:
        PARTS[part](args.rounds)


def spec(count: int) -> None:
    """Measure the four numbers of the exercise through both doors."""
    ways = {
        "factorize": partial(factorize, *SPEC),
        "factorize_parallel": partial(factorize_parallel, *SPEC),
        "the square-root loop": partial(square_root, *SPEC),
        "SymPy": partial(_sympy, SPEC),
        "PARI": partial(_pari, SPEC),
    }
    times = rounds({name: _times(100, way) for name, way in ways.items()}, count * 5)
    table("The four numbers, a hundred times", times, "factorize")


def words(count: int) -> None:
    """Measure random numbers of 64 bits."""
    random = Random(20261121)
    numbers = [random.getrandbits(64) | 1 << 63 for _ in range(10_000)]
    assert factorize(*numbers[:200]) == _pari(numbers[:200]) == _sympy(numbers[:200])
    ways = {"factorize": partial(factorize, *numbers), "PARI": partial(_pari, numbers)}
    table("10,000 random numbers of 64 bits", rounds(ways, count), "factorize")
    few = {"factorize": partial(factorize, *numbers[:200]), "SymPy": partial(_sympy, numbers[:200])}
    table("200 of them", rounds(few, count), "factorize")


def many(count: int) -> None:
    """Measure numbers with some 100,000 divisors."""
    for number in (MOST_OF_A_WORD, BEYOND_A_WORD):
        assert factorize(number) == _pari([number])
        ways = {
            "PARI": partial(_pari, [number]),
            "factorize, numpy loaded": partial(factorize, number),
            "factorize": partial(_without_numpy, number),
        }
        table(f"{number}: all divisors", rounds(ways, count * 3), "PARI")


def workers(count: int) -> None:
    """Measure batches of five seconds or more with one worker and with two.

    Numbers of 64 bits are found so soon that carrying their lists home is much of the work.
    """
    for bits, size in ((110, 1_800), (64, 250_000)):
        random = Random(bits)
        numbers = [random.getrandbits(bits) | 1 << (bits - 1) for _ in range(size)]
        ways = {
            "two workers": partial(factorize_parallel, *numbers, workers=2),
            "one worker": partial(factorize_parallel, *numbers, workers=1),
            "factorize": partial(factorize, *numbers),
        }
        table(f"{size:,} numbers of {bits} bits", rounds(ways, count, warm=0), "two workers")


def _times(count: int, work: Callable[[], object]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(count):
            work()

    return repeated


def _pari(numbers: list[int] | tuple[int, ...]) -> list[list[int]]:
    return [[int(one) for one in cypari.pari(number).divisors()] for number in numbers]


def _sympy(numbers: list[int] | tuple[int, ...]) -> list[list[int]]:
    found = []
    for number in numbers:
        factor_cache.cache_clear()
        found.append(sympy.divisors(number))
    return found


def _without_numpy(number: int) -> list[list[int]]:
    del sys.modules["numpy"]
    try:
        return factorize(number)
    finally:
        sys.modules["numpy"] = np


PARTS: dict[str, Callable[[int], None]] = {
    "spec": spec,
    "words": words,
    "many": many,
    "workers": workers,
}

if __name__ == "__main__":
    main()
