"""Colours: for people at a terminal who did not decline them (https://no-color.org)."""

from __future__ import annotations

import os
from typing import TextIO

BOLD, FAINT, RED = "1", "2", "31"


class Paint:
    """Colours text for one stream, or leaves it as it is."""

    def __init__(self, stream: TextIO) -> None:
        self.coloured = lively(stream) and not os.environ.get("NO_COLOR")

    def __call__(self, text: str, style: str) -> str:
        """Return the text in a style, where the stream shows styles."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.coloured else text


def lively(stream: TextIO) -> bool:
    """Tell whether a stream is a terminal that follows escape sequences."""
    old_console = os.name == "nt" and "WT_SESSION" not in os.environ
    return stream.isatty() and os.environ.get("TERM") != "dumb" and not old_console
