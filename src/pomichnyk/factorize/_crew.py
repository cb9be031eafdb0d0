"""Worker processes of our own, each with a pipe to itself, so that none can stall another.

They are started by "spawn", alike on every system and safe beside threads. The pool of the
standard library has one pipe for all results: a worker killed amid a write would hang it.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from time import monotonic
from typing import Any, TypeVar

from pomichnyk.errors import PomichnykError, UnavailableError
from pomichnyk.factorize.errors import WorkerLostError
from pomichnyk.text import Text

Answer = TypeVar("Answer")
Job = Callable[[], Answer]


def shared_out(
    jobs: Sequence[Job[Answer]], workers: int, deadline: float | None
) -> Iterator[Answer]:
    """Yield the answers to jobs, in their order, from processes that end with the iterator.

    Raises:
        PomichnykError: what a job raised.
        TimeoutError: they are not all there by the deadline, a moment of ``monotonic``.
        UnavailableError: a worker cannot be started.
        WorkerLostError: a worker was killed.
    """
    early: dict[int, bytes] = {}
    with ExitStack() as crew:
        pipes = [crew.enter_context(_worker()) for _ in range(min(workers, len(jobs)))]
        arriving = _answers(jobs, pipes, deadline)
        for place in range(len(jobs)):
            while place not in early:
                early.update([next(arriving)])
            yield _opened(early.pop(place))


def _answers(
    jobs: Iterable[Job[Any]], pipes: Iterable[Connection], deadline: float | None
) -> Iterator[tuple[int, bytes]]:
    """Yield the place of each job with its answer, still pickled, as they come."""
    todo = iter(enumerate(jobs))
    busy: dict[Connection, int] = {}

    def give(pipe: Connection) -> None:
        for place, job in islice(todo, 1):
            pipe.send(job)
            busy[pipe] = place

    try:
        for pipe in pipes:
            give(pipe)
        while busy:
            for pipe in _ready(busy, deadline):
                place, answer = busy.pop(pipe), pipe.recv_bytes()
                give(pipe)
                yield place, answer
    except (EOFError, ConnectionError):
        raise WorkerLostError from None


def _ready(busy: Iterable[Connection], deadline: float | None) -> list[Any]:
    left = None if deadline is None else max(0.0, deadline - monotonic())
    if ready := wait([*busy], left):
        return ready
    raise TimeoutError


def _opened(data: bytes) -> Any:
    answer = ForkingPickler.loads(data)
    if isinstance(answer, PomichnykError):
        raise answer
    return answer


@contextmanager
def _worker() -> Iterator[Connection]:
    """Give the pipe to a new worker, which is gone at the end: at once, if anything is raised."""
    context = get_context("spawn")
    try:
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with theirs, _interrupts_held():
            process.start()
    except OSError as error:
        raise UnavailableError(
            Text("no worker process can be started: {reason}", reason=error.strerror or error)
        ) from error
    try:
        yield ours
    except BaseException:
        process.kill()
        raise
    finally:
        ours.close()
        process.join()
        process.close()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Let no Ctrl-C reach a process that is started meanwhile: its parent will stop it."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing.resource_tracker import ensure_running

    ensure_running()  # a start would do it, and let the interrupts go amid
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection) -> None:
    """Answer jobs until the other end of the pipe is closed.

    Our end is left to close with the process: a parent that saw it closed would kill us before
    an unforeseen error is told.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _follow_parent()
    with suppress(EOFError, ConnectionError):
        while True:
            pipe.send(_answer(pipe.recv()))


def _answer(job: Job[Answer]) -> Answer | PomichnykError:
    try:
        return job()
    except PomichnykError as error:
        return error


def _follow_parent() -> None:
    """Have the kernel end this process with its parent, even amid a long call into C.

    The sentinel of the parent is a pipe that the kernel closes when the parent dies; it then
    sends SIGIO, which ends a process that does not handle it.
    """
    if sys.platform != "linux":
        return
    import fcntl
    import os

    parent = parent_process()
    assert parent
    flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
    if not parent.is_alive():
        os.kill(os.getpid(), signal.SIGIO)
