"""Copying from one storage to the next: SQLite, PostgreSQL, MongoDB, and back to SQLite.

python benchmarks/copying.py [10000]

Each leg is the command ``storage copy`` as a process of its own: it stores what is there in the
next storage, then reads both anew and compares the digests of all records. Told are records a
second by the clock and of the processors (the program's and both servers' together), and the most
memory that the program took. Servers are those of ``storages.py``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from people import people
from storages import KINDS, Bare, BareSqlite

from pomichnyk.domain.contact import Entry
from pomichnyk.storage import open_storage

PAUSE = 0.02
"""Seconds between two looks at how much memory the program takes."""


def main() -> None:
    """Fill a SQLite file, and copy it from storage to storage."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("size", nargs="?", type=int, default=10_000)
    size = parser.parse_args().size
    with ExitStack() as stack:
        opened: list[Bare] = []
        for kind in (*KINDS, BareSqlite):
            folder = Path(stack.enter_context(TemporaryDirectory(prefix=f"{kind.name}-")))
            folder.chmod(0o755)  # a server may run as somebody else
            opened.append(stack.enter_context(kind.served(folder)))
        with open_storage(opened[0].url) as storage:
            storage.contacts.put(map(Entry, people(size)))
        for source, target in pairwise(opened):
            leg(source, target, size)


def leg(source: Bare, target: Bare, size: int) -> None:
    """Copy from one storage to another; print how quickly, and in how much memory."""
    start, servers = perf_counter(), source.clock() + target.clock()
    command = [sys.executable, "-m", "pomichnyk", "storage", "copy", source.url, target.url]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    most = 0
    while not (ended := os.wait4(program.pid, os.WNOHANG))[0]:
        most = memory(program.pid) or most
        sleep(PAUSE)
    _, status, used = ended
    assert status == 0
    took, worked = perf_counter() - start, used.ru_utime + used.ru_stime
    worked += source.clock() + target.clock() - servers
    print(
        f"{source.name} to {target.name}: {size:,} in {took:.1f} s: {size / took:,.0f} a second, "
        f"{size / worked:,.0f} of the processors; {most:.0f} MB at most",
        flush=True,
    )


def memory(process: int) -> float:
    """Return the most MB that a process has taken yet; nothing if it has ended.

    What the system tells of one that ended (ru_maxrss) counts its parent's too, and this program's
    is larger where there are more people.
    """
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0


if __name__ == "__main__":
    main()
