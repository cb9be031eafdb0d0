"""One computation for all who want a value at once, whatever befalls the one who computes."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Literal

import pytest
import redis

import pomichnyk.cache
from cache_program import programs, said, tell
from pomichnyk.cache import lru_cache
from redis_server import LIMIT, RedisServer

CALLER = """
import sys, time, redis, asyncio
from concurrent.futures import ThreadPoolExecutor
import pomichnyk.cache.session
from pomichnyk.cache import close, lru_cache

url, seconds, lease, kind = sys.argv[1:]
pomichnyk.cache.session.LEASE = float(lease)
counter = redis.Redis.from_url(url)

def begun():
    number = counter.incr("calls")
    print("computing", flush=True) if number == 1 else None
    return number, float(seconds) if number == 1 else 0.01

@lru_cache(redis=url, namespace="f", version="1")
def function(x):
    number, pause = begun()
    time.sleep(pause)
    return number

@lru_cache(redis=url, namespace="f", version="1")
async def later(x):
    number, pause = await asyncio.to_thread(begun)
    await asyncio.sleep(pause)
    return number

async def at_once():
    return await asyncio.gather(*(later(1) for _ in range(8)))

with ThreadPoolExecutor(8) as pool:
    list(pool.map(time.sleep, [0.01] * 8))
    print("ready", flush=True)
    input()
    answers = asyncio.run(at_once()) if kind == "async" else list(pool.map(function, [1] * 8))
print(*answers, flush=True)
counter.close()
close()
"""


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    pomichnyk.cache.close()


def computed(url: str) -> int:
    with closing(redis.Redis.from_url(url)) as client:
        return int(client.get("calls") or 0)


@pytest.mark.parametrize("kind", ["threads", "async"])
def test_thirty_two_callers_in_four_processes_compute_once(redis_url: str, kind: str) -> None:
    with programs(CALLER, 4, redis_url, "0.3", "10", kind) as callers:
        for one in callers:
            tell(one, "go")
        answers = [said(one).removeprefix("computing") or said(one) for one in callers]

    assert answers == ["1 1 1 1 1 1 1 1"] * 4
    assert computed(redis_url) == 1


@pytest.mark.parametrize("kind", ["threads", "async"])
def test_who_is_killed_while_computing_is_overtaken_at_once(redis_url: str, kind: str) -> None:
    with programs(CALLER, 3, redis_url, "600", "600", kind) as callers:
        first, *others = callers
        tell(first, "go")
        assert said(first) == "computing"
        for one in others:
            tell(one, "go")
        time.sleep(0.3)
        assert computed(redis_url) == 1
        first.kill()

        assert [said(one) for one in others] == ["2 2 2 2 2 2 2 2"] * 2
    assert computed(redis_url) == 2


def test_who_computes_for_longer_than_a_lease_keeps_it(redis_url: str) -> None:
    with programs(CALLER, 2, redis_url, "3", "0.8", "threads") as callers:
        for one in callers:
            tell(one, "go")
        answers = [said(one).removeprefix("computing") or said(one) for one in callers]

    assert answers == ["1 1 1 1 1 1 1 1"] * 2
    assert computed(redis_url) == 1


def at_once(function: Any, count: int) -> list[Any]:
    """Return what as many threads got, or what they met."""
    barrier = threading.Barrier(count)

    def called(_: int) -> Any:
        barrier.wait(LIMIT)
        try:
            return function(1)
        except LookupError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(called, range(count)))


@pytest.mark.parametrize("stampede", ["global", "local"])
@pytest.mark.parametrize("shared", [True, False])
def test_who_fails_is_told_and_the_next_one_tries(
    redis_url: str, shared: bool, stampede: Literal["global", "local"]
) -> None:
    calls: list[int] = []

    @lru_cache(redis=redis_url if shared else None, stampede=stampede)
    def function(x: int) -> str:
        calls.append(x)
        time.sleep(0.05)
        if len(calls) < 3:
            raise LookupError
        return "third time lucky"

    answers = at_once(function, 6)

    assert len(calls) == 3
    assert sorted(map(str, answers)) == ["", "", *["third time lucky"] * 4]


def test_without_single_flight_everyone_computes(redis_url: str) -> None:
    together = threading.Barrier(4)

    @lru_cache(redis=redis_url, stampede=None)
    def function(x: int) -> int:
        together.wait(LIMIT)
        return x

    assert at_once(function, 4) == [1] * 4


def test_a_function_that_calls_itself_is_as_deep_as_with_functools(redis_url: str) -> None:
    @lru_cache(redis=redis_url)
    def fibonacci(n: int) -> int:
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    @lru_cache(redis=redis_url)
    def bottomless(n: int) -> int:
        return bottomless(n)

    assert fibonacci(20) == 6765
    assert fibonacci.cache_info()[:2] == (18, 21)
    with pytest.raises(RecursionError):
        bottomless(1)


def test_two_that_wait_for_each_other_go_on(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pomichnyk.cache.calls.PATIENCE", 0.2)
    both = threading.Barrier(2)

    @lru_cache(redis=redis_url)
    def function(x: int, depth: int = 0) -> int:
        if len(visits) < 2:
            visits.append(x)
            both.wait(LIMIT)
            return function(1 - x) + 1
        return 0

    visits: list[int] = []
    with ThreadPoolExecutor(2) as pool:
        assert all(isinstance(one, int) for one in pool.map(function, [0, 1]))


def test_who_is_cancelled_leaves_it_to_the_others(redis_url: str) -> None:
    calls: list[int] = []
    begun = asyncio.Event()

    @lru_cache(redis=redis_url)
    async def function(x: int) -> int:
        calls.append(x)
        begun.set()
        await asyncio.sleep(0.2)
        return x

    async def cancelled_and_others() -> list[int]:
        first = asyncio.create_task(function(1))
        await begun.wait()
        others = [asyncio.create_task(function(1)) for _ in range(3)]
        await asyncio.sleep(0.05)
        first.cancel()
        others[0].cancel()
        return await asyncio.gather(*others[1:])

    assert asyncio.run(cancelled_and_others()) == [1, 1]
    assert calls == [1, 1]


def test_a_lost_server_leaves_single_flight_in_the_process(own_redis: RedisServer) -> None:
    calls: list[int] = []

    @lru_cache(redis=own_redis.url)
    def function(x: int) -> int:
        calls.append(x)
        time.sleep(0.2)
        return x

    own_redis.kill()

    assert at_once(function, 8) == [1] * 8
    assert len(calls) == 1
