"""Taking messages: against a C server that appends them to a file and syncs it.

    python benchmarks/messenger.py [rates|crowd|silent]... [--rounds N] [--below DIR]

Needs a C compiler (``cc``) and Linux. Each server is a process of its own, driven over the loopback
by a client in C; they take turns, and all have a message on disk before they answer: C by one
``fdatasync`` for all that came at once, ours by one transaction of the real storage. Printed are
messages a second, and the server's CPU for a message, its own and the system's, which a busy
machine disturbs less; ratios are to C in the same round, above 1 where ours is better.
``crowd`` has ten thousand clients at once, ``silent`` fifty beside three thousand that say nothing.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

HERE = Path(__file__).parent
SERVERS = ("C", "ours")
GIVE_UP = 60
SERVE = """
import gc
import sys
from pomichnyk.messenger import MessageServer
from pomichnyk.storage import open_storage

with (
    open_storage("sqlite:///" + sys.argv[2]) as storage,
    MessageServer(storage.messages, port=int(sys.argv[1])) as server,
):
    print("listening", flush=True)
    gc.freeze()  # as ``message serve`` does
    server.serve()
"""


@dataclass(frozen=True)
class Run:
    """What one server did: messages a second, seconds of CPU a message, those lost, its memory."""

    rate: float
    cpu: float
    lost: int
    late: float
    memory: float


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--below", type=Path)
    args = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(dir=args.below) as folder:
        for name in ("floor", "load"):
            source, program = HERE / f"messenger_{name}.c", Path(folder, name)
            subprocess.run(["cc", "-O2", source, "-o", program], check=True)
        for part in args.parts or PARTS:
            PARTS[part](Path(folder), args.rounds)


def rates(folder: Path, rounds: int) -> None:
    """Compare at one, fifty and a thousand clients at once."""
    for total, at_once in ((300, 1), (6_000, 50), (6_000, 1_000)):
        compare(folder, rounds, total, at_once)


def crowd(folder: Path, rounds: int) -> None:
    """Compare at ten thousand clients at once."""
    compare(folder, min(rounds, 3), 10_000, 10_000)


def silent(folder: Path, rounds: int) -> None:
    """Compare each with itself, beside clients that say nothing."""
    print(
        "\n6000 messages, 50 at once, beside 3000 silent clients: ratios to the same without them"
    )
    for server in SERVERS:
        pairs = [
            (once(folder, server, 6_000, 50, 0), once(folder, server, 6_000, 50, 3_000))
            for _ in range(rounds)
        ]
        print(
            f"  {server:<6}rate {spread(b.rate / a.rate for a, b in pairs)}"
            f"  CPU {spread(b.cpu / a.cpu for a, b in pairs)}"
            f"  memory +{median(b.memory - a.memory for a, b in pairs):.0f} MB"
            f"  lost {sum(b.lost for _, b in pairs)}"
        )


PARTS: dict[str, Callable[[Path, int], None]] = {"rates": rates, "crowd": crowd, "silent": silent}


def compare(folder: Path, rounds: int, total: int, at_once: int) -> None:
    """Print what each server did, and its ratios to C in the same round."""
    runs: dict[str, list[Run]] = {server: [] for server in SERVERS}
    for _ in range(rounds):
        for server in SERVERS:
            runs[server].append(once(folder, server, total, at_once, 0))
    print(f"\n{total} messages, {at_once} at once (median of {rounds} rounds)")
    for server, those in runs.items():
        of_floor = [*zip(those, runs["C"], strict=True)]
        print(
            f"  {server:<6}{median(run.rate for run in those):>8.0f} a second"
            f"  x{spread(run.rate / floor.rate for run, floor in of_floor)}"
            f"{median(run.cpu for run in those) * 1e6:>7.0f} us of CPU each"
            f"  x{spread(floor.cpu / run.cpu for run, floor in of_floor)}"
            f"  99 % in {median(run.late for run in those):.0f} ms"
            f"  lost {sum(run.lost for run in those)}",
            flush=True,
        )


def spread(ratios: Iterator[float]) -> str:
    """Return the median of ratios and where the middle half lies."""
    known = [*ratios]
    low, middle, high = quantiles(known, n=4) if len(known) > 1 else known * 3
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def once(folder: Path, server: str, total: int, at_once: int, silent: int) -> Run:
    """Have one server take messages; return what it did."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as place,
        serving(folder, server, place) as (
            pid,
            port,
        ),
    ):
        before = cpu(pid)
        words = map(str, (port, total, at_once, silent, GIVE_UP))
        said = subprocess.run(
            [folder / "load", *words], check=True, stdout=subprocess.PIPE, text=True
        ).stdout.split()
        seconds, taken, lost, _, late = map(float, said)
        return Run(
            taken / seconds, (cpu(pid) - before) / max(taken, 1), int(lost), late, memory(pid)
        )


@contextmanager
def serving(folder: Path, server: str, place: str) -> Iterator[tuple[int, int]]:
    """Start a server; give its process id and port."""
    port = free_port()
    words = (
        [folder / "floor", str(port), f"{place}/messages.log"]
        if server == "C"
        else [sys.executable, "-c", SERVE, str(port), f"{place}/messages.db"]
    )
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield process.pid, port
        finally:
            process.send_signal(signal.SIGTERM)


def free_port() -> int:
    """Return a port that nobody listens on."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has taken, its own and the system's."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Return the megabytes that a process has in memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
