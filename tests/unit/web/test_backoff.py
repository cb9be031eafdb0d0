"""Guessing gets slower, for one address and for all together, and nobody is locked out for long."""

from __future__ import annotations

from pomichnyk.web import backoff
from pomichnyk.web.backoff import Backoff


class Clock:
    """A clock that is moved by hand."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_each_failure_doubles_the_wait_up_to_a_limit() -> None:
    clock = Clock()
    guarded = Backoff(clock)
    waits = []
    for _ in range(16):
        waits.append(round(guarded.tried("a")))
        clock.now += guarded.tried("a") if waits[-1] else 0
        if waits[-1]:
            assert guarded.tried("a") == 0

    assert waits[:3] == [0, 0, 0]
    assert waits[3:9] == [1, 2, 4, 8, 16, 32]
    assert max(waits) == backoff.LONGEST


def test_a_try_counts_before_it_is_known_to_fail() -> None:
    guarded = Backoff(Clock())

    tried = [guarded.tried("a") for _ in range(10)]

    assert tried.count(0.0) == backoff.FREE


def test_success_forgives() -> None:
    guarded = Backoff(Clock())
    for _ in range(backoff.FREE):
        guarded.tried("a")
    assert guarded.tried("a") > 0

    guarded.succeeded("a")

    assert guarded.tried("a") == 0


def test_time_forgives() -> None:
    clock = Clock()
    guarded = Backoff(clock)
    for _ in range(backoff.FREE):
        guarded.tried("a")

    clock.now += backoff.FORGOTTEN + 1

    assert guarded.tried("a") == 0


def test_many_addresses_together_wait_a_little() -> None:
    clock = Clock()
    guarded = Backoff(clock)

    tried = [guarded.tried(f"address {number}") for number in range(100)]

    assert tried.count(0.0) == backoff.FREE_FOR_ALL
    assert max(tried) <= backoff.LONGEST_FOR_ALL
    clock.now += backoff.LONGEST_FOR_ALL
    assert guarded.tried("somebody") == 0


def test_only_so_many_addresses_are_remembered() -> None:
    clock = Clock()
    guarded = Backoff(clock)
    for number in range(backoff.ADDRESSES + 10):
        clock.now += backoff.LONGEST_FOR_ALL
        guarded.tried(str(number))

    assert len(guarded._failures) == backoff.ADDRESSES
