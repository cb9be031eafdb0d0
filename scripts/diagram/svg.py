"""The class diagram as an SVG picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from diagram.layout import CELL, LEVEL, LINE, Page, Tree, cell_width, page
from diagram.routes import GRID, Box, Point, Router
from diagram.source import Class, Link, Member

COLOURS = {
    "commands": ("#eef2ff", "#4f46e5"),
    "services": ("#ecfdf5", "#047857"),
    "views": ("#fdf4ff", "#a21caf"),
    "storage": ("#fff7ed", "#c2410c"),
    "formats": ("#f0f9ff", "#0369a1"),
    "domain": ("#fefce8", "#a16207"),
    "foundation": ("#f8fafc", "#475569"),
}
STYLE = """
text{font:11px "DejaVu Sans Mono",Menlo,Consolas,monospace;fill:#1e293b}
.page{font:700 26px "DejaVu Sans",Verdana,sans-serif}
.floor{font:700 15px "DejaVu Sans",Verdana,sans-serif}
.name{font:700 13px "DejaVu Sans",Verdana,sans-serif;text-anchor:middle}
.small{font-size:10px;fill:#64748b;text-anchor:middle}
.count{font-size:11px;fill:#334155;paint-order:stroke;stroke:#fff;stroke-width:3px}
.arrow{fill:none;stroke-width:1.4}
"""


def svg(classes: Sequence[Class]) -> str:
    """Return the picture, the same to the byte for the same classes."""
    laid = page(classes)
    return "\n".join(_document(laid)) + "\n"


def _document(laid: Page) -> Iterator[str]:
    size = f'width="{laid.width}" height="{laid.height}"'
    view = f'viewBox="0 0 {laid.width} {laid.height}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img">'
    yield "<title>Pomichnyk: the classes of the assistant</title>"
    yield f"<style>{STYLE}</style>"
    yield f"<defs>{''.join(_markers())}</defs>"
    yield f'<rect {size} rx="12" fill="#fff"/>'
    yield '<text class="page" x="30" y="46">Pomichnyk: the classes of the assistant</text>'
    yield from _legend(laid.width)
    for frame in laid.frames:
        pale, dark = COLOURS[frame.floor]
        yield _rectangle(frame.box, pale, dark, "14", 'stroke-opacity=".25"')
        x, y = frame.title.x + 8, frame.title.y + 18
        yield f'<text class="floor" x="{x}" y="{y}" style="fill:{dark}">{frame.floor}</text>'
    yield from _arrows(laid)
    for tree in laid.trees():
        yield from _shelf(tree) if tree.shelf else _class(tree.shown[0], tree.box)
    yield "</svg>"


def _markers() -> Iterator[str]:
    shapes = {
        "extends": ("M1 1 13 7 1 13Z", 13, "#fff"),
        "owns": ("M1 7 8 3 15 7 8 11Z", 1, "context"),
        "tip": ("M4 2 12 7 4 12", 12, "none"),
    }
    for colour in sorted({dark for _, dark in COLOURS.values()}):
        for name, (path, tip, fill) in shapes.items():
            inside = colour if fill == "context" else fill
            yield (
                f'<marker id="{name}{colour[1:]}" viewBox="0 0 16 14" refX="{tip}" refY="7" '
                f'markerWidth="16" markerHeight="14" markerUnits="userSpaceOnUse" orient="auto">'
                f'<path d="{path}" fill="{inside}" stroke="{colour}" stroke-width="1.3"/></marker>'
            )


def _legend(width: int) -> Iterator[str]:
    colour = COLOURS["foundation"][1]
    words = {"extends": "is a", "owns": "has", "refers": "is given", "uses": "speaks of"}
    for place, (kind, word) in enumerate(words.items()):
        x = width - 600 + 145 * place
        yield _path([(x, 40), (x + 50, 40)], kind, colour)
        yield f'<text x="{x + 60}" y="44">{word}</text>'


def _rectangle(box: Box, fill: str, stroke: str, radius: str, more: str = "") -> str:
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" '
        f'rx="{radius}" fill="{fill}" stroke="{stroke}" {more}/>'
    )


def _class(one: Class, box: Box) -> Iterator[str]:
    dark = COLOURS[one.floor][1]
    middle, y = box.middle()[0], box.y + 20
    yield _rectangle(box, "#fff", dark, "6")
    yield f'<text class="name" x="{middle}" y="{y}" style="fill:{dark}">{one.name}</text>'
    if one.kind:
        y += 13
        yield f'<text class="small" x="{middle}" y="{y}">«{one.kind}»</text>'
    for members in filter(None, (one.attributes, one.methods)):
        yield f'<path d="M{box.x} {y + 8}h{box.width}" stroke="{dark}" stroke-opacity=".35"/>'
        y += 9
        for member in members:
            y += LINE
            yield f'<text x="{box.x + 12}" y="{y}">{_member(member)}</text>'


def _member(member: Member) -> str:
    name, written = escape(member.name), escape(str(member))
    return f'<tspan font-weight="700">{name}</tspan>{written.removeprefix(name)}'


def _shelf(tree: Tree) -> Iterator[str]:
    dark, wide = COLOURS[tree.shown[0].floor][1], cell_width(tree.shown)
    yield _rectangle(tree.box, "#fff", dark, "8", 'fill-opacity=".5" stroke-dasharray="4 3"')
    columns = tree.box.width // (wide + GRID)
    for place, one in enumerate(tree.shown):
        row, column = divmod(place, columns)
        x = tree.box.x + GRID + column * (wide + GRID)
        cell = Box(wide, CELL, x, tree.box.y + GRID + row * (CELL + GRID))
        middle, y = cell.middle()
        yield _rectangle(cell, "#fff", dark, "6")
        y += -1 if one.plug else 5
        yield f'<text class="name" x="{middle}" y="{y}" style="fill:{dark}">{one.name}</text>'
        if one.plug:
            yield f'<text class="small" x="{middle}" y="{y + 14}">{escape(one.plug)}</text>'


def _arrows(laid: Page) -> Iterator[str]:
    boxes = laid.boxes()
    router = Router([*boxes.values(), *(frame.title for frame in laid.frames)])
    for tree in laid.trees():
        if tree.below:
            yield from _family(tree, router)
    drawn = {(one.path, tree.shown[0].path) for tree in laid.trees() for one in tree.heirs()}
    wanted = [
        (one, link)
        for tree in laid.trees()
        for one in tree.shown
        for link in one.links
        if (one.path, link.target) not in drawn
    ]

    def far(arrow: tuple[Class, Link]) -> int:
        (x, y), (a, b) = boxes[arrow[0].path].middle(), boxes[arrow[1].target].middle()
        return abs(x - a) + abs(y - b)

    for one, link in sorted(wanted, key=far):
        points = router.way(boxes[one.path], boxes[link.target])
        colour = COLOURS[one.floor][1]
        yield _path(points, link.kind, colour)
        if link.count not in {"", "1"}:
            yield _count(link.count, points)


def _family(tree: Tree, router: Router) -> Iterator[str]:
    """Draw the arrows from those below to their base, as one branch."""
    colour = COLOURS[tree.shown[0].floor][1]
    x, y = tree.box.middle()[0], tree.box.y + tree.box.height
    turn = y + LEVEL // 2 // GRID * GRID
    for heir in tree.below:
        start, top = heir.box.middle()[0], heir.box.y
        corners = [(start, top), (start, turn), (x, turn), (x, y)]
        router.occupy(corners)
        yield _path(corners, "extends", colour)


def _path(points: Sequence[Point], kind: str, colour: str) -> str:
    """Draw a way with round corners."""
    said = [f"M{points[0][0]} {points[0][1]}"]
    for before, (x, y), after in zip(points, points[1:], points[2:], strict=False):
        (a, b), (c, d) = _near((x, y), before), _near((x, y), after)
        said.append(f"L{a} {b}Q{x} {y} {c} {d}")
    said.append(f"L{points[-1][0]} {points[-1][1]}")
    name = colour[1:]
    start = f' marker-start="url(#owns{name})"' if kind == "owns" else ""
    end = "extends" if kind == "extends" else "tip"
    dashes = ' stroke-dasharray="5 4"' if kind == "uses" else ""
    return (
        f'<path class="arrow" d="{"".join(said)}" stroke="{colour}"{dashes}{start}'
        f' marker-end="url(#{end}{name})"/>'
    )


def _near(corner: Point, other: Point, radius: int = 6) -> Point:
    (x, y), (a, b) = corner, other
    far = max(abs(a - x), abs(b - y), 1)
    step = min(radius, far // 2)
    return x + (a - x) * step // far, y + (b - y) * step // far


def _count(count: str, points: Sequence[Point]) -> str:
    (x, y), (a, b) = points[-1], points[-2]
    dx, dy = (a > x) - (a < x), (b > y) - (b < y)
    x, y = x + 14 * dx + (5 if dy else 0), y + 18 * dy + (4 if dy else -5)
    anchor = "end" if dx < 0 else "start"
    return f'<text class="count" x="{x}" y="{y}" text-anchor="{anchor}">{count}</text>'
