"""Markdown on a terminal."""

from __future__ import annotations

from io import StringIO
from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Heading, Markdown, MarkdownElement
from rich.segment import Segment, Segments

from pomichnyk.views._readable import block


class _LeftHeading(Heading):
    """A heading without the box and the centring that Rich gives it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options
        yield self.text


class _Note(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _LeftHeading,
    }


def rendered(markdown: str, *, width: int, coloured: bool) -> str:
    """Return Markdown laid out so many cells wide; line breaks stay, links show where they lead."""
    lines = StringIO()  # Rich ends the whole program when it meets a closed pipe itself
    console = Console(file=lines, width=width, force_terminal=coloured, no_color=not coloured)
    document = _Note(markdown.replace("\n", "  \n"), hyperlinks=False)
    # Markdown has entities for any character, so what may steer a terminal goes out after it.
    readable = (Segment(block(text), style) for text, style, _ in console.render(document))
    console.print(Segments(readable))
    return "\n".join(line.rstrip(" ") for line in lines.getvalue().split("\n"))
