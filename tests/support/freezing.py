"""Freezing processes: a signal to stop is sent at once, and obeyed a moment later."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

LIMIT = 20.0
"""Seconds after which a process that goes on is given up."""


def freeze(*processes: int) -> None:
    """Stop processes; return when not one of their threads runs any more."""
    for process in processes:
        with suppress(ProcessLookupError):  # some end by themselves
            os.kill(process, signal.SIGSTOP)
    end = time.monotonic() + LIMIT
    while not all(map(_stands, processes)):
        assert time.monotonic() < end, "a process does not stop"
        time.sleep(0.001)


def _stands(process: int) -> bool:
    """Return whether all threads of a process are stopped, or gone."""
    states = []
    for one in Path(f"/proc/{process}/task").glob("*/stat"):
        with suppress(OSError):
            states.append(one.read_text().rpartition(")")[2].split()[0])
    return {*states} <= {*"tTXZ"}
