"""Whoever writes to the server himself: what he leaves there is not served, and never run."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import redis

import pomichnyk.cache
from pomichnyk.cache import lru_cache

SECRET = "a secret that only the tests know"
WAYS: dict[str, dict[str, Any]] = {
    "unsigned": {},
    "signed": {"secret": SECRET},
    "pickled": {"secret": SECRET, "serializer": "pickle"},
    "remote": {"secret": SECRET, "near": False},
    "strict": {"secret": SECRET, "strict": True},
    "mortal": {"secret": SECRET, "ttl": 3600},
}


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with closing(redis.Redis.from_url(redis_url)) as client:
        yield client
    pomichnyk.cache.close()


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.folder,)


def forged(function: Any, client: redis.Redis, key: str, data: bytes) -> None:
    """See that a value somebody put there is computed instead, and that it is counted."""
    client.set(key, data)
    pomichnyk.cache.close()  # what is near is forgotten with the link
    before = function.cache_stats()

    assert [function(2), function(2)] == [-2, -2]

    after = function.cache_stats()
    assert after.computed == before.computed + 1
    assert after.bad_values > before.bad_values


@pytest.mark.parametrize("way", WAYS)
def test_a_value_moved_to_another_key_is_not_served(
    redis_url: str, client: redis.Redis, way: str
) -> None:
    @lru_cache(redis=redis_url, namespace="moved", **WAYS[way])
    def function(x: int) -> int:
        return -x

    assert [function(1), function(2)] == [-1, -2]
    value = client.get(function.cache_key(1))
    assert isinstance(value, bytes)

    forged(function, client, function.cache_key(2), value)


def test_a_value_moved_to_another_namespace_is_not_served(
    redis_url: str, client: redis.Redis
) -> None:
    one, other = (
        lru_cache(redis=redis_url, namespace=name, version=None, secret=SECRET)(made)
        for name, made in (("one", lambda x: x), ("other", lambda x: -x))
    )
    assert [one(2), other(2)] == [2, -2]
    value = client.get(one.cache_key(2))
    assert isinstance(value, bytes)

    forged(other, client, other.cache_key(2), value)


@pytest.mark.parametrize("way", WAYS)
def test_garbage_and_bombs_are_not_served_and_never_run(
    redis_url: str, client: redis.Redis, way: str, tmp_path: Path
) -> None:
    @lru_cache(redis=redis_url, namespace="garbage", **WAYS[way])
    def function(x: int) -> int:
        return -x

    bomb = tmp_path / "bomb"
    for data in (b"", b"garbage", pickle.dumps(Bomb(bomb))):
        forged(function, client, function.cache_key(2), data)

    assert not bomb.exists()
