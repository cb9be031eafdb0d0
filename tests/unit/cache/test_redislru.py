"""RedisLRU: the older spelling does what ``lru_cache`` does."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import redis

from pomichnyk.cache import RedisLRU


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with closing(redis.Redis.from_url(redis_url)) as made:
        yield made


def test_bare_and_with_options(client: redis.Redis) -> None:
    cache = RedisLRU(client, default_ttl=60)
    calls = []

    @cache
    def bare(x: int) -> int:
        calls.append(x)
        return -x

    @cache(ttl=3600)
    def longer(x: int) -> int:
        return -x

    @cache(3600, typed=True)
    def by_place(x: float) -> float:
        return -x

    assert [bare(1), bare(x=1), longer(1), by_place(1), by_place(1.0)] == [-1, -1, -1, -1, -1.0]
    assert calls == [1]
    assert by_place.cache_info().misses == 2
    assert 0 < left(client, bare.cache_key(1)) <= 60
    assert 60 < left(client, longer.cache_key(1)) <= 3600
    assert 60 < left(client, by_place.cache_key(1)) <= 3600


def left(client: redis.Redis, key: str) -> float:
    """Return the seconds that a key has left."""
    return client.pttl(key) / 1000


def test_size_is_kept_and_the_least_recent_goes_first(client: redis.Redis) -> None:
    @RedisLRU(client, max_size=3)
    def function(x: int) -> int:
        return x

    for x in (0, 1, 2, 0, 3):
        function(x)

    assert function.cache_info() == (1, 4, 3, 3)
    assert [is_kept(client, function.cache_key(x)) for x in range(4)] == [True, False, True, True]


def is_kept(client: redis.Redis, key: str) -> bool:
    return bool(client.exists(key))


def test_ttl_may_be_none_and_options_are_those_of_lru_cache(client: redis.Redis) -> None:
    cache = RedisLRU(client, default_ttl=None, key_prefix="shop", serializer="pickle", secret="s")

    @cache
    def function(x: int) -> tuple[int, ...]:
        return (x,)

    assert function(1) == (1,)
    key = function.cache_key(1)
    assert key.startswith("{pomichnyk:shop:")
    assert client.pttl(key) == -1
    with pytest.raises(TypeError, match="nothing_like_it"):
        RedisLRU(client, nothing_like_it=1)(function)


def test_coroutine_functions_and_methods(client: redis.Redis) -> None:
    cache = RedisLRU(client)
    calls = []

    @cache
    async def later(x: int) -> int:
        calls.append(x)
        return x

    class Shop:
        __cache_key__ = 7

        @cache
        def price(self, x: int) -> int:
            calls.append(x)
            return x

        @classmethod
        @cache
        def name(cls, x: int) -> str:
            calls.append(x)
            return f"{cls.__name__} {x}"

    shop: Any = Shop

    async def twice() -> list[int]:
        return [await later(1), await later(1)]

    assert asyncio.run(twice()) == [1, 1]
    assert [shop().price(2), shop().price(2), shop.name(3), shop.name(3)] == [
        2,
        2,
        "Shop 3",
        "Shop 3",
    ]
    assert calls == [1, 2, 3]


def test_clear_all_cache_drops_its_own_alone(client: redis.Redis) -> None:
    mine, other = RedisLRU(client), RedisLRU(client, key_prefix="other")
    client.set("foreign", "kept")

    def function(x: int) -> int:
        return x

    ours, theirs = mine(function), other(function)
    for x in range(3):
        ours(x)
        theirs(x)
    mine.clear_all_cache()

    assert (ours.cache_info().currsize, theirs.cache_info().currsize) == (0, 3)
    assert client.get("foreign") == b"kept"


PROGRAM = """
import os, redis
from pomichnyk.cache import RedisLRU
with redis.Redis.from_url(os.environ["URL"]) as client:
    cache = RedisLRU(client, clear_on_exit=os.environ["CLEAR"] == "yes")
    @cache
    def function(x):
        print("computed", end=" ")
        return x
    print(function("olena@example.org"), function("olena@example.org"))
"""


def said(url: str, clear: str) -> str:
    environment = {**os.environ, "URL": url, "CLEAR": clear}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not done.stderr
    return done.stdout.removesuffix("\n")


def test_processes_share_values_until_one_clears_them_on_exit(redis_url: str) -> None:
    value = "olena@example.org olena@example.org"

    assert said(redis_url, "no") == f"computed {value}"
    assert said(redis_url, "yes") == value
    assert said(redis_url, "no") == f"computed {value}"
