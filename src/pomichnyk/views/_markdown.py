"""Markdown on a terminal."""

from __future__ import annotations

from typing import ClassVar, TextIO

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


def write(markdown: str, stream: TextIO, *, width: int, coloured: bool) -> None:
    """Write Markdown so many cells wide; line breaks are kept, and links show where they lead."""
    console = Console(
        file=stream, width=width, force_terminal=coloured, no_color=not coloured, highlight=False
    )
    document = _Note(markdown.replace("\n", "  \n"), hyperlinks=False)
    # Markdown has entities for any character, so what may steer a terminal goes out after it.
    console.print(
        Segments(
            Segment(block(text), style)
            for text, style, control in console.render(document)
            if not control
        )
    )
