"""All divisors of whole numbers, on one core or on every core.

>>> factorize(10, 17)
[[1, 2, 5, 10], [1, 17]]
>>> primes(360)
{2: 3, 3: 2, 5: 1}

Primes are found by FLINT where the extra ``factorize`` is installed, by pure Python elsewhere.
"""

from __future__ import annotations

from pomichnyk.factorize.divisors import LIMIT, factorize, primes
from pomichnyk.factorize.parallel import factorize_parallel

__all__ = ["LIMIT", "factorize", "factorize_parallel", "primes"]
