"""Markdown as HTML that is safe to show, whoever wrote it."""

from __future__ import annotations

import re
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from pomichnyk.views._readable import block

TAGS = frozenset(
    re.findall(
        r"\w+",
        "a blockquote br code em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead "
        "tr ul",
    )
)
"""What a note may hold: no picture, for it would tell another computer who reads the note."""
SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def rendered(markdown: str) -> Markup:
    """Return Markdown as HTML; HTML inside it stays text, line breaks stay line breaks."""
    html = _parser().render(block(markdown))
    safe = nh3.clean(
        html,
        tags={*TAGS},
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={*SCHEMES},
        link_rel="noopener noreferrer nofollow",
    )
    # Markdown has entities for any character: what reverses the reading order goes out after it.
    return Markup(block(safe))  # noqa: S704  # this is what was just made safe


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(
        ["table", "strikethrough"]
    )
