"""The comparison: four ways to the same divisors, and a drawing of what they take."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pomichnyk import plots
from pomichnyk.errors import DriverMissingError, InvalidValueError, NotFoundError
from pomichnyk.factorize import comparison, factorize, plot
from pomichnyk.factorize.comparison import Way, compared, naive, square_root, timed
from pomichnyk.factorize.plot import Bar

LONG_PRIME = 1485891639164405787669185650728052045660620276733404369435862497042857636971
OTHER_LONG_PRIME = 1293068693379226332851678731444485255532363852218113094802587720072456802433
BARS = [Bar("long", 5.0, "given up", done=False), Bar("short", 1e-5, "10 µs", done=True)]


def test_all_ways_lead_to_the_same_divisors() -> None:
    numbers = [*range(1, 300), 9_409, 9_999]

    assert naive(*numbers) == square_root(*numbers) == factorize(*numbers)


def test_every_way_is_measured() -> None:
    timings = [*compared([128, 255], workers=2)]

    assert [timing.way for timing in timings] == [*Way]
    assert all(timing.done and timing.seconds > 0 for timing in timings)


def test_loops_that_would_take_years_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "PATIENCE", 0.5)
    timings = [*compared([2**64 - 59])]

    assert [timing.done for timing in timings] == [False, False, True, True]
    assert timings[0].seconds == 0.5


def test_every_way_is_given_up_at_a_number_too_hard() -> None:
    timings = [*compared([LONG_PRIME * OTHER_LONG_PRIME], timeout=0.5)]

    assert [timing.done for timing in timings] == [False] * 4


def test_short_work_is_repeated() -> None:
    runs: list[None] = []

    assert timed(lambda: runs.append(None)) > 0
    assert len(runs) > 1


@pytest.mark.parametrize(
    ("name", "beginning"), [("a.svg", b"<?xml"), ("b.png", b"\x89PNG"), ("c.PNG", b"\x89PNG")]
)
def test_a_drawing_is_written(tmp_path: Path, name: str, beginning: bytes) -> None:
    pytest.importorskip("matplotlib", reason="pip install matplotlib")
    plots.check(tmp_path / name)
    plot.draw(tmp_path / name, BARS, "Дільники")

    assert (tmp_path / name).read_bytes().startswith(beginning)


def test_other_drawings_are_refused_before_anything_is_measured() -> None:
    with pytest.raises(InvalidValueError, match=r"\.svg or \.png"):
        plots.check(Path("ways.pdf"))


def test_a_drawing_needs_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)

    with pytest.raises(DriverMissingError, match=r"pomichnyk\[plot\]"):
        plots.check(Path("ways.svg"))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="pip install matplotlib")

    with pytest.raises(NotFoundError):
        plot.draw(tmp_path / "none" / "ways.svg", BARS, "")
