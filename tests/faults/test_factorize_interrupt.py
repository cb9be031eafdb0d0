"""Factorize stops when it is told to: no worker outlives an interrupt, a time limit, a killing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

PROC = Path("/proc")
pytestmark = pytest.mark.skipif(
    not (PROC / "self" / "stat").exists(), reason="looks for processes in Linux's /proc"
)

HARD = (
    "35116058097674778902991187464210172851698850279692121453836146667470257949095047487108927383",
    "1326190521814410169809470817417037829690457368291510236820034547435479887913401254710568619",
)
"""Products of two primes of 46 digits: FLINT would take hours, in one call into C."""
AMID = 50
"""Ticks of processor time (half a second) after which a worker is within that call."""


def _stat(process: Path) -> list[str]:
    """Fields of /proc/PID/stat from the state on; none if the process has gone."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _session(leader: int) -> dict[int, int]:
    """The processor time of each process of a session, but for its leader and for dead ones."""
    found = {}
    for process in PROC.glob("[0-9]*"):
        fields = _stat(process)
        if fields and fields[0] not in "ZX" and fields[3] == str(leader):
            found[int(process.name)] = int(fields[11]) + int(fields[12])
    found.pop(leader, None)
    return found


def _until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline
        sleep(0.05)


def _start(*options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pomichnyk", "factorize", *HARD, "--workers", "2", *options],
        env=os.environ | {"POMICHNYK_STORAGE": "memory:", "POMICHNYK_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _busy(program: subprocess.Popen[bytes]) -> list[int]:
    return [pid for pid, ticks in _session(program.pid).items() if ticks > AMID]


@pytest.fixture
def program() -> Iterator[subprocess.Popen[bytes]]:
    """The command at work: both its workers are within FLINT."""
    pytest.importorskip("flint", reason="pip install python-flint")
    with _start() as started:
        try:
            _until(lambda: len(_busy(started)) == 2)
            yield started
        finally:
            left = _session(started.pid)
            started.kill()
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _ended(program: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = program.communicate(timeout=60)
    _until(lambda: not _session(program.pid))
    return program.returncode, out.decode(), err.decode()


def test_ctrl_c_stops_every_worker(program: subprocess.Popen[bytes]) -> None:
    os.killpg(program.pid, signal.SIGINT)

    assert _ended(program) == (130, "", "")


def test_ctrl_c_while_workers_start_is_as_quiet() -> None:
    with _start() as program:
        _until(lambda: len(_session(program.pid)) > 1)
        os.killpg(program.pid, signal.SIGINT)

        assert _ended(program) == (130, "", "")


def test_an_interrupt_of_the_program_alone_stops_every_worker(
    program: subprocess.Popen[bytes],
) -> None:
    program.send_signal(signal.SIGINT)

    assert _ended(program) == (130, "", "")


def test_a_killed_worker_is_reported(program: subprocess.Popen[bytes]) -> None:
    os.kill(_busy(program)[0], signal.SIGKILL)
    code, out, err = _ended(program)

    assert (code, out) == (6, "")
    assert err.splitlines() == [
        "pomichnyk: a worker process ended before its work was done; it may have lacked memory"
    ]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_a_program_that_cannot_stop_them(
    program: subprocess.Popen[bytes], how: signal.Signals
) -> None:
    program.send_signal(how)

    assert _ended(program)[0] != 0


def test_the_time_limit_leaves_no_process() -> None:
    with _start("--timeout", "1") as program:
        ended = _ended(program)

    assert ended == (6, "", "pomichnyk: not done within 1 s\n")
