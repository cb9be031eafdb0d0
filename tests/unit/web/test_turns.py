"""Pages take turns; one that takes long does not hold up the others."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from threading import Event, Lock, Timer, active_count, get_ident
from time import sleep
from typing import Any

import pytest

from pomichnyk.web import turns as module
from pomichnyk.web.turns import Turns

PATIENCE = 30


@pytest.fixture
def turns() -> Iterator[Turns]:
    made = Turns(4)
    yield made
    made.close()


async def together(*asked: Coroutine[Any, Any, object]) -> list[object]:
    return await asyncio.gather(*asked)


def test_quick_ones_run_one_after_another(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONG", PATIENCE)
    alone = Lock()

    def quick(number: int) -> int:
        assert alone.acquire(blocking=False)
        sleep(0.001)
        alone.release()
        return number

    assert asyncio.run(together(*(turns.run(quick, one) for one in range(50)))) == [*range(50)]


def test_a_long_one_does_not_hold_up_the_next(turns: Turns) -> None:
    end = Event()

    async def ask() -> None:
        long = asyncio.ensure_future(turns.run(end.wait, PATIENCE))
        await asyncio.sleep(0)
        assert await turns.run(str, 1) == "1"
        assert not long.done()
        end.set()
        assert await long

    asyncio.run(ask())


def test_a_failure_is_told_and_passes_the_turn_on(turns: Turns) -> None:
    async def ask() -> None:
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await turns.run(divmod, 1, 0)

    asyncio.run(ask())


def test_who_gives_up_passes_the_turn_on(turns: Turns) -> None:
    end = Event()

    async def ask() -> None:
        asked = [asyncio.ensure_future(turns.run(end.wait, PATIENCE))]
        asked += [asyncio.ensure_future(turns.run(bool, one)) for one in range(5)]
        await asyncio.sleep(0)
        for one in asked[:4]:
            one.cancel()
        assert await asyncio.gather(*asked[4:]) == [True, True]

    asyncio.run(ask())
    end.set()


def test_the_thread_that_was_the_last_to_work_is_the_next(turns: Turns) -> None:
    async def ask() -> None:
        end = Event()
        long = asyncio.ensure_future(turns.run(_waiting, end))
        await asyncio.sleep(0)
        others = [await turns.run(get_ident) for _ in range(5)]
        end.set()
        last = await long
        assert len({*others}) == 1
        assert last not in others
        assert await turns.run(get_ident) == last

    asyncio.run(ask())


def test_no_more_threads_work_than_there_may_be(turns: Turns) -> None:
    async def ask() -> None:
        end = Event()
        asked = [asyncio.ensure_future(turns.run(_waiting, end)) for _ in range(6)]
        await asyncio.sleep(8 * module.LONG)
        assert active_count() - before <= 4
        end.set()
        assert len({*await asyncio.gather(*asked)}) == 4

    before = active_count()
    asyncio.run(ask())


def test_closing_waits_for_what_runs_though_its_loop_has_ended(turns: Turns) -> None:
    end, ended = Event(), Event()

    def work() -> None:
        end.wait(PATIENCE)
        ended.set()

    async def give_up() -> None:
        asyncio.ensure_future(turns.run(work)).cancel()
        asked = asyncio.ensure_future(turns.run(work))
        await asyncio.sleep(0)
        asked.cancel()

    asyncio.run(give_up())
    Timer(0.05, end.set).start()
    turns.close()

    assert ended.is_set()


def _waiting(end: Event) -> int:
    end.wait(PATIENCE)
    return get_ident()
