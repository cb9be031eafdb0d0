"""The text of values: escapes, lists, folding, quoted-printable.

Sources: RFC 6350 sections 3.2 to 3.4, RFC 2425 section 5.8.1, vCard 2.1 section 2.1.
Lines end with CRLF, LF or CR and nothing else: other characters that Python takes for line ends
are ordinary text here.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable

WIDTH = 75
"""Octets that a line may have before it is folded, its end not counted."""

OLD = "2.1"
"""The version that knows quoted-printable and bare types, but few escapes."""

LINE_END = re.compile(r"\r\n|\r|\n")
_FOLD = re.compile(r"(?:\r\n|\r|\n)([ \t])")
_ESCAPED = re.compile(r"\\([\\,;:nN])")
_TOKENS = re.compile(r"\\.|[^\\;,]+|[;,\\]", re.DOTALL)
_QUOTED = re.compile(r"=..|.")
_SOFT = re.compile(r"=\r?\n")
_UNITS = re.compile(r"\\.|.", re.DOTALL)


def unescape(value: str) -> str:
    r"""Return the text that a value stands for; a backslash before any other letter stays."""
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def escape(text: str, version: str = "4.0") -> str:
    """Return a text as a value; line ends, which 2.1 can only quote, stay as they are there."""
    value = LINE_END.sub("\n", text).replace("\\", "\\\\").replace(";", "\\;")
    return value if version == OLD else value.replace(",", "\\,").replace("\n", "\\n")


def split(value: str, separator: str) -> list[str]:
    """Return the parts between unescaped separators (``;`` or ``,``), still escaped."""
    if "\\" not in value:
        return value.split(separator)
    parts: list[list[str]] = [[]]
    for token in _TOKENS.findall(value):
        if token == separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return ["".join(part) for part in parts]


def fold(line: str, end: str = "\r\n") -> str:
    """Return a line folded to ``WIDTH`` octets, no character or escaped pair torn."""
    if len(line) <= WIDTH and (line.isascii() or len(line.encode()) <= WIDTH):
        return line
    return _wrapped(_UNITS.findall(line), f"{end} ", indent=1)


def unfold(raw: str, version: str = "4.0") -> str:
    """Return a line without its folds; in 2.1 the blank of a fold belongs to the text."""
    return _FOLD.sub(r"\1" if version == OLD else "", raw)


def unquote(value: str, charset: str) -> str:
    """Return the text of a quoted-printable value; what the charset lacks shows as ``�``."""
    octets = binascii.a2b_qp(value.encode("utf-8", "surrogatepass"))
    try:
        text = octets.decode(charset or "utf-8", "replace")
    except LookupError:
        text = octets.decode("utf-8", "replace")
    return LINE_END.sub("\n", text)


def quote(text: str, end: str = "\r\n") -> str:
    """Return a text in quoted-printable UTF-8, with soft line breaks."""
    octets = LINE_END.sub("\r\n", text).encode()
    quoted = _SOFT.sub("", binascii.b2a_qp(octets, istext=False).decode("ascii"))
    return _wrapped(_QUOTED.findall(quoted), f"={end}", indent=0)


def _wrapped(units: Iterable[str], joint: str, *, indent: int) -> str:
    """Return the units joined, and between lines of ``WIDTH`` octets a joint."""
    pieces, size = [], 0
    for unit in units:
        octets = len(unit.encode())
        if size + octets > WIDTH:
            pieces.append(joint)
            size = indent
        pieces.append(unit)
        size += octets
    return "".join(pieces)
