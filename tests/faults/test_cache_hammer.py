"""Processes and threads hammer one cache while clients, links and the server are killed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing

import pytest
import redis

from cache_program import programs, said, tell
from redis_server import RedisServer

SIZE = 200
SECONDS = 6.0
HAMMER = """
import random, sys, threading, time
from pomichnyk.cache import close, lru_cache

url, options, size, seconds, seed = sys.argv[1], eval(sys.argv[2]), *map(int, sys.argv[3:])

@lru_cache(size, redis=url, namespace="h", version="1", **options)
def function(x):
    return ["value", x, "of", -x]

calls, wrong, errors = [], [], []

def hammer(number):
    chance = random.Random(seed * 100 + number)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        x = int(chance.paretovariate(0.6)) % 1000
        try:
            if function(x) != ["value", x, "of", -x]:
                wrong.append(x)
        except BaseException as error:
            errors.append(repr(error))
        calls.append(x)

for x in range(size):
    function(x)
print("ready", flush=True)
input()
threads = [threading.Thread(target=hammer, args=[number]) for number in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
close()
left = [one.name for one in threading.enumerate()]
print(len(calls), len(wrong), sorted({*errors}), left, function.cache_stats().linked)
"""
CHECK = """
local used = redis.call('ZRANGE', '{pomichnyk:h}z', 0, -1)
local missing = 0
for i = 1, #used do
  missing = missing + 1 - redis.call('EXISTS', '{pomichnyk:h}v:' .. used[i])
end
return {#used, missing, #redis.call('KEYS', '{pomichnyk:h}v:*')}
"""
MODES = {
    "near": {},
    "small near": {"near": 50},
    "remote": {"near": False},
    "strict": {"strict": True},
}


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_nothing_wrong_nothing_above_the_bound_and_no_error(
    own_redis: RedisServer, mode: str
) -> None:
    words = [own_redis.url, repr(MODES[mode]), str(SIZE), str(int(SECONDS)), "1"]
    with programs(HAMMER, 5, *words) as hammers:
        blows: list[Callable[[], object]] = [
            lambda: own_redis.command("SCRIPT FLUSH"),
            hammers[0].kill,
            lambda: own_redis.command("FLUSHALL"),
            lambda: own_redis.command("CLIENT KILL TYPE normal"),
            own_redis.restart,
            lambda: own_redis.command("CLIENT KILL TYPE normal"),
        ]
        for one in hammers:
            tell(one, "go")
        sampled = watched(own_redis, blows)
        reports = [said(one).split(" ", maxsplit=2) for one in hammers[1:]]

    assert [rest for _, _, rest in reports] == ["[] ['MainThread'] False"] * 4
    assert [wrong for _, wrong, _ in reports] == ["0"] * 4
    assert sum(int(calls) for calls, _, _ in reports) > 1000
    assert len(sampled) > 10
    assert {missing for _, missing, _ in sampled} == {0}
    assert all(used == values <= SIZE for used, _, values in sampled)
    assert max(used for used, _, _ in sampled) == SIZE


def watched(server: RedisServer, blows: list[Callable[[], object]]) -> list[tuple[int, int, int]]:
    """Strike blow after blow, and meanwhile look again and again what the server holds."""
    samples = []
    begin = time.monotonic()
    with closing(redis.Redis.from_url(server.patient_url)) as client:
        look = client.register_script(CHECK)
        while (passed := time.monotonic() - begin) < SECONDS:
            if blows and passed > SECONDS * (7 - len(blows)) / 8:
                blows.pop(0)()
            samples.append(tuple(look()))
            time.sleep(random.random() / 100)
    assert not blows
    return samples
