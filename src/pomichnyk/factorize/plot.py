"""Draws how long each way to the divisors takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pomichnyk.plots import save

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GIVEN_UP, DONE = "#c8c8c8", "#2f6fb0"


class Bar(NamedTuple):
    """What a way took: its seconds as a length and in words, and whether it came to an end."""

    label: str
    seconds: float
    said: str
    done: bool


def draw(path: Path, bars: Sequence[Bar], title: str) -> None:
    """Write a drawing of bars.

    Raises:
        PomichnykError: the file cannot be written.
    """
    save(_figure(bars, title), path)


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
