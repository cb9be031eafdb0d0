"""Draws how long each way to the divisors takes."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pomichnyk.errors import DriverMissingError, InvalidValueError
from pomichnyk.files import replacing, told
from pomichnyk.text import Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".svg", ".png")
GIVEN_UP, DONE = "#c8c8c8", "#2f6fb0"


class Bar(NamedTuple):
    """What a way took: its seconds as a length and in words, and whether it came to an end."""

    label: str
    seconds: float
    said: str
    done: bool


def check(path: Path) -> None:
    """See whether a drawing can be made at all, before anything is measured for it.

    Raises:
        InvalidValueError: the file's name ends neither in .svg nor in .png.
        DriverMissingError: matplotlib is not installed.
    """
    if path.suffix.lower() not in FORMATS:
        raise InvalidValueError(Text("plot"), str(path), Text("a file ending in .svg or .png"))
    try:
        import_module("matplotlib.figure")
    except ImportError as missing:
        raise DriverMissingError("matplotlib", "plot") from missing


def draw(path: Path, bars: Sequence[Bar], title: str) -> None:
    """Write a drawing of bars.

    Raises:
        PomichnykError: the file cannot be written.
    """
    figure = _figure(bars, title)
    with told(path), replacing(path) as file:
        figure.savefig(file, format=path.suffix.lower().removeprefix("."))


def _figure(bars: Sequence[Bar], title: str) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3), layout="constrained")
    axes = figure.add_subplot()
    drawn = axes.barh(
        [bar.label for bar in bars],
        [bar.seconds for bar in bars],
        color=[DONE if bar.done else GIVEN_UP for bar in bars],
    )
    axes.bar_label(drawn, [bar.said for bar in bars], padding=3)
    axes.set(title=title, xscale="log")
    axes.invert_yaxis()
    axes.margins(x=0.2)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
