"""Texts, bytes and what is written as a text: identifiers and paths."""

from __future__ import annotations

import re
from pathlib import PosixPath, PurePosixPath, PureWindowsPath, WindowsPath
from uuid import UUID

from pomichnyk.serialization._kinds import DamagedError, Kind

_UUID_DIGITS = 32
LONE_SURROGATE = re.compile("([\ud800-\udfff])")


def _pieces(value: str) -> list[str | int]:
    """Return the text cut at its lone surrogates, which stand as numbers: JSON has none."""
    pieces = LONE_SURROGATE.split(value)
    return [ord(piece) if place % 2 else piece for place, piece in enumerate(pieces)]


def _text(body: list[str | int]) -> str:
    return "".join(piece if isinstance(piece, str) else chr(piece) for piece in body)


def _uuid(text: str) -> UUID:
    # Half the time of UUID(text), which takes many other forms.
    if len(digits := text.replace("-", "")) != _UUID_DIGITS:
        raise DamagedError
    return UUID(int=int(digits, 16))


KINDS = (
    Kind("str", str, _pieces, _text, code=22),
    Kind("bytes", bytes, bytes, bytes, code=23, raw=True),
    Kind(
        "bytearray",
        bytearray,
        bytes,
        bytearray,
        code=24,
        raw=True,
        new=bytearray,
        fill=bytearray.extend,
    ),
    Kind("uuid", UUID, str, _uuid, code=50),
    Kind("path", PosixPath, str, PosixPath, code=51),
    Kind("purepath", PurePosixPath, str, PurePosixPath, code=52),
    Kind("windowspath", WindowsPath, str, WindowsPath, code=53),
    Kind("purewindowspath", PureWindowsPath, str, PureWindowsPath, code=54),
)
