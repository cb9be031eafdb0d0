"""The divisors of many numbers on every core, or wherever an executor carries them."""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from time import monotonic
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar

from pomichnyk.factorize import divisors as making
from pomichnyk.factorize.divisors import LIMIT, divisors, natural
from pomichnyk.factorize.errors import NoWorkersError, TimeIsUpError, WorkerLostError

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

Answer = TypeVar("Answer")

CUTOFF = 0.5
"""Seconds of work, by estimate, that repay the start of worker processes."""
FEW, LARGEST_WORD = 1_000, 2**64 - 1
"""So many numbers of a word are below the cutoff by either engine: no estimate is needed."""
CHUNK = 256
"""Numbers that travel together at most."""
SHARES = 8
"""Chunks that each worker gets at least, if there are numbers enough: none is idle for long."""
MARSHAL = 4
"""The form in which numbers travel: made and read sooner than a pickle, alike on Pythons 3.4 on,
and no obstacle to executors that write out what they are given, as Dask does."""


def factorize_parallel(
    *numbers: SupportsIndex,
    workers: int | None = None,
    executor: Executor | None = None,
    timeout: float | None = None,
    limit: int = LIMIT,
) -> list[list[int]]:
    """Return what ``factorize`` returns, worked out by several processes.

    Work that is done before a process has started is done at once, without one.

    Args:
        numbers: whole numbers from 1 on.
        workers: how many processes; as many as there are cores for us, if nothing is said.
        executor: does the work instead of processes of our own; it is left open. Say how many
            workers it has, unless they are as many as the cores here.
        timeout: seconds after which the work is given up, and our own processes are killed.
        limit: how many divisors a number may have.

    Raises:
        TypeError, ValueError: as for ``factorize``; no work has begun if a number is not valid.
        TimeIsUpError: it was not done in time. It is a TimeoutError too.
        WorkerLostError: a process was killed. A script must keep its own start under
            ``if __name__ == "__main__":``, since the processes import it.
    """
    return [*each(numbers, workers, executor, timeout, limit)]


def each(
    numbers: Sequence[SupportsIndex],
    workers: int | None = None,
    executor: Executor | None = None,
    timeout: float | None = None,
    limit: int = LIMIT,
) -> Iterator[list[int]]:
    """Return an iterator of what ``factorize_parallel`` returns, each list when it is ready."""
    wanted = [natural(number) for number in numbers]
    if workers is not None and workers < 1:
        raise NoWorkersError(workers)
    if executor is None and timeout is None and is_small(wanted):
        return iter([divisors(number, limit) for number in wanted])
    workers = workers or cores()
    size = min(CHUNK, max(1, len(wanted) // (workers * SHARES)))
    jobs = [
        partial(_worked, marshal.dumps(wanted[start : start + size], MARSHAL), limit)
        for start in range(0, len(wanted), size)
    ]
    return chain.from_iterable(map(_unpacked, answers(jobs, workers, executor, timeout)))


def is_small(numbers: Sequence[int]) -> bool:
    """Tell whether numbers are worked out, by estimate, before processes would be of use."""
    if len(numbers) <= FEW and max(numbers, default=1) <= LARGEST_WORD:
        return True
    seconds = making.engine.seconds
    return sum(seconds(number.bit_length()) for number in numbers) < CUTOFF


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def answers(
    jobs: Sequence[Callable[[], Answer]],
    workers: int = 1,
    executor: Executor | None = None,
    timeout: float | None = None,
) -> Iterator[Answer]:
    """Yield the answers to jobs, in their order, from an executor or processes of our own.

    Raises:
        TimeIsUpError: they are not all there in so many seconds.
        WorkerLostError: a process was killed.
    """
    deadline = None if timeout is None else monotonic() + timeout
    try:
        if executor is not None:
            yield from _executed(executor, jobs, deadline)
        else:
            from pomichnyk.factorize._crew import shared_out

            yield from shared_out(jobs, workers, deadline)
    except TimeoutError:
        if timeout is None:  # an executor's own
            raise
        raise TimeIsUpError(timeout) from None


def _executed(
    executor: Executor, jobs: Sequence[Callable[[], Answer]], deadline: float | None
) -> Iterator[Answer]:
    from concurrent.futures import BrokenExecutor

    futures: list[Future[Answer]] = []
    try:
        futures += (executor.submit(job) for job in jobs)
        for future in futures:
            yield future.result(None if deadline is None else deadline - monotonic())
    except BrokenExecutor as broken:
        raise WorkerLostError from broken
    finally:
        for future in futures:
            future.cancel()


def _worked(data: bytes, limit: int) -> bytes:
    return marshal.dumps([divisors(number, limit) for number in _unpacked(data)], MARSHAL)


def _unpacked(data: bytes) -> Any:
    return marshal.loads(data)  # noqa: S302  # from our own processes, never from outside
