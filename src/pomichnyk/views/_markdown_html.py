"""Markdown as HTML that is safe to show, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
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


def plain(markdown: str) -> str:
    """Return the words of Markdown on one line, without its marks."""
    tokens = _parser().parse(block(markdown))
    blocks = ("".join(_words(token.children or [token])) for token in tokens)
    return " ".join(" ".join(blocks).split())


def _words(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        yield " " if token.type in {"softbreak", "hardbreak"} else token.content


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(
        ["table", "strikethrough"]
    )
