"""A server that is down, frozen, restarted or flushed: callers get what the function returns."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

import pomichnyk.cache
from pomichnyk.cache import CacheUnavailableError, lru_cache
from redis_server import LIMIT, RedisServer
from waiting import until


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    pomichnyk.cache.close()


class Counted:
    """A function that counts its calls."""

    def __init__(self, url: str, **options: Any) -> None:
        self.calls: list[int] = []
        self.cached = lru_cache(redis=url, **options)(self.function)

    def function(self, x: int) -> int:
        """Return the argument."""
        self.calls.append(x)
        return x

    def shared(self) -> bool:
        """Return whether values are kept again; look at another each time."""
        x = len(self.calls) + 1000
        return [self.cached(x), self.cached(x), self.calls.count(x)] == [x, x, 1]


def linked(counted: Counted) -> None:
    until(lambda: counted.shared() and counted.cached.cache_stats().linked)


@pytest.mark.parametrize("mode", [{}, {"near": False}, {"strict": True}])
def test_down_from_the_start_then_there(own_redis: RedisServer, mode: dict[str, Any]) -> None:
    own_redis.kill()
    counted = Counted(own_redis.url, namespace="c", version="1", **mode)

    assert [counted.cached(x) for x in [1, 1, 2]] == [1, 1, 2]
    assert counted.calls == [1, 1, 2]
    own_redis.start()
    until(counted.shared)


@pytest.mark.parametrize("blow", ["kill", "freeze", "restart", "FLUSHALL", "CLIENT PAUSE 300"])
def test_lost_in_the_middle_then_back(own_redis: RedisServer, blow: str) -> None:
    counted = Counted(own_redis.url, namespace="c", version="1")
    linked(counted)
    if blow.isupper() or " " in blow:
        own_redis.command(blow)
    else:
        getattr(own_redis, blow)()

    begin = time.monotonic()
    assert [counted.cached(x) for x in range(100, 300)] == list(range(100, 300))
    assert time.monotonic() - begin < 5
    {"kill": own_redis.start, "freeze": own_redis.thaw}.get(blow, time.monotonic)()
    linked(counted)


def test_coroutines_are_answered_too(own_redis: RedisServer) -> None:
    @lru_cache(redis=own_redis.url)
    async def function(x: int) -> int:
        return x

    async def through() -> None:
        assert await asyncio.gather(*map(function, range(50))) == list(range(50))
        own_redis.kill()
        assert await asyncio.gather(*map(function, range(50, 90))) == list(range(50, 90))
        own_redis.start()
        own_redis.freeze()
        assert await asyncio.gather(*map(function, range(90, 130))) == list(range(90, 130))
        own_redis.thaw()

    asyncio.run(through())
    asyncio.run(through_again(function))


async def through_again(function: Any) -> None:
    """Use the cache in another loop, when the server is back."""
    end = time.monotonic() + LIMIT
    x = 1000
    while function.cache_stats().remote_hits == 0:
        x += 1
        assert [await function(x), await function(x)] == [x, x]
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def test_coroutines_keep_a_connection_that_was_made_anew(
    redis_url: str, shared_redis: RedisServer
) -> None:
    @lru_cache(redis=redis_url, near=False)
    async def function(x: int) -> int:
        return x

    async def through() -> None:
        for _ in range(2):
            await asyncio.gather(*map(function, range(10)))
            await asyncio.to_thread(shared_redis.command, "CLIENT KILL TYPE normal")
        await asyncio.gather(*map(function, range(10)))
        errors = function.cache_stats().errors
        for _ in range(20):
            await asyncio.gather(*map(function, range(10)))
            await asyncio.sleep(0.005)
        assert function.cache_stats().errors == errors

    asyncio.run(through())


def test_a_caller_may_want_the_error(own_redis: RedisServer) -> None:
    counted = Counted(own_redis.url, on_error="raise")
    assert counted.cached(1) == 1
    own_redis.kill()

    with pytest.raises(CacheUnavailableError, match="the cache server does not answer"):
        counted.cached(2)


def test_a_caller_may_want_the_last_value_known(own_redis: RedisServer) -> None:
    values = ["old", "new"]

    @lru_cache(redis=own_redis.url, on_error="stale")
    def function(x: int) -> str:
        return values.pop(0)

    assert function(1) == "old"
    until(lambda: function(1) == "old" and function.cache_stats().near_hits > 5)
    own_redis.kill()
    until(lambda: not function.cache_stats().linked)

    assert function(1) == "old"
    assert function(2) == "new"


def test_what_cannot_be_dropped_everywhere_is_told(own_redis: RedisServer) -> None:
    counted = Counted(own_redis.url)
    assert counted.cached(1) == 1
    own_redis.kill()

    with pytest.raises(CacheUnavailableError):
        counted.cached.cache_discard(1)
    with pytest.raises(CacheUnavailableError):
        counted.cached.cache_clear()
    assert counted.cached.cache_info().maxsize == 128


FORKED = """
import os, sys, time
from pomichnyk.cache import close, lru_cache

