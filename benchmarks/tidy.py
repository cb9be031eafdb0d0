"""Sorting a folder: against a C program that only renames, and against organize-tool.

    uv venv /tmp/peers
    uv pip install --python /tmp/peers/bin/python '.[tidy]' organize-tool==3.3.0 matplotlib
    /tmp/peers/bin/python benchmarks/tidy.py [cpu|growth|names|peer|lag|workers]... [--rounds N]

Needs a C compiler (``cc``). Works below /dev/shm, in memory; ``--below DIR`` takes another place.
Every run is a process of its own on a fresh tree, with its imports left out; what is compared is
CPU time, its own and the system's, which a busy machine disturbs less than the clock. ``workers``
takes the clock, and writes ``tidy-workers.svg``: files per second of 1 to 128 workers on a local
folder, and with 2 ms added to every move and listing, as on a network.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

HERE = Path(__file__).parent
ENDINGS = (
    *(
        "jpg",
        "jpeg",
        "png",
        "gif",
        "svg",
        "bmp",
        "webp",
        "heic",
        "mp4",
        "avi",
        "mov",
        "mkv",
        "webm",
    ),
    *(
        "mp3",
        "ogg",
        "wav",
        "flac",
        "amr",
        "m4a",
        "doc",
        "docx",
        "txt",
        "pdf",
        "xlsx",
        "pptx",
        "odt",
    ),
    *(
        "csv",
        "md",
        "epub",
        "zip",
        "gz",
        "tar",
        "7z",
        "rar",
        "py",
        "js",
        "html",
        "json",
        "xml",
        "log",
    ),
)
ENGINES = ("threads", "asyncio")
LATENCY = 0.002
RULES = """
rules:
  - locations: {source}
    subfolders: true
    filters: [extension]
    actions: [move: "{into}/{{extension.lower()}}/"]
