"""Where the classes stand on the page: floor by floor, a family's classes under their base.

No renderer that comes as a wheel lays classes out by floors, and Graphviz is a program to be
installed apart, so it is done here. Everything stands on the grid of the arrows' ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from diagram.routes import GRID, Box
from diagram.source import Class

WIDTH = 2200  # of a line of floors; the page is as wide as its widest line
GAP = 5 * GRID
LEVEL = 5 * GRID
LINE, HEAD = 15, 30
LETTER, BOLD = 6.7, 8.2  # widths of a letter, in pixels
SHELF = 3  # as many plain classes under one base are put on a shelf
CELL = 40
MARGIN, TITLE, STREET, HEADING = 3 * GRID, 5 * GRID, 6 * GRID, 8 * GRID
PAGE = (("commands",), ("services", "views"), ("storage", "formats"), ("domain",), ("foundation",))
"""The floors as they stand on the page, from the top down, those on one line side by side."""


def snapped(pixels: float) -> int:
    """Return the next even number of grid steps, in pixels, so that middles lie on the grid."""
    step = 2 * GRID
    return -(-int(pixels) // step) * step


@dataclass(slots=True)
class Tree:
    """A class, or a shelf of classes, with those that extend it below.

    Attributes:
        shown: the class of the box; on a shelf, the classes.
    """

    shown: Sequence[Class]
    box: Box
    below: list[Tree] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Of the box and all below, in pixels."""
        return max(self.box.width, sum(t.width for t in self.below) + GAP * (len(self.below) - 1))

    @property
    def height(self) -> int:
        """Of the box and all below, in pixels."""
        return self.box.height + max((LEVEL + tree.height for tree in self.below), default=0)

    def place(self, x: int, y: int) -> None:
        """Put the box over the middle of those below, all from that corner on."""
        self.box.x, self.box.y = x + (self.width - self.box.width) // 2 // GRID * GRID, y
        x += (self.width - sum(t.width for t in self.below) - GAP * (len(self.below) - 1)) // 2
        for tree in self.below:
            tree.place(x // GRID * GRID, y + self.box.height + LEVEL)
            x += tree.width + GAP

    @property
    def shelf(self) -> bool:
        """Whether it is a shelf."""
        return len(self.shown) > 1

    def heirs(self) -> Iterator[Class]:
        """Yield the classes right below."""
        for tree in self.below:
            yield from tree.shown

    def every(self) -> Iterator[Tree]:
        """Yield the tree and all below it."""
        yield self
        for tree in self.below:
            yield from tree.every()


def forest(classes: Sequence[Class]) -> list[Tree]:
    """Return the trees of the classes, each class under the first base that is among them."""
    paths = {one.path for one in classes}
    below: dict[str, list[Class]] = {}
    for one in classes:
        base = next((k.target for k in one.links if k.kind == "extends" and k.target in paths), "")
        below.setdefault(base, []).append(one)
    return [_tree(one, below) for one in below.get("", [])]


def _tree(one: Class, below: dict[str, list[Class]]) -> Tree:
    heirs = below.get(one.path, [])
    plain = [heir for heir in heirs if _is_plain(heir) and heir.path not in below]
    if len(plain) < SHELF:
        plain = []
    trees = [_tree(heir, below) for heir in heirs if heir not in plain]
    return Tree([one], _class_box(one), trees + ([_shelf(plain)] if plain else []))


def _is_plain(one: Class) -> bool:
    return not (one.attributes or one.methods or any(k.kind != "extends" for k in one.links))


def _class_box(one: Class) -> Box:
    written = max((len(str(member)) for member in (*one.attributes, *one.methods)), default=0)
    width = snapped(max(LETTER * written, BOLD * len(one.name), 80) + 24)
    rows = LINE * (len(one.attributes) + len(one.methods))
    rules = 10 * (bool(one.attributes) + bool(one.methods))
    return Box(width, snapped(HEAD + (12 if one.kind else 0) + rows + rules))


def _shelf(classes: Sequence[Class]) -> Tree:
    cell = cell_width(classes)
    columns = min(len(classes), max(SHELF, (WIDTH - 100) // (cell + GRID)))
    rows = -(-len(classes) // columns)
    columns = -(-len(classes) // rows)
    box = Box(columns * (cell + GRID) + GRID, snapped(rows * (CELL + GRID) + GRID))
    return Tree(classes, box)


def cell_width(classes: Sequence[Class]) -> int:
    """Return how wide the boxes on a shelf are, in pixels."""
    return snapped(max(max(BOLD * len(one.name), LETTER * len(one.plug)) for one in classes) + 16)


@dataclass(slots=True)
class Frame:
    """A floor and its trees, which stand side by side, in as many rows as they need."""

    floor: str
    trees: list[Tree]
    box: Box = field(default_factory=lambda: Box(0, 0))

    @property
    def title(self) -> Box:
        """Where the name of the floor is written."""
        return Box(snapped(BOLD * len(self.floor)), 2 * GRID, self.box.x + GRID, self.box.y + GRID)

    def place(self, x: int, y: int, width: int) -> None:
        """Put the floor at a corner, and its trees in it, row under row, no wider than that."""
        self.box.x, self.box.y = x, y
        left, top, deep, right = x + MARGIN, y + TITLE, 0, x
        for tree in self.trees:
            if left > x + MARGIN and left + tree.width + MARGIN > x + width:
                left, top, deep = x + MARGIN, top + deep + GAP, 0
            tree.place(left, top)
            deep, right = max(deep, tree.height), max(right, left + tree.width)
            left += tree.width + GAP
        self.box.width, self.box.height = right + MARGIN - x, top + deep + MARGIN - y


@dataclass(slots=True)
class Page:
    """The whole picture."""

    frames: list[Frame]
    width: int = 0
    height: int = 0

    def trees(self) -> Iterator[Tree]:
        """Yield every box of a class or a shelf."""
        for frame in self.frames:
            for tree in frame.trees:
                yield from tree.every()

    def boxes(self) -> dict[str, Box]:
        """Return the box of each class, by its path."""
        return {one.path: tree.box for tree in self.trees() for one in tree.shown}

    def place(self) -> None:
        """Put every floor in its line, the lines in the middle of the page."""
        lines = list(self._lines())
        for line in lines:
            for frame in line:
                frame.place(0, 0, WIDTH // len(line))
        self.width = max(_wide(line) for line in lines) + 2 * MARGIN
        top = HEADING
        for line in lines:
            left = (self.width - _wide(line)) // 2 // GRID * GRID
            for frame in line:
                frame.place(left, top, WIDTH // len(line))
                left += frame.box.width + GAP
            top += max(frame.box.height for frame in line) + STREET
        self.height = top - STREET + MARGIN

    def _lines(self) -> Iterator[list[Frame]]:
        for floors in PAGE:
            if line := [frame for frame in self.frames if frame.floor in floors]:
                yield line

    def length(self) -> int:
        """Return how long the arrows are together, as the crow flies."""
        boxes = self.boxes()
        return sum(
            abs(a - b)
            for tree in self.trees()
            for one in tree.shown
            for link in one.links
            for a, b in zip(boxes[one.path].middle(), boxes[link.target].middle(), strict=True)
        )


def _wide(line: Sequence[Frame]) -> int:
    return sum(frame.box.width for frame in line) + GAP * (len(line) - 1)


def page(classes: Sequence[Class]) -> Page:
    """Return the picture of the classes, each floor's trees in the order of shortest arrows."""
    floors = dict.fromkeys(one.floor for one in classes)
    laid = Page([Frame(f, forest([one for one in classes if one.floor == f])) for f in floors])
    laid.place()
    while _improved(laid):
        pass
    return laid


def _improved(laid: Page) -> bool:
    """Swap any two trees of a floor that bring the arrows' ends nearer; tell whether any did."""
    shortest = start = laid.length()
    for frame in laid.frames:
        for a, b in combinations(range(len(frame.trees)), 2):
            frame.trees[a], frame.trees[b] = frame.trees[b], frame.trees[a]
            laid.place()
            if laid.length() < shortest:
                shortest = laid.length()
            else:
                frame.trees[a], frame.trees[b] = frame.trees[b], frame.trees[a]
    laid.place()
    return shortest < start
