"""Freezing processes: a signal to stop is sent at once, and obeyed a moment later."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from waiting import until


def freeze(*processes: int) -> None:
    """Stop processes; return when not one of their threads runs any more."""
    for process in processes:
        with suppress(ProcessLookupError):  # some end by themselves
            os.kill(process, signal.SIGSTOP)
    until(lambda: all(map(_stands, processes)))


def _stands(process: int) -> bool:
    """Return whether all threads of a process are stopped, or gone."""
    states = []
    for one in Path(f"/proc/{process}/task").glob("*/stat"):
        with suppress(OSError):
            states.append(one.read_text().rpartition(")")[2].split()[0])
    return {*states} <= {*"tTXZ"}
