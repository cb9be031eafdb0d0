"""Charts: bars and lines as SVG of the page itself, placed here and drawn by templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pomichnyk.gradebook.fields import HIGHEST
from pomichnyk.gradebook.statistics import STEP

WIDTH, HEIGHT = 640, 240
"""What the places below are in: the picture is scaled to the page."""
LEFT, BOTTOM, TOP = 40, 40, 20
COLOURS = 6
"""How many colours lines have, after which they repeat; the style sheet names them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: what it counts, how many there are, and where it stands."""

    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what it is of, its colour's number, and its points as places and words."""

    label: str
    colour: int
    points: Sequence[tuple[float, float, str]]

    @property
    def path(self) -> str:
        """The points as SVG has them."""
        return " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in self.points)


def bars(counts: Sequence[int]) -> list[Bar]:
    """Return a bar for each ten values, as high as there are grades."""
    step = (WIDTH - LEFT) / len(counts)
    high = HEIGHT - BOTTOM - TOP
    most = max(1, *counts)
    ends = [*range(STEP - 1, HIGHEST - STEP, STEP), HIGHEST]
    return [
        Bar(
            f"{STEP * place}–{end}",
            count,
            LEFT + place * step + step * 0.1,
            TOP + high * (1 - count / most),
            step * 0.8,
            high * count / most,
        )
        for place, (count, end) in enumerate(zip(counts, ends, strict=True))
    ]


def lines(courses: Mapping[str, Sequence[tuple[date, int]]]) -> list[Line]:
    """Return a line for each subject through its grades by day."""
    days = [day.toordinal() for points in courses.values() for day, _ in points]
    if not days:
        return []
    first, long = min(days), max(1, max(days) - min(days))
    high = HEIGHT - BOTTOM - TOP
    return [
        Line(
            subject,
            place % COLOURS,
            [
                (
                    LEFT + (WIDTH - LEFT - 10) * (day.toordinal() - first) / long,
                    TOP + high * (1 - value / HIGHEST),
                    f"{subject}, {day}: {value}",
                )
                for day, value in points
            ],
        )
        for place, (subject, points) in enumerate(courses.items())
    ]
