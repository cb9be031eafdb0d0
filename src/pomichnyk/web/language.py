"""The language that a page is in: the person's choice, the browser's, the settings'."""

from __future__ import annotations

from starlette.requests import Request

from pomichnyk.text import LANGUAGES

COOKIE = "language"
LASTING = 365 * 24 * 3600
"""Seconds that a choice is remembered."""


def chosen(request: Request, default: str) -> str:
    """Return the language to answer a request in."""
    if (cookie := request.cookies.get(COOKIE)) in LANGUAGES:
        return cookie
    return accepted(request.headers.get("accept-language", "")) or default


def accepted(header: str) -> str:
    """Return the one of our languages that an Accept-Language likes best; "" if it names none."""
    wanted = []
    for place, one in enumerate(header.split(",")):
        tag, _, quality = one.strip().partition(";q=")
        name = tag.partition("-")[0].lower()
        if name in LANGUAGES and (weight := _weight(quality)):
            wanted.append((-weight, place, name))
    return min(wanted)[2] if wanted else ""


def _weight(quality: str) -> float:
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0
