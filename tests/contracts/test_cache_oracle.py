"""The cache against ``functools.lru_cache``: the same answers, hits, and the same is dropped."""

from __future__ import annotations

import asyncio
import functools
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from inspect import iscoroutinefunction
from itertools import accumulate, count, product
from random import Random
from typing import Any

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pomichnyk.cache
from pomichnyk.cache import lru_cache

MODES: dict[str, dict[str, Any]] = {
    "near": {},
    "small near": {"near": 2},
    "remote": {"near": False},
    "strict": {"strict": True},
    "copied": {"copy": True, "ttl": 3600},
}
"""Options that change how the server is used, and no answer."""
_numbers = count()


@pytest.fixture
def url(redis_url: str) -> Iterator[str]:
    """Return an address whose server may take its time: here nobody is to do without it."""
    yield redis_url
    pomichnyk.cache.close()


Replay = Sequence[tuple[str, Any, Any, bool]]
VALUES = st.sampled_from([0, 1, 2, 3, 1.0, 0.5, True, None, "1", "a", (1,), (1, "a")])
CALLS = st.lists(
    st.tuples(st.sampled_from([*["call"] * 12, "clear"]), VALUES, VALUES, st.booleans()),
    max_size=40,
)
SIZES = st.sampled_from([0, 1, 2, 3, 5, 8, None])


def plain(a: Any, b: Any = 0) -> str:
    return f"{a!r} {b!r}"


async def later(a: Any, b: Any = 0) -> str:
    return f"{a!r} {b!r}"


def several(*values: Any) -> str:
    return " ".join(map(repr, values))


async def several_later(*values: Any) -> str:
    return several(*values)


ORACLES = {plain: plain, later: plain, several: several, several_later: several}
"""What functools is given in place of each function."""


async def replayed(
    function: Callable[..., Any], calls: Replay, maxsize: int | None, typed: bool, **options: Any
) -> None:
    """Make the same calls of both, and compare all that they tell."""
    oracle = functools.lru_cache(maxsize, typed)(ORACLES[function])
    named, awaited = ORACLES[function] is plain, iscoroutinefunction(function)
    ours = lru_cache(maxsize, typed, namespace=f"oracle {next(_numbers)}", **options)(function)
    assert ours.cache_parameters() == oracle.cache_parameters()
    for what, a, b, by_name in calls:
        if what == "clear":
            oracle.cache_clear()
            ours.cache_clear()
        else:
            given = (a,) if b == 0 else (a, b)
            answer = ours(b=b, a=a) if by_name and named else ours(*given)
            assert (await answer if awaited else answer) == oracle(*(a, b) if named else given)
        assert tuple(ours.cache_info()) == tuple(oracle.cache_info())


WAYS = [
    *product([plain, later], ["in the process", *MODES]),
    *product([several, several_later], ["in the process", "near", "copied"]),
]
"""Functions, those of any number of arguments too, and how they are kept."""


@pytest.mark.parametrize(("function", "mode"), WAYS)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(calls=CALLS, maxsize=SIZES, typed=st.booleans())
def test_calls_are_answered_as_by_functools(
    url: str,
    mode: str,
    function: Callable[..., Any],
    calls: Replay,
    maxsize: int | None,
    typed: bool,
) -> None:
    options = {"redis": url, **MODES[mode]} if mode in MODES else {}

    asyncio.run(replayed(function, calls, maxsize, typed, **options))


SIZE = 300
KEYS = 4000


def accesses(number: int, seed: int = 1) -> list[int]:
    """Return keys of which few are asked for often, and not always the same few."""
    weights = list(accumulate(1 / (rank + 1) ** 0.9 for rank in range(KEYS)))
    ranks = Random(seed).choices(range(KEYS), cum_weights=weights, k=number)
    return [(rank + at // 2000 * 37) % KEYS for at, rank in enumerate(ranks)]


def survivors(trace: Sequence[int]) -> tuple[int, set[int]]:
    """Return how many accesses hit, and what is kept at the end, where all is exact."""
    kept: dict[int, None] = {}
    hits = 0
    for key in trace:
        hits += key in kept
        kept.pop(key, None)
        kept[key] = None
        if len(kept) > SIZE:
            del kept[next(iter(kept))]
    return hits, set(kept)


def test_uses_told_at_once_are_put_in_order_before_they_are_many(url: str) -> None:
    cached = lru_cache(4, redis=url, namespace="told", version="1", strict=True)(lambda x: x)
    with closing(redis.Redis.from_url(url)) as client:
        for x in range(4):
            cached(x)
        client.delete("{pomichnyk:told}l")
        for at in range(1000):
            cached((1, 3, 2)[at % 3])
            assert client.strlen("{pomichnyk:told}l") < 500 * 32
        assert not client.exists("{pomichnyk:told}l")
        for x in range(4, 7):
            cached(x)

        kept = [x for x in range(7) if client.exists(cached.cache_key(x))]
    assert kept == [1, 4, 5, 6]  # the last of the thousand


def alike(one: set[int], other: set[int]) -> float:
    """Return the Jaccard index: what part of all that is in either is in both."""
    return len(one & other) / len(one | other)


def there(url: str, cached: Any) -> set[int]:
    with closing(redis.Redis.from_url(url)) as client:
        keys = [cached.cache_key(key) for key in range(KEYS)]
        return {at for at, value in enumerate(client.mget(keys)) if value is not None}


@pytest.mark.parametrize("mode", MODES)
def test_what_one_process_leaves_is_exactly_the_most_recent(url: str, mode: str) -> None:
    trace = accesses(6000)

    @lru_cache(SIZE, redis=url, **MODES[mode])
    def function(key: int) -> int:
        return -key

    for key in trace:
        assert function(key) == -key

    hits, kept = survivors(trace)
    assert function.cache_info() == (hits, len(trace) - hits, SIZE, SIZE)
    assert alike(there(url, function), kept) == 1.0


PROGRAM = """
import sys
from ast import literal_eval
from pomichnyk.cache import lru_cache
url, size, options = map(literal_eval, sys.argv[1:])
@lru_cache(size, namespace="four", version="1", redis=url, **options)
def function(key):
    return -key
for line in sys.stdin:
    for word in line.split():
        assert function(int(word)) == -int(word)
    print("done", flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["near", "remote", "strict"])
def test_what_four_processes_leave_is_nearly_the_most_recent(url: str, mode: str) -> None:
    trace = accesses(6000)
    words = [sys.executable, "-c", PROGRAM, repr(url), repr(SIZE), repr(MODES[mode])]
    processes = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    try:
        for turn, start in enumerate(range(0, len(trace), 20)):
            process = processes[turn % 4]
            assert process.stdin
            assert process.stdout
            process.stdin.write(" ".join(map(str, trace[start : start + 20])) + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == "done\n"
    finally:
        for process in processes:
            process.communicate()

    cached = lru_cache(SIZE, namespace="four", version="1", redis=url)(lambda key: key)
    _, kept = survivors(trace)
    assert cached.cache_info().currsize == SIZE
    assert alike(there(url, cached), kept) >= (1.0 if mode == "strict" else 0.98)
