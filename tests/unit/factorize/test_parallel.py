"""The parallel door: when it starts processes, how many, and what it says when they fail."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import active_children, get_context
from os import _exit
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from pomichnyk.errors import PomichnykError
from pomichnyk.factorize import factorize, factorize_parallel, parallel
from pomichnyk.factorize.errors import NoWorkersError, TimeIsUpError, WorkerLostError
from pomichnyk.factorize.parallel import answers, each, is_small

HARD = (
    1485891639164405787669185650728052045660620276733404369435862497042857636971
    * 1293068693379226332851678731444485255532363852218113094802587720072456802433
)
"""Nobody waits for its factors."""


def _program(text: str, *, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(text)], check=False, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    return done


def test_small_work_starts_no_process() -> None:
    done = _program("""
        import sys
        from pomichnyk.factorize import factorize_parallel
        print(factorize_parallel(128, 255, 99999, 10651060, workers=2)[0])
        print("pomichnyk.factorize._crew" in sys.modules)
    """)

    assert done.stdout == "[1, 2, 4, 8, 16, 32, 64, 128]\nFalse\n"


def test_work_is_small_by_its_estimate() -> None:
    assert is_small([])
    assert is_small([2**64 - 1] * 100)
    assert is_small([*range(1, 2_000), 2**65])
    assert not is_small([2**64 - 1] * 100_000)
    assert not is_small([1, HARD])


def test_each_list_is_there_before_the_last_number_is_done() -> None:
    lists = each([6, HARD], workers=2)

    assert next(lists) == [1, 2, 3, 6]
    del lists
    assert not active_children()


def test_no_process_outlives_the_work() -> None:
    assert factorize_parallel(6, 28, workers=2, timeout=60) == factorize(6, 28)
    assert not active_children()


class Recorder(ThreadPoolExecutor):
    """An executor that remembers what it was given."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.futures: list[Future[Any]] = []

    def submit(self, *args: Any, **options: Any) -> Future[Any]:
        self.futures.append(super().submit(*args, **options))
        return self.futures[-1]


def test_work_is_cut_so_that_every_worker_has_its_share() -> None:
    with Recorder(2) as few, Recorder(2) as many:
        factorize_parallel(*range(1, 33), executor=few, workers=2)
        factorize_parallel(*range(1, 5_121), executor=many, workers=1)

    assert len(few.futures) == 16
    assert len(many.futures) == 20


def test_there_are_as_many_workers_as_cores_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    assert parallel.cores() == len(os.sched_getaffinity(0))

    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)

    assert parallel.cores() == 1


@pytest.mark.parametrize("workers", [0, -1])
def test_there_must_be_a_worker(workers: int) -> None:
    with pytest.raises(NoWorkersError) as refused:
        factorize_parallel(6, workers=workers)

    assert isinstance(refused.value, ValueError)


def test_time_is_up_in_processes_of_our_own() -> None:
    with pytest.raises(TimeoutError, match=r"not done within 0\.5 s") as late:
        factorize_parallel(HARD, timeout=0.5)

    assert isinstance(late.value, TimeIsUpError)
    assert not active_children()


def test_time_is_up_in_an_executor_whose_other_jobs_are_cancelled() -> None:
    done = Event()
    with Recorder(1) as executor:
        executor.submit(done.wait)
        with pytest.raises(TimeIsUpError):
            factorize_parallel(6, 28, executor=executor, workers=2, timeout=0.01)
        cancelled = [future.cancelled() for future in executor.futures]
        done.set()

    assert cancelled == [False, True, True]


def test_a_time_limit_of_the_executor_itself_is_passed_on() -> None:
    with ThreadPoolExecutor(1) as executor, pytest.raises(TimeoutError) as late:
        [*answers([_raise_timeout], executor=executor)]

    assert not isinstance(late.value, PomichnykError)


def _raise_timeout() -> None:
    raise TimeoutError


@pytest.mark.parametrize("own", [True, False])
def test_a_worker_that_dies_is_reported(*, own: bool) -> None:
    executor: Executor | None = None
    if not own:
        executor = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    with pytest.raises(WorkerLostError):
        [*answers([_Die()], executor=executor)]
    if executor:
        executor.shutdown()


class _Die:
    """A job that ends its process; known by its pickle alone, as a test has no module."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _exit, (1,)

    def __call__(self) -> None:
        raise NotImplementedError


def test_a_bug_in_a_job_is_not_taken_for_an_answer(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WorkerLostError):
        [*answers([bytearray(b"").pop])]

    assert "IndexError" in capfd.readouterr().err


def test_a_process_that_cannot_be_started_is_reported() -> None:
    done = _program("""
        import resource
        from pomichnyk.errors import UnavailableError
        from pomichnyk.factorize import _crew, factorize_parallel
        usual = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (4, usual[1]))
        try:
            factorize_parallel(6, timeout=60)
        except UnavailableError as error:
            print(error)
        resource.setrlimit(resource.RLIMIT_NOFILE, usual)
    """)

    assert done.stdout == "no worker process can be started: Too many open files\n"


def test_a_script_that_starts_workers_as_it_is_imported_is_told(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pomichnyk.factorize import factorize_parallel\nfactorize_parallel(6, timeout=60)\n"
    )
    done = subprocess.run([sys.executable, script], check=False, capture_output=True, text=True)

    assert done.returncode == 1
    assert "if __name__ == '__main__':" in done.stderr
    assert "WorkerLostError" in done.stderr


@pytest.mark.parametrize("error", [TimeIsUpError(1.5), WorkerLostError(), NoWorkersError(0)])
def test_errors_pass_between_processes(error: PomichnykError) -> None:
    again = pickle.loads(pickle.dumps(error))

    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
