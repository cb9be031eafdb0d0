"""The cache by TLS: values, changes told, stores and tasks, and a server that is not believed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import pomichnyk.cache
from pomichnyk.cache import lru_cache
from pomichnyk.messenger.identity import Identity
from redis_proxy import Proxy
from redis_server import LIMIT, RedisServer
from waiting import until

BOUND = 50
LARGE = "ї" * 10**6


@pytest.fixture
def url(redis_url: str, shared_redis: RedisServer, tmp_path: Path) -> Iterator[str]:
    """Return the address of an empty server that is reached by TLS alone."""
    with Proxy(shared_redis.port, Identity(tmp_path)) as proxy:
        yield f"{proxy.url}&socket_timeout={LIMIT}"
        pomichnyk.cache.close()


def seen(cached: Callable[[int], int], value: int) -> bool:
    """Return whether a cache has a value."""
    return cached(0) == value


@pytest.mark.parametrize("mode", [{}, {"near": False}, {"strict": True}])
def test_values_are_kept_and_the_oldest_go(url: str, mode: dict[str, Any]) -> None:
    cached = lru_cache(BOUND, redis=url, **mode)(lambda x: [x, LARGE[:x]])

    for x in range(4 * BOUND):
        assert cached(x) == [x, LARGE[:x]]
    assert cached(3 * BOUND) == [3 * BOUND, LARGE[: 3 * BOUND]]
    stats = cached.cache_stats()
    assert (stats.computed, stats.evicted, stats.errors) == (4 * BOUND, 3 * BOUND, 0)
    assert cached.cache_info().currsize == BOUND


def test_what_is_long_comes_whole(url: str) -> None:
    cached = lru_cache(redis=url, near=False)(lambda x: LARGE * x)

    assert [cached(2) == LARGE * 2 for _ in range(3)] == [True] * 3
    assert cached.cache_stats().computed == 1


def test_changes_by_others_are_told(url: str, redis_url: str) -> None:
    value = 1
    names: dict[str, Any] = {"namespace": "tls", "version": "1"}
    cached = lru_cache(redis=url, **names)(lambda _: value)
    other = lru_cache(redis=redis_url, **names)(lambda _: value)
    until(lambda: cached(0) and cached.cache_stats().near_hits)

    for turn in range(20):
        value = turn
        assert other.cache_refresh(0) == turn
        until(partial(seen, cached, turn))


def test_tasks_share_a_connection(url: str, shared_redis: RedisServer) -> None:
    calls = []

    @lru_cache(redis=url, near=False)
    async def later(x: int) -> int:
        calls.append(x)
        return x

    async def at_once() -> list[int]:
        first = await asyncio.gather(*map(later, range(BOUND)))
        assert shared_redis.command("CLIENT LIST").count(b"id=") <= 3
        return first + await asyncio.gather(*map(later, range(BOUND)))

    assert asyncio.run(at_once()) == [*range(BOUND)] * 2
    assert sorted(calls) == [*range(BOUND)]


def test_who_is_not_believed_is_not_asked(url: str, tmp_path: Path) -> None:
    other = Identity(tmp_path / "another")
    cached = lru_cache(redis=url.replace(str(tmp_path), str(other.path.parent)))(lambda x: x)

    assert [cached(1), cached(1), cached(2)] == [1, 1, 2]
    assert cached.cache_stats().remote_hits == 0
    assert cached.cache_stats().errors
