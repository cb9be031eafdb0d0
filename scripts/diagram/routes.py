"""Ways for the arrows of a picture: right-angled, around its boxes, with few bends and crossings.

Each way is the cheapest on a grid, by A* (Hart, Nilsson and Raphael, 1968).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

GRID = 10
BEND, CROSS, SHARE, CLOSE = 6, 4, 25, 1  # costs, in steps of the grid
ROOM = 3  # around all the boxes, in steps
Point = tuple[int, int]
Side = tuple[Point, Point]
"""A point of the grid outside a box, and the way from the box to it."""
SIDES: Sequence[Point] = ((0, 1), (0, -1), (1, 0), (-1, 0))


@dataclass(slots=True)
class Box:
    """A rectangle on the grid, in pixels."""

    width: int
    height: int
    x: int = 0
    y: int = 0

    def middle(self) -> Point:
        """Return its middle, in pixels."""
        return self.x + self.width // 2, self.y + self.height // 2

    def points(self) -> Iterator[Point]:
        """Yield the points of the grid that it covers, its edges too, in steps."""
        for x in range(self.x // GRID, (self.x + self.width) // GRID + 1):
            for y in range(self.y // GRID, (self.y + self.height) // GRID + 1):
                yield x, y

    def doors(self) -> Iterator[Side]:
        """Yield where an arrow may leave: the points one step outside, save at corners."""
        left, top = self.x // GRID, self.y // GRID
        right, bottom = left + self.width // GRID, top + self.height // GRID
        for x in range(left + 1, right):
            yield (x, top - 1), (0, -1)
            yield (x, bottom + 1), (0, 1)
        for y in range(top + 1, bottom):
            yield (left - 1, y), (-1, 0)
            yield (right + 1, y), (1, 0)


class Router:
    """Finds ways between boxes, one after the other; each makes its points dear to the next."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._walls = {point for box in boxes for point in box.points()}
        self._close = {(x + dx, y + dy) for x, y in self._walls for dx, dy in SIDES} - self._walls
        self._used: dict[Point, Point] = {}
        self._ends = [
            (min(line) - ROOM, max(line) + ROOM) for line in zip(*self._walls, strict=True)
        ]

    def occupy(self, corners: Sequence[Point]) -> None:
        """Note a line that is drawn already, from corner to corner, in pixels."""
        for (x, y), (a, b) in pairwise(corners):
            way = (int(x != a), int(y != b))
            for point in Box(abs(x - a), abs(y - b), min(x, a), min(y, b)).points():
                self._used[point] = way

    def way(self, source: Box, target: Box) -> list[Point]:
        """Return the corners of the cheapest way from edge to edge, in pixels.

        Raises:
            ValueError: the boxes leave none.
        """
        goals = {(point, (-dx, -dy)) for point, (dx, dy) in target.doors()}
        came: dict[Side, Side | None] = {}
        queue: list[tuple[int, int, Side, Side | None]] = []
        for side in source.doors():
            if side[0] not in self._walls:
                heappush(queue, (self._left(side[0], target), self._price(*side), side, None))
        while queue:
            _, spent, side, before = heappop(queue)
            if side in came:
                continue
            came[side] = before
            if side in goals:
                return self._walked(side, came)
            for after in self._onward(side):
                cost = spent + 1 + self._price(*after) + BEND * (after[1] != side[1])
                heappush(queue, (cost + self._left(after[0], target), cost, after, side))
        raise ValueError("no way between the boxes")

    def _onward(self, side: Side) -> Iterator[Side]:
        (x, y), (dx, dy) = side
        for way in ((dx, dy), (dy, dx), (-dy, -dx)):
            point = x + way[0], y + way[1]
            if point not in self._walls and self._inside(point):
                yield point, way

    def _inside(self, point: Point) -> bool:
        return all(low <= at <= high for at, (low, high) in zip(point, self._ends, strict=True))

    def _price(self, point: Point, way: Point) -> int:
        used = self._used.get(point)
        price = CLOSE * (point in self._close)
        if used is None:
            return price
        return price + (CROSS if used[0] * way[0] + used[1] * way[1] == 0 else SHARE)

    @staticmethod
    def _left(point: Point, target: Box) -> int:
        x, y = point[0] * GRID, point[1] * GRID
        across = max(target.x - x, 0, x - target.x - target.width)
        down = max(target.y - y, 0, y - target.y - target.height)
        return (across + down) // GRID

    def _walked(self, last: Side, came: dict[Side, Side | None]) -> list[Point]:
        sides: list[Side] = []
        step: Side | None = last
        while step is not None:
            sides.append(step)
            step = came[step]
        sides.reverse()
        for point, way in sides:
            self._used[point] = way
        (x, y), (dx, dy) = sides[0]
        (end_x, end_y), (end_dx, end_dy) = sides[-1]
        points = [
            (x - dx, y - dy),
            *(point for point, _ in sides),
            (end_x + end_dx, end_y + end_dy),
        ]
        return [(x * GRID, y * GRID) for x, y in _corners(points)]


def _corners(points: Sequence[Point]) -> Iterator[Point]:
    """Yield the first and the last point, and those between where the way turns."""
    yield points[0]
    for (a, b), point, (c, d) in zip(points, points[1:], points[2:], strict=False):
        if a != c and b != d:
            yield point
    yield points[-1]
