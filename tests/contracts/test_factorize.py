"""What factorize promises, by every engine, through every door and executor."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from math import prod
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pomichnyk.errors import InvalidValueError
from pomichnyk.factorize import _flint, _rho, divisors, factorize, factorize_parallel

Factorize = Callable[..., list[list[int]]]

SPEC = {
    128: [1, 2, 4, 8, 16, 32, 64, 128],
    255: [1, 3, 5, 15, 17, 51, 85, 255],
    99999: [1, 3, 9, 41, 123, 271, 369, 813, 2439, 11111, 33333, 99999],
    10651060: [
        *(1, 2, 4, 5, 7, 10, 14, 20, 28, 35, 70, 140, 76079, 152158, 304316, 380395, 532553),
        *(760790, 1065106, 1521580, 2130212, 2662765, 5325530, 10651060),
    ],
}
ENGINES: dict[str, Any] = {"flint": _flint, "python": _rho}
ENGINE_NAME = "__import__('pomichnyk.factorize.divisors', fromlist=['_']).engine.__name__"


@contextmanager
def _dask() -> Iterator[Executor]:
    distributed: Any = pytest.importorskip("distributed", reason="pip install distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as executor,
    ):
        yield executor


def _pool(method: str) -> Callable[[], ProcessPoolExecutor]:
    return lambda: ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method))


EXECUTORS: dict[str, Callable[[], Any]] = {
    "threads": partial(ThreadPoolExecutor, 2),
    "dask": _dask,
}
EXECUTORS |= {
    method: _pool(method) for method in multiprocessing.get_all_start_methods() if method != "fork"
}


@contextmanager
def _engine(name: str, folder: Path) -> Iterator[None]:
    """Work by an engine, here and in every process started meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        if name == "python":
            (folder / "flint.py").write_text("raise ImportError('not installed')")
            patch.setattr(sys, "path", [str(folder), *sys.path])
        patch.setattr(divisors, "engine", ENGINES[name])
        yield


@pytest.fixture(params=ENGINES, scope="module")
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with _engine(request.param, tmp_path_factory.mktemp("engine")):
        yield request.param


@pytest.fixture(params=["sync", "parallel", "workers", *EXECUTORS], scope="module")
def door(request: pytest.FixtureRequest, engine: str) -> Iterator[Factorize]:
    match request.param:
        case "sync":
            yield factorize
        case "parallel":
            yield factorize_parallel
        case "workers":
            yield partial(factorize_parallel, workers=2, timeout=600)
        case name:
            with ExitStack() as stack:
                executor = stack.enter_context(EXECUTORS[name]())
                used = executor.submit(eval, ENGINE_NAME).result()
                assert used == ENGINES[engine].__name__
                yield partial(factorize_parallel, workers=2, executor=executor)


@pytest.fixture(scope="module")
def sieve() -> list[list[int]]:
    """The divisors of every number to 100,000, found without a division."""
    lists: list[list[int]] = [[] for _ in range(100_001)]
    for divisor in range(1, len(lists)):
        for multiple in range(divisor, len(lists), divisor):
            lists[multiple].append(divisor)
    return lists[1:]


def test_the_four_lists_are_as_asked(door: Factorize) -> None:
    assert door(*SPEC) == [*SPEC.values()]


def test_nothing_has_no_divisors(door: Factorize) -> None:
    assert door() == []


def test_small_numbers_agree_with_a_sieve(door: Factorize, sieve: list[list[int]]) -> None:
    assert door(*range(1, 3_001)) == sieve[:3_000]


def test_the_order_of_numbers_is_kept(door: Factorize) -> None:
    numbers = [Random(7).randrange(1, 10**6) for _ in range(500)]

    assert [found[-1] for found in door(*numbers)] == numbers


@pytest.mark.parametrize("bits", [40, 64, 72])
def test_long_numbers_get_each_divisor_once_in_order(door: Factorize, bits: int) -> None:
    numbers = [Random(bits).getrandbits(bits) | 1 << (bits - 1) for _ in range(5)]

    for number, found in zip(numbers, door(*numbers), strict=True):
        assert (found[0], found[-1]) == (1, number)
        assert found == sorted(set(found))
        assert not any(number % divisor for divisor in found)
        assert len(found) == prod(power + 1 for power in divisors.primes(number).values())


def test_thousands_of_digits_are_no_obstacle(door: Factorize) -> None:
    (found,) = door(2**16_000)

    assert found == [2**power for power in range(16_001)]


@pytest.mark.parametrize("number", [True, 2.0, "2", None, b"2"])
def test_what_is_no_whole_number_is_a_type_error(door: Factorize, number: object) -> None:
    with pytest.raises(TypeError):
        door(1, number)


@pytest.mark.parametrize("number", [0, -6, -(10**5_000)], ids=["zero", "negative", "long"])
def test_what_is_not_positive_is_a_value_error_that_names_it(door: Factorize, number: int) -> None:
    with pytest.raises(ValueError, match=f"number: {'-' if number < 0 else '0'}") as refused:
        door(1, number)

    assert isinstance(refused.value, InvalidValueError)


def test_a_list_over_the_limit_is_refused_by_name(door: Factorize) -> None:
    with pytest.raises(ValueError, match=r"number: 360 .* at most 23 divisors; it has 24"):
        door(6, 360, limit=23)
    assert len(door(360, limit=24)[0]) == 24


def test_a_number_too_hard_is_refused_by_name(door: Factorize) -> None:
    hard = 6 * (2**266 - 3) * (2**336 - 3)

    with pytest.raises(
        ValueError, match=r"number: \d{20}… \(182 digits\) .* \d{20}… \(182 digits\)"
    ):
        door(4, hard)


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_every_number_to_100_000_agrees_with_a_sieve(engine: str, sieve: list[list[int]]) -> None:
    assert factorize(*range(1, 100_001)) == sieve


def test_as_many_numbers_as_one_likes_agree_through_processes(sieve: list[list[int]]) -> None:
    assert factorize_parallel(*range(1, 100_001), workers=2, timeout=600) == sieve