url, calls = sys.argv[1], []

@lru_cache(1000, redis=url, namespace="forked", version="1")
def function(x):
    calls.append(x)
    return x

def linked():
    end = time.monotonic() + 20
    while not function.cache_stats().linked:
        assert time.monotonic() < end
        time.sleep(0.005)

def near():
    end, before = time.monotonic() + 20, function.cache_stats().near_hits
    while function.cache_stats().near_hits == before:
        assert function(7) == 7 and time.monotonic() < end

def used(begin):
    for x in range(begin, begin + 50):
        assert [function(x), function(x), function(x)] == [x, x, x]
    assert function(0) == 0

function(0)
linked()
used(100)
children = []
for number in range(4):
    function(-1 - number)  # of which the reply is not heard before
    child = os.fork()
    if child == 0:
        try:
            assert not function.cache_stats().linked
            assert function(0) == 0
            linked()
            near()
            used(1000 * (number + 1))
            assert 0 not in calls[1:]
            close()
            os._exit(0)
        except BaseException as error:
            print(number, repr(error), flush=True)
            os._exit(1)
    children.append(child)
    used(200 + 100 * number)
assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
assert function.cache_stats().linked
assert calls.count(0) == 1
close()
print("fine")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is forked there")
def test_processes_that_are_forked_have_links_of_their_own(redis_url: str) -> None:
    line = [sys.executable, "-X", "dev", "-c", FORKED, redis_url]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)

    assert (done.stdout, done.returncode) == ("fine\n", 0), done.stderr


LEAVING = """
import asyncio, os, sys, threading
from pomichnyk.cache import close, lru_cache

url, way = sys.argv[1:]

def sockets():
    paths = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")]
    return sum(os.path.islink(one) and "socket:" in os.readlink(one) for one in paths)

@lru_cache(redis=url, clear_on_exit=way == "clear")
def function(x):
    return x

@lru_cache(redis=url)
async def later(x):
    return x

async def many():
    return await asyncio.gather(*(later(x) for x in range(20)))

before = sockets()
for _ in range(2):
    assert [function(x) for x in range(20)] == list(range(20))
    assert asyncio.run(many()) == list(range(20))
    if way == "close":
        close()
        assert threading.enumerate() == [threading.main_thread()]
        assert sockets() == before
"""


@pytest.mark.parametrize("way", ["close", "leave", "clear"])
def test_nothing_is_left_behind(redis_url: str, shared_redis: RedisServer, way: str) -> None:
    line = [sys.executable, "-W", "error", "-c", LEAVING, redis_url, way]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
    keys = shared_redis.command("KEYS *").decode(errors="replace")
    tags = {one.partition("}")[0] for one in keys.splitlines() if one.startswith("{")}
    assert tags == {"{pomichnyk:__main__.function", "{pomichnyk:__main__.later"}
    assert ("function}v:" in keys) is (way != "clear")
    assert shared_redis.command("CLIENT LIST").count(b"id=") == 1
