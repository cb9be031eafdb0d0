"""What is near is never older than what was written before: races, and links that break."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

import pomichnyk.cache
from pomichnyk.cache import lru_cache
from pomichnyk.cache.options import Stampede
from redis_proxy import Proxy
from redis_server import LIMIT, RedisServer
from waiting import until


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    pomichnyk.cache.close()


class Source:
    """What functions return, as it is now; caches of one namespace act as those of processes."""

    def __init__(self) -> None:
        self.value = "old"

    def cached(self, url: str, **options: Any) -> Any:
        """Return another cache of the same values."""
        own = {"namespace": "source", "version": "1", **options}
        return lru_cache(redis=url, **own)(lambda _: self.value)


def near(cached: Any, argument: int) -> None:
    """Bring a value near."""
    cached(argument)
    until(lambda: cached.cache_stats().linked)
    before = cached.cache_stats().near_hits
    until(lambda: cached(argument) and cached.cache_stats().near_hits > before)


def test_after_ones_own_write_nothing_older_is_read(redis_url: str) -> None:
    source = Source()
    cached = source.cached(redis_url)
    near(cached, 1)

    for turn in range(300):
        source.value = f"value {turn}"
        assert cached.cache_refresh(1) == source.value
        assert [cached(1) for _ in range(3)] == [source.value] * 3
        if turn % 3 == 0:
            near(cached, 1)
    source.value = "after discarding"
    assert cached.cache_discard(1)
    assert cached(1) == source.value
    source.value = "after clearing"
    cached.cache_clear()
    assert cached(1) == source.value


def test_after_anothers_write_the_new_is_read_soon_and_the_old_never_again(redis_url: str) -> None:
    source = Source()
    reader, writer = source.cached(redis_url), source.cached(redis_url)
    source.value = "000"
    near(reader, 1)

    for turn in range(1, 100):
        source.value = f"{turn:03}"
        writer.cache_refresh(1)
        read = [reader(1)]
        end = time.monotonic() + LIMIT
        while read[-1] != source.value:
            read.append(reader(1))
            assert time.monotonic() < end
        assert read == sorted(read)


def test_a_value_that_changed_while_it_was_fetched_is_not_kept(
    redis_url: str, shared_redis: RedisServer
) -> None:
    source = Source()
    fetched: list[str] = []
    with Proxy(shared_redis.port) as proxy:
        reader = source.cached(proxy.url + f"?socket_timeout={LIMIT}")
        writer = source.cached(redis_url)
        near(reader, 2)
        near(writer, 2)
        assert [reader(1), reader(1)] == ["old", "old"]  # computed, and found where it was sought
        proxy.holding = b"\r\nGET\r\n"
        fetching = threading.Thread(target=lambda: fetched.append(reader(1)))
        fetching.start()
        assert proxy.held.wait(LIMIT)
        proxy.holding = None  # others pass

        source.value = "new"
        writer.cache_refresh(1)
        near(writer, 1)
        writer.cache_refresh(2)
        until(lambda: reader.cache_peek(2) == "new")  # the reader has heard of both changes
        proxy.release()
        fetching.join()

        assert fetched == ["old"]
        assert reader(1) == "new"
        pomichnyk.cache.close()


@pytest.mark.parametrize("stampede", ["global", "local", None])
def test_what_is_computed_while_it_is_discarded_is_not_kept(
    redis_url: str, stampede: Stampede
) -> None:
    begun, go = threading.Event(), threading.Event()
    answers = ["old", "new", "newer"]

    @lru_cache(redis=redis_url, stampede=stampede)
    def function() -> str:
        answer = answers.pop(0)
        if answer == "old":
            begun.set()
            assert go.wait(LIMIT)
        return answer

    slow: list[str] = []
    computing = threading.Thread(target=lambda: slow.append(function()))
    computing.start()
    assert begun.wait(LIMIT)
    function.cache_clear()
    assert function() == "new"
    go.set()
    computing.join()

    assert slow == ["old"]
    assert function() == "new"


@pytest.mark.parametrize("redis_command", ["CLIENT KILL TYPE normal", "FLUSHALL", "SCRIPT FLUSH"])
def test_a_link_that_breaks_takes_what_is_near_with_it(
    redis_url: str, shared_redis: RedisServer, redis_command: str
) -> None:
    source = Source()
    reader, writer = source.cached(redis_url), source.cached(redis_url)
    near(reader, 1)
    shared_redis.command(redis_command)
    source.value = "new"
    writer.cache_refresh(1)

    until(lambda: reader(1) == "new")
    near(reader, 1)
    assert reader(1) == "new"


def test_a_link_that_is_cut_in_silence_is_given_up(own_redis: RedisServer) -> None:
    source = Source()
    with Proxy(own_redis.port) as proxy:
        reader = source.cached(proxy.url)
        near(reader, 1)
        proxy.silence()
        source.value = "new"
        source.cached(own_redis.url).cache_refresh(1)

        until(lambda: not reader.cache_stats().linked)
        assert reader(1) == "new"
        pomichnyk.cache.close()
