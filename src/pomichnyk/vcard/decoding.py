"""Bytes of a file to text: by a byte order mark, UTF-8, or what a line says of its charset.

Nothing is guessed: bytes that cannot be read surely refuse their card, with the line's number.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from pomichnyk.errors import InvalidValueError, UsageError
from pomichnyk.text import Text
from pomichnyk.vcard.cards import LINE
from pomichnyk.vcard.text import fold

CHUNK = 1 << 20
_KEEP = "pomichnyk.unreadable"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE = re.compile(LINE.encode())
_FOLD = re.compile(rb"(?:\r\n|\r|\n)[ \t]")
_CHARSET = re.compile(rb"(;CHARSET=\"?)([\w.:-]+)", re.IGNORECASE)


def octets(stream: BinaryIO, encoding: str = "") -> Iterator[bytes]:
    """Yield the content in UTF-8, whatever it is in; bytes that are not UTF-8 stay as they are.

    A byte order mark decides; else the encoding that is given, if one is.

    Raises:
        UsageError: there is no such encoding.
    """
    first = stream.read(CHUNK)
    mark, marked = next((pair for pair in _MARKS if first.startswith(pair[0])), (b"", ""))
    if (marked or encoding) in {"", "utf-8"}:
        yield first.removeprefix(mark)
        yield from iter(lambda: stream.read(CHUNK), b"")
        return
    decoder = _decoder(marked or encoding)
    while first:
        yield decoder.decode(first).encode("utf-8", "surrogatepass")
        first = stream.read(CHUNK)
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def decoded(card: bytes) -> str:
    """Return the text of a card.

    A line in a charset that it declares is told to be in UTF-8, as it is from now on; a line
    folded inside a character is folded anew.

    Raises:
        InvalidValueError: a line is neither UTF-8 nor in a charset that it declares, or has a
            character that cannot be stored.
    """
    if b"\0" in card:
        raise InvalidValueError(Text("card"), "\0", Text("readable text"))
    try:
        return card.decode()
    except UnicodeDecodeError:
        lines = enumerate(_LINE.findall(card), 1)
        return "".join(_decoded_line(line, number) for number, line in lines)


def _decoded_line(line: bytes, number: int) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        head = line.partition(b":")[0]
        body = line.rstrip(b"\r\n")
        end = line[len(body) :].decode()
        declared = _CHARSET.search(head)
    try:
        if declared:
            text = line.decode(declared[2].decode())
            return _CHARSET.sub(rb"\1UTF-8", head).decode() + text[len(head) :]
        return fold(_FOLD.sub(b"", body).decode(), end or "\r\n") + end
    except (UnicodeDecodeError, LookupError):
        raise InvalidValueError(
            Text("line {number} of the card", number=number),
            body,
            Text("UTF-8, or a charset that the line declares; --encoding names another"),
        ) from None


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)(_KEEP)
    except LookupError:
        raise UsageError(Text("there is no encoding “{name}”", name=encoding)) from None


def _kept(error: UnicodeError) -> tuple[str, int]:
    """Stand a lone surrogate, which is never valid UTF-8, for bytes that mean nothing."""
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff" * (error.end - error.start), error.end


codecs.register_error(_KEEP, _kept)
