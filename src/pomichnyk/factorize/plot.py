"""Draws how long each way to the divisors takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pomichnyk.errors import DriverMissingError, InvalidValueError
from pomichnyk.files import replacing, told
from pomichnyk.text import Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".svg", ".png")
GIVEN_UP, DONE = "#c8c8c8", "#2f6fb0"


def check(path: Path) -> None:
    """See whether a drawing can be made at all, before anything is measured for it.

    Raises:
        InvalidValueError: the file's name ends neither in .svg nor in .png.
        DriverMissingError: matplotlib is not installed.
    """
    if path.suffix.lower() not in FORMATS:
        raise InvalidValueError(Text("plot"), str(path), Text("a file ending in .svg or .png"))
    try:
        import matplotlib.backends.backend_agg  # noqa: F401  # the drawing needs this one
    except ImportError as missing:
        raise DriverMissingError("matplotlib", "plot") from missing


def draw(path: Path, bars: Sequence[tuple[str, float, bool]], title: str, axis: str) -> None:
    """Write a drawing of bars: each a label, seconds, and whether the work was done by then.

    Raises:
        PomichnykError: the file cannot be written.
    """
    figure = _figure(bars, title, axis)
    with told(path), replacing(path) as file:
        figure.savefig(file, format=path.suffix.lower().removeprefix("."))


def _figure(bars: Sequence[tuple[str, float, bool]], title: str, axis: str) -> Figure:
    from matplotlib.figure import Figure

    labels, seconds, done = zip(*reversed(bars), strict=True)
    figure = Figure(figsize=(8, 3), layout="constrained")
    axes = figure.add_subplot()
    drawn = axes.barh(labels, seconds, color=[DONE if one else GIVEN_UP for one in done])
    axes.bar_label(
        drawn,
        [
            f"{value:.3g}" if one else f"> {value:.3g}"
            for value, one in zip(seconds, done, strict=True)
        ],
        padding=3,
    )
    axes.set(title=title, xlabel=axis, xscale="log")
    axes.margins(x=0.2)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