"""


def main() -> None:
    """Measure what is named, or everything; as a child, do one run."""
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--below", type=Path, default=Path("/dev/shm"))
    args = parser.parse_args()
    place = args.below / f"tidy-benchmark-{os.getpid()}"
    place.mkdir()
    try:
        floor = place / "floor"
        subprocess.run(["cc", "-O2", HERE / "tidy_floor.c", "-o", floor], check=True)
        for part in args.parts or PARTS:
            PARTS[part](place, args.rounds)
    finally:
        shutil.rmtree(place)


def cpu(place: Path, rounds: int) -> None:
    """Compare the engines with the floor."""
    for files in (20_000, 100_000):
        compare(f"{files} files", place, rounds, ("floor", *ENGINES), partial(grow, files=files))


def growth(place: Path, rounds: int) -> None:
    """Show what a file costs among few and among many."""
    print("\nCPU of a file by their number, in microseconds (lowest of the rounds)")
    for engine in ENGINES:
        for files in (5_000, 20_000, 100_000, 400_000):
            count = max(2, rounds if files < 400_000 else rounds // 2)
            spent = [once(place, engine, partial(grow, files=files))["cpu"] for _ in range(count)]
            print(f"  {engine:<12}{files:>9}{min(spent) / files * 1e6:>9.2f}")


def names(place: Path, rounds: int) -> None:
    """Show what a file costs when all have one name."""
    print("\nCPU of a file by their number, all called image.jpg, in microseconds")
    for engine in ENGINES:
        for files in (1_000, 10_000):
            spent = [once(place, engine, partial(alike, files=files))["cpu"] for _ in range(rounds)]
            print(f"  {engine:<12}{files:>9}{median(spent) / files * 1e6:>9.2f}")


def peer(place: Path, rounds: int) -> None:
    """Compare the engines with organize-tool."""
    compare(
        "16000 files", place, min(rounds, 3), ("organize", *ENGINES), partial(grow, files=16_000)
    )


def lag(place: Path, rounds: int) -> None:
    """Show how late an event loop wakes that wants to every 2 ms."""
    print("\nlateness of an event loop in milliseconds, a run each: median, then the worst of each")
    for name in ("idle", "lag"):
        runs = [once(place, name, partial(grow, files=20_000)) for _ in range(rounds)]
        worst = " ".join(f"{run['worst']:.1f}" for run in runs)
        print(f"  {name:<12}{median(run['late'] for run in runs):.2f}   {worst}")


def workers(place: Path, rounds: int) -> None:
    """Draw how many files a second so many workers move, here and far away."""
    import matplotlib.pyplot as plt

    counts = (1, 2, 4, 8, 16, 32, 64, 128)
    figure, axes = plt.subplots(constrained_layout=True)
    for kind, files in (("local", 20_000), ("far", 5_000)):
        rates = []
        for count in counts:
            runs = [
                once(place, f"{kind} {count}", partial(grow, files=files))["wall"]
                for _ in range(min(rounds, 3))
            ]
            rates.append(files / median(runs))
            print(f"  {kind:<8}{count:>5} workers{rates[-1]:>12.0f} files per second", flush=True)
        label = "local" if kind == "local" else "2 ms added to every call"
        axes.plot(counts, rates, marker="o", label=label)
    axes.set(xscale="log", yscale="log", xlabel="workers", ylabel="files per second")
    axes.set_xticks(counts, [str(count) for count in counts])
    axes.legend()
    figure.savefig("tidy-workers.svg")


PARTS: dict[str, Callable[[Path, int], None]] = {
    "cpu": cpu,
    "growth": growth,
    "names": names,
    "peer": peer,
    "lag": lag,
    "workers": workers,
}


def compare(
    title: str, place: Path, rounds: int, who: tuple[str, ...], make: Callable[[Path], int]
) -> None:
    """Print the CPU of each contender, and its ratio to the first in the same round."""
    spent: dict[str, list[float]] = {name: [] for name in who}
    for _ in range(rounds):
        for name in who:
            spent[name].append(once(place, name, make)["cpu"])
    print(f"\n{title}: CPU (median of {rounds} rounds; ratio to “{who[0]}”, its middle half)")
    for name, seconds in spent.items():
        ratios = [one / base for one, base in zip(seconds, spent[who[0]], strict=True)]
        low, middle, high = quantiles(ratios, n=4) if rounds > 1 else ratios * 3
        spread = f"x{middle:.3g} ({low:.3g} to {high:.3g})"
        print(f"  {name:<12}{median(seconds) * 1000:>10.1f} ms  {spread}")


def once(place: Path, who: str, make: Callable[[Path], int]) -> dict[str, float]:
    """Make a tree and have one contender sort it; return what it cost."""
    source, into = place / "from", place / "into"
    for folder in (source, into):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    files = make(source)
    if who == "floor":
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([place / "floor", source, into], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        said = {"cpu": spent}
    else:
        done = subprocess.run(
            [sys.executable, __file__, "--child", who, source, into],
            check=True, stdout=subprocess.PIPE,
        )  # fmt: skip
        said = json.loads(done.stdout.splitlines()[-1])
    arrived = sum(len(found) for _, _, found in os.walk(into))
    assert arrived == files or who == "idle", (who, arrived)
    return said


def grow(root: Path, files: int) -> int:
    """Make files in folders of about 20, six levels deep at most, and return how many."""
    chance = Random(1)
    folders = [(str(root), 0)]
    while len(folders) < files // 20:
        above, level = folders[chance.randrange(len(folders))]
        if level < 6:
            folders.append((f"{above}/folder {len(folders)}", level + 1))
            Path(folders[-1][0]).mkdir()
    for number in range(files):
        name = f"{chance.choice(folders)[0]}/file_{number:06}.{chance.choice(ENDINGS)}"
        Path(name).write_bytes(b"junk" * 16)
    return files


def alike(root: Path, files: int) -> int:
    """Make files of one name, each in a folder of its own, and return how many."""
    for number in range(files):
        folder = root / str(number)
        folder.mkdir()
        (folder / "image.jpg").write_bytes(b"junk")
    return files


def child(who: str, source: str, into: str) -> None:
    """Be one contender, and print what it cost."""
    kind, _, count = who.partition(" ")
    with {"far": far_away}.get(kind, nearby)():
        run = prepared(kind, source, into, int(count or 0))
        start, began = time.process_time(), time.perf_counter()
        more = run() or {}
        print(
            json.dumps(
                {
                    "cpu": time.process_time() - start,
                    "wall": time.perf_counter() - began,
                    **more,
                }
            )
        )


def prepared(kind: str, source: str, into: str, count: int) -> Callable[[], Any]:
    """Import what a contender needs, and return its run."""
    if kind == "organize":
        return organized(source, into)
    from pomichnyk.tidy import Engine, tidy
    from pomichnyk.tidy._paths import async_path

    Engine.plugs()
    asyncio.run(once_through(async_path()))
    if kind in ("lag", "idle"):
        from pomichnyk.tidy.asyncio import tidy as tidy_in_loop

        def work() -> Any:
            return tidy_in_loop(source, into=into) if kind == "lag" else asyncio.sleep(0.3)

        return lambda: asyncio.run(lateness(work))
    engine = kind if kind in ENGINES else "threads"

    def run() -> None:
        tidy(source, engine, into=into, workers=count or None)

    return run


async def once_through(path: Callable[[str], Any]) -> None:
    """Have an async path import what it imports when it is first used."""
    await path("/").stat()


async def lateness(work: Callable[[], Any]) -> dict[str, float]:
    """Return how late a loop woke in milliseconds while it ran some work."""
    late = []
    running = asyncio.ensure_future(work())
    while not running.done():
        start = time.perf_counter()
        await asyncio.sleep(0.002)
        late.append((time.perf_counter() - start - 0.002) * 1000)
    await running
    return {"late": median(late), "worst": max(late)}


def organized(source: str, into: str) -> Callable[[], Any]:
    """Return a run of organize-tool that prints nothing."""
    from organize import Config

    class Quiet:
        def start(self, *_: object, **__: object) -> None: ...
        def end(self, *_: object, **__: object) -> None: ...
        def msg(self, *_: object, **__: object) -> None: ...

    config = Config.from_string(RULES.format(source=source, into=into))
    return lambda: config.execute(simulate=False, output=Quiet())


@contextmanager
def nearby() -> Iterator[None]:
    """Change nothing."""
    yield


@contextmanager
def far_away() -> Iterator[None]:
    """Make every move and every listing wait, as a network does."""
    from pomichnyk.tidy import _described

    rename = vars(_described)["renameat2"]
    entries = _described.DescribedFolder.entries

    def renaming(*arguments: Any) -> int:
        time.sleep(LATENCY)
        return int(rename(*arguments))

    def listing(folder: _described.DescribedFolder) -> Any:
        time.sleep(LATENCY)
        return entries(folder)

    with (
        patch.object(_described, "renameat2", renaming),
        patch.object(_described.DescribedFolder, "entries", listing),
    ):
        yield


if __name__ == "__main__":
    main()
