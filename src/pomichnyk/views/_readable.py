"""Readable text: what was stored may be hostile, and none of it may steer a terminal.

Escape sequences, control characters and marks that reverse the reading order become ``�``.
"""

from __future__ import annotations

import re

_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def line(text: str) -> str:
    """Return the text as one line: tabs and line breaks become a blank."""
    return _STEERING.sub(_REPLACEMENT, _BREAKS.sub(" ", text))


def block(text: str) -> str:
    """Return the text with its lines and tabs."""
    return _STEERING.sub(_REPLACEMENT, text.replace("\r\n", "\n"))


def escaped(document: str) -> str:
    r"""Return a JSON document in which such characters stand as ``\uXXXX``: nothing is lost."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", document)
