"""What only one engine has: the seam to async paths, a loop of the caller's; and the crew."""

from __future__ import annotations

import asyncio
import errno
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pomichnyk.errors import InvalidValueError, NotFoundError
from pomichnyk.tidy import Engine, Failure, _mover, _moving, _paths, _sorter, tidy, undo
from pomichnyk.tidy._crew import MOST, USUAL, Crew
from pomichnyk.tidy._described import DescribedFolder
from pomichnyk.tidy.asyncio import tidy as tidy_in_loop


@pytest.fixture
def junk(tmp_path: Path) -> Path:
    for number in range(30):
        (tmp_path / "junk" / str(number % 5)).mkdir(parents=True, exist_ok=True)
        (tmp_path / "junk" / str(number % 5) / f"{number}.txt").write_text(str(number))
    return tmp_path / "junk"


def test_engines_are_these() -> None:
    assert Engine.names() == ["asyncio", "threads"]


def test_caller_s_loop_stays_free_and_hears_of_each_step(junk: Path) -> None:
    heard: list[int] = []

    async def main() -> int:
        other = asyncio.create_task(asyncio.sleep(0, "ran"))
        report = await tidy_in_loop(junk, moved=heard.append, by="category")
        assert await other == "ran"
        return report.moved

    assert asyncio.run(main()) == sum(heard) == 30
    assert (junk / "documents/7.txt").read_text() == "7"


def test_caller_s_loop_is_told_of_a_missing_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotFoundError):
        asyncio.run(tidy_in_loop(tmp_path / "nothing"))
    with pytest.raises(InvalidValueError):
        asyncio.run(tidy_in_loop(tmp_path / "file"))


@pytest.mark.parametrize("engine", Engine.names())
def test_interrupted_run_stops_and_can_be_undone(
    junk: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sorter, "STRETCH", 0.0)
    monkeypatch.setattr(_sorter, "HELD", 1)

    def track(items: Any, doing: object, total: int | None = None) -> Any:
        for number, item in enumerate(items):
            if number == 5:
                raise KeyboardInterrupt
            yield item

    with pytest.raises(KeyboardInterrupt):
        tidy(junk, engine, track=track, workers=2)
    left = [path for path in junk.rglob("*.txt") if path.parent.name != "txt"]

    assert 0 < len(left) < 30
    assert undo(junk).restored == 30 - len(left)
    assert len([path for path in junk.rglob("*.txt") if path.parent.name != "txt"]) == 30


def test_cancelled_task_stops_the_run(junk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sorter, "STRETCH", 0.0)
    monkeypatch.setattr(_sorter, "HELD", 1)

    async def main() -> None:
        task = asyncio.create_task(tidy_in_loop(junk, workers=1, moved=lambda _: task.cancel()))
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    left = [path for path in junk.rglob("*.txt") if path.parent.name != "txt"]

    assert left
    assert undo(junk).missing == []


@pytest.mark.parametrize("broken", [ImportError, TypeError])
def test_library_that_cannot_be_imported_is_passed_over(
    broken: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    import anyio

    imported = import_module

    def importing(name: str) -> Any:
        if name == "aiopath":
            raise broken
        return imported(name)

    monkeypatch.setattr(_paths, "import_module", importing)

    assert _paths.async_path() is anyio.Path


def test_no_library_at_all_is_told(junk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("aiopath", "anyio"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError, match="async path"):
        _paths.async_path()


@pytest.mark.parametrize("workers", [0, -1, MOST + 1])
def test_crew_has_a_size(workers: int) -> None:
    with pytest.raises(InvalidValueError, match="workers"):
        Crew(workers)


def shared(crew: Crew, moved: int, tasks: int, running: int = 0) -> list[int]:
    return [len(one) for one in crew.share(moved, [("", ())] * tasks, running)]


def test_workers_that_were_asked_for_share_all_tasks() -> None:
    assert shared(Crew(3), 9999, 10) == [4, 3, 3]
    assert shared(Crew(3), 9999, 2) == [1, 1]
    assert shared(Crew(3), 9999, 10, running=2) == [10]
    assert shared(Crew(3), 9999, 0) == []


def test_one_worker_is_enough_until_moves_are_slow() -> None:
    crew = Crew()

    assert shared(crew, 500, 20) == [20]
    assert shared(crew, 3, 20) == [20]
    for _ in range(5):
        awake = len(shared(crew, 3, 20))
    assert awake == USUAL
    assert len(shared(crew, 9999, 20)) == USUAL


def test_destination_that_others_remove_is_made_anew(
    junk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(range(100))
    move = _moving.move

    def removed_first(source: Any, name: str, target: Any, new: str, note: Any) -> None:
        if next(times) < _mover.ATTEMPTS - 1:
            (junk / "txt").rmdir()
        move(source, name, target, new, note)

    monkeypatch.setattr(_mover, "move", removed_first)
    report = tidy(junk, workers=1)

    assert (report.moved, report.failed) == (30, [])


def test_destination_that_others_keep_removing_is_told(
    junk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed_first(*_: Any) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(_mover, "move", removed_first)
    report = tidy(junk, workers=1)

    assert "others keep removing “txt”" in {one.why for one in report.failed}
    assert report.moved + len(report.failed) == 30


def test_folder_that_cannot_be_opened_is_told(junk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = DescribedFolder.child

    def opening(self: DescribedFolder, path: str) -> DescribedFolder:
        if path == "3":
            raise PermissionError(errno.EACCES, "Permission denied")
        return child(self, path)

    monkeypatch.setattr(DescribedFolder, "child", opening)
    report = tidy(junk)

    assert report.failed == [Failure("3", "Permission denied")]
    assert report.moved == 24
