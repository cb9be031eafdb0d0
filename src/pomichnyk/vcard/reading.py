"""Reads the cards of a file of any size; memory is bounded by the largest card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from pomichnyk.errors import InvalidValueError, PomichnykError
from pomichnyk.text import Text
from pomichnyk.vcard.cards import VCard
from pomichnyk.vcard.decoding import decoded, octets

LARGEST = 32 << 20
"""Octets that one card may have."""

_MARK = re.compile(
    rb"[\r\n](AGENT[^:\r\n]{0,99}:\s{0,9})?(BEGIN|END)[ \t]?:[ \t]?VCARD[ \t]{0,9}(?=[\r\n])",
    re.IGNORECASE,
)
_LONGEST_MARK = 256
_NAME = re.compile(rb"[\r\n]FN[^:\r\n]*:([^\r\n]{0,200})", re.IGNORECASE)


class CardError(InvalidValueError):
    """A card of a file that cannot be taken.

    Attributes:
        number: the card's place in the file, from 1; for text outside of cards, that of the
            card before it.
        name: whose it seems to be, or empty.
        why: what is wrong with it.
    """

    def __init__(self, number: int, name: str, why: Text) -> None:
        super().__init__(Text("card {number}", number=number), name, why)
        self.number, self.name, self.why = number, name, why
        self.text = Text("card {number}: {why}", number=number, why=why) if number else why


def read(
    stream: BinaryIO, *, encoding: str = "", largest: int = LARGEST
) -> Iterator[VCard | CardError]:
    """Yield each card of a file, or the error that keeps it from being read.

    Args:
        stream: the file, opened for bytes.
        encoding: what it is in, if that is neither UTF-8 nor told by a byte order mark.
        largest: octets that one card may have.

    Raises:
        UsageError: there is no such encoding.
    """
    splitter = _Splitter(largest)
    for chunk in octets(stream, encoding):
        yield from splitter.feed(chunk)
    yield from splitter.feed(b"\n")
    yield from splitter.close()


def parse(text: str) -> list[VCard]:
    """Return the cards of a text; ``format`` gives the text back.

    Raises:
        CardError: a card is not whole, or there is other text beside the cards.
    """
    cards = []
    for card in read(BytesIO(text.encode("utf-8", "surrogatepass"))):
        if isinstance(card, CardError):
            raise card
        cards.append(card)
    return cards


class _Splitter:
    """Cuts a stream of bytes into cards.

    The buffer begins with the line end before what is kept. ``start`` is where the card that
    is being read begins; None outside of cards and in a card that is too large to be kept.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._buffer = b"\n"
        self._scanned = self._left = self._depth = self._number = 0
        self._start: int | None = None
        self._stray = False

    def feed(self, chunk: bytes) -> Iterator[VCard | CardError]:
        """Yield what the next piece of the stream completes."""
        self._buffer += chunk
        for mark in _MARK.finditer(self._buffer, self._scanned):
            self._scanned = mark.end()
            if mark[2].upper() == b"END":
                yield from self._ended(mark.end())
            elif self._depth and mark[1]:
                self._depth += 1
            else:
                yield from self._begun(mark.start() + 1)
        # The end is scanned again with the next piece: a mark may have been cut.
        self._scanned = max(self._scanned, len(self._buffer) - _LONGEST_MARK)
        yield from self._bounded()
        self._trim()

    def close(self) -> Iterator[CardError]:
        """Yield what is wrong with the end of the stream."""
        if self._start is not None:
            yield self._error(Text("END:VCARD is missing"))
        elif not self._depth:
            yield from self._outside(len(self._buffer))

    def _begun(self, start: int) -> Iterator[CardError]:
        if self._start is not None:
            yield self._error(Text("END:VCARD is missing"))
        elif not self._depth:
            yield from self._outside(start)
        self._start, self._depth = start, 1
        self._number += 1

    def _ended(self, end: int) -> Iterator[VCard | CardError]:
        if not self._depth:  # an END without BEGIN is text outside of cards
            return
        self._depth -= 1
        if self._depth:
            return
        if self._start is not None:
            try:
                yield VCard(decoded(self._buffer[self._start : end]))
            except PomichnykError as error:
                yield self._error(error.text)
        self._start, self._left = None, end

    def _outside(self, end: int) -> Iterator[CardError]:
        """Report the text since the last card, if there is any."""
        if self._stray or self._buffer[self._left : end].strip():
            self._stray = False
            after = Text("there is text outside of cards after it")
            before = Text("there is text before the first card")
            yield CardError(self._number, "", after if self._number else before)

    def _bounded(self) -> Iterator[CardError]:
        if self._start is not None and len(self._buffer) - self._start > self._largest:
            yield self._error(
                Text("it is larger than {limit} million octets", limit=self._largest // 10**6)
            )
            self._start = None

    def _trim(self) -> None:
        keep = self._scanned if self._start is None else self._start - 1
        if self._start is not None:
            self._start -= keep
        elif not self._depth:
            self._stray = self._stray or bool(self._buffer[self._left : keep].strip())
        self._buffer = self._buffer[keep:]
        self._scanned -= keep
        self._left = max(self._left - keep, 0)

    def _error(self, why: Text) -> CardError:
        name = _NAME.search(self._buffer, self._start or 0)
        return CardError(self._number, name[1].decode("utf-8", "replace") if name else "", why)
