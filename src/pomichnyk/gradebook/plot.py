"""Charts: how a group's grades are spread, and how a student comes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pomichnyk.gradebook.fields import HIGHEST
from pomichnyk.gradebook.statistics import STEP
from pomichnyk.plots import save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOUR = "#2f6fb0"


class Words(NamedTuple):
    """What a chart says, in the language of whoever sees it."""

    title: str
    across: str
    up: str


def distribution(path: Path, counts: Sequence[int], words: Words) -> None:
    """Draw a bar for each ten values, as high as there are grades.

    Raises:
        PomichnykError: the file cannot be written.
    """
    from matplotlib.ticker import MaxNLocator

    def draw(axes: Axes) -> None:
        ends = [*range(STEP - 1, HIGHEST - STEP, STEP), HIGHEST]
        labels = [f"{STEP * place}-{end}" for place, end in enumerate(ends)]
        axes.bar_label(axes.bar(labels, counts, color=COLOUR))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))

    _save(path, draw, words)


def progress(path: Path, courses: Mapping[str, Sequence[tuple[date, int]]], words: Words) -> None:
    """Draw a line for each subject through its grades by day.

    Raises:
        PomichnykError: the file cannot be written.
    """

    def draw(axes: Axes) -> None:
        for subject, points in courses.items():
            days, values = zip(*points, strict=True)
            axes.plot(days, values, marker="o", label=subject)
        axes.set_ylim(0, HIGHEST + STEP / 2)
        axes.tick_params(axis="x", rotation=30)
        if courses:
            axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)

    _save(path, draw, words)


def _save(path: Path, draw: Callable[[Axes], None], words: Words) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.set(title=words.title, xlabel=words.across, ylabel=words.up)
    axes.spines[["top", "right"]].set_visible(False)
    draw(axes)
    save(figure, path)
