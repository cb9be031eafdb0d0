"""Stores whose reply nobody waits for: whatever becomes of them, no claim is left and nothing old.

Leases are long here, so that who waits for a claim that nobody uses any more waits too long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Event
from typing import Any

import pytest
import redis

import pomichnyk.cache
from pomichnyk.cache import CacheUnavailableError, lru_cache
from redis_server import LIMIT, RedisServer
from waiting import until

HOUR = 3_600_000


@pytest.fixture(autouse=True)
def _long_leases(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("pomichnyk.cache.claims._LEASE", HOUR)
    yield
    pomichnyk.cache.close()


@contextmanager
def another(url: str, function: Callable[[int], int] = lambda x: -x) -> Iterator[Any]:
    """Return the cache as another program has it, over connections of its own."""
    with closing(redis.Redis.from_url(url)) as client:
        yield lru_cache(redis=client, namespace="s", version="1", near=False)(function)


def soon(cached: Callable[[int], int], x: int) -> int:
    """Return what is answered to another thread, which must not wait for ever."""
    answer: Future[int] = Future()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: answer.set_result(cached(x)))
        try:
            return answer.result(LIMIT)
        finally:
            pomichnyk.cache.close()  # ends the waiting too, if it went wrong


def ready(cached: Any) -> None:
    """Have the scripts known, and the link stand."""
    until(lambda: cached(0) == 0 and cached.cache_stats().remote_hits)


@pytest.fixture(params=[{}, {"near": False}], ids=["near", "remote"])
def mode(request: pytest.FixtureRequest) -> dict[str, Any]:
    options: dict[str, Any] = request.param
    return options


@pytest.mark.parametrize("fails", [False, True])
def test_a_claim_is_given_back_if_the_server_was_lost_meanwhile(
    own_redis: RedisServer, mode: dict[str, Any], fails: bool
) -> None:
    begun, go = Event(), Event()

    @lru_cache(redis=own_redis.url, namespace="s", version="1", **mode)
    def function(x: int) -> int:
        begun.set()
        assert x == 0 or go.wait(LIMIT)
        if x and fails:
            raise ValueError(x)
        return x

    other = lru_cache(redis=own_redis.url, near=False, version="1")(lambda x: x)
    ready(function)
    begun.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(function, 1)
        assert begun.wait(LIMIT)
        own_redis.freeze()
        assert other(1) == 1
        assert other.cache_stats().errors
        go.set()
        assert isinstance(first.exception(LIMIT), ValueError if fails else type(None))
    own_redis.thaw()

    with another(own_redis.url) as theirs:
        assert soon(theirs, 1) == -1


def test_a_store_whose_script_was_forgotten_gives_its_claim_back(
    own_redis: RedisServer, mode: dict[str, Any]
) -> None:
    def function(x: int) -> int:
        if x == 1:
            own_redis.command("SCRIPT FLUSH")
        return x

    cached = lru_cache(redis=own_redis.url, namespace="s", version="1", **mode)(function)
    ready(cached)

    assert cached(1) == 1
    with another(own_redis.url) as theirs:
        assert soon(theirs, 1) in {1, -1}
    assert [cached(2), cached(2)] == [2, 2]


def test_a_store_that_is_not_answered_leaves_nothing_waiting(
    own_redis: RedisServer, mode: dict[str, Any]
) -> None:
    def function(x: int) -> int:
        if x == 1:
            own_redis.freeze()
        return x

    cached = lru_cache(redis=own_redis.url, namespace="s", version="1", **mode)(function)
    ready(cached)

    assert [cached(1), cached(2), cached(0)] == [1, 2, 0]
    assert cached.cache_stats().errors
    own_redis.thaw()
    with another(own_redis.url) as theirs:
        assert soon(theirs, 1) in {1, -1}


def test_near_values_are_used_again_after_a_store_that_nobody_follows(
    own_redis: RedisServer,
) -> None:
    cached = lru_cache(redis=own_redis.patient_url, namespace="s", version="1")(lambda x: x)
    ready(cached)

    def near() -> bool:
        before = cached.cache_stats()
        assert cached(0) == 0
        after = cached.cache_stats()
        return after.near_hits > before.near_hits and after.remote_hits == before.remote_hits

    until(near)
    for x in range(1, 50):
        assert cached(x) == x
        assert near()


def test_who_wants_errors_has_that_of_a_store_at_once(own_redis: RedisServer) -> None:
    def function(x: int) -> int:
        if x == 1:
            own_redis.kill()
        return x

    url = own_redis.patient_url
    cached = lru_cache(redis=url, namespace="s", version="1", on_error="raise")(function)
    ready(cached)

    with pytest.raises(CacheUnavailableError):
        cached(1)
