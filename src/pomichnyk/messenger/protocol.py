r"""What travels: one message a connection, then one line for an answer. Bytes in, values out.

A connection's first byte says what it is::

    16      TLS, with one of the two below inside
    01      a message with a header
    other   plain text: UTF-8 until its writer closes that direction, or writes 04 (EOT, Ctrl-D)

So that ``printf 'hello' | nc -N HOST 20380`` sends a message, and ``printf 'hello\004' | nc`` does
where ``nc`` closes nothing. The newline that ends a plain text is not part of it. A plain text can
begin with neither byte: what does is TLS or a header, and is refused unless it is a correct one.
Both are control characters that nobody types; a message with a header may hold any text.

A header is one line of fields with tabs between, and ends by a newline; the text follows it::

    \x01pomichnyk/1  LENGTH  KEY  SENT  SENDER

LENGTH is the text's, in bytes: less, and the sender died while sending; what follows is not read.
KEY and SENDER together name the message, so that one sent again is known. SENT is the time of
writing, ISO 8601 with its offset. A number behind ``pomichnyk/`` other than 1 is refused as such.

The answer is ``OK`` once the message is on disk, else ``NO`` and the reason on the same line, or
nothing. ``NO not now: REASON`` asks to try again later; after any other NO that would be in vain.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from pomichnyk.domain.contact import now
from pomichnyk.domain.message import Message
from pomichnyk.errors import PomichnykError, UnavailableError
from pomichnyk.messenger.errors import NotAMessageError
from pomichnyk.text import Text

DEFAULT_PORT = 20380
LIMIT = 1_000_000
"""Bytes that a text may have, unless the server is told otherwise."""
HEADER_LIMIT = 8_192
"""Bytes of the longest header: two lines of a thousand letters fit."""
ANSWER_LIMIT = 1_000
"""Bytes of the longest answer."""
OK = b"OK\n"
NOT_NOW = "not now:"
_START, TLS, _END = b"\x01", b"\x16", b"\x04"
_NAME = "\x01pomichnyk/"
_MARK, _BEGINNING = f"{_NAME}1", _NAME.encode()
_FIELDS, _DIGITS = 5, 20
_HTTP = re.compile(rb"[A-Z]{3,10} [^ \r\n]{1,2000} HTTP/\d")

Header = tuple[int, str, datetime, str]
"""What is said of a text ahead of it: its length in bytes, its key, when it was sent, by whom."""


def encode(message: Message) -> bytes:
    """Return a message with its header, as it travels."""
    text = message.text.encode()
    fields = (_MARK, str(len(text)), message.key, message.sent.isoformat(), message.sender)
    return "\t".join(fields).encode() + b"\n" + text


def decode(data: bytes, peer: str, limit: int = LIMIT) -> Message:
    """Return the message that came, whole, from a peer; a plain text's sender is the peer.

    Raises:
        NotAMessageError: it is none, or has more bytes than the limit.
        InvalidValueError: it is blank, or cannot be stored.
        UnavailableError: it was cut off.
    """
    arrival = Arrival(limit)
    arrival.take(data)
    return arrival.message(peer, now())


def cut_off() -> UnavailableError:
    """Return what is wrong with a message whose end is missing."""
    return UnavailableError(Text("the message was cut off"))


def refusal(reason: PomichnykError) -> bytes:
    """Return the line that tells the other side why its message was not taken."""
    later = NOT_NOW if isinstance(reason, UnavailableError) else ""
    words = " ".join(f"NO {later} {reason}".split()).encode(errors="replace")
    return words[: ANSWER_LIMIT - 1].decode(errors="ignore").encode() + b"\n"


def refused(answer: bytes) -> tuple[str, bool] | None:
    """Return the reason of a refusal and whether to try again later; None if it is not one."""
    words = "".join(
        sign if sign.isprintable() else " " for sign in answer.decode(errors="replace")
    ).split()
    if words[:1] != ["NO"]:
        return None
    reason = " ".join(words[1:])
    return reason.removeprefix(NOT_NOW).strip(), reason.startswith(NOT_NOW)


class Arrival:
    """What has come of one message so far."""

    __slots__ = ("_data", "_end", "_header", "_limit", "_start")

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._data: bytes | bytearray = b""
        self._header: Header | None = None
        self._start = self._end = 0  # of the text, if it has a header

    def __len__(self) -> int:
        return len(self._data)

    def take(self, data: bytes) -> bool:
        """Add what came next; return whether the message is whole, so that nothing more counts.

        Raises:
            NotAMessageError: whatever comes yet, it will be none.
        """
        seen = len(self._data)
        if not seen:
            self._data = data
        else:
            self._data = bytearray(self._data) if isinstance(self._data, bytes) else self._data
            self._data += data
        if self._header is None and self._data.startswith(_START) and not self._headed():
            return False
        if self._header is not None:
            return len(self._data) >= self._end
        return self._ended(seen)

    def message(self, peer: str, moment: datetime) -> Message:
        """Return the message that came at a moment, now that nothing more is to come of it.

        Raises:
            NotAMessageError: it is none.
            InvalidValueError: it is blank, or cannot be stored.
            UnavailableError: it was cut off.
        """
        if self._header is not None:
            return self._with_header(self._header, peer, moment)
        if self._data.startswith(_START):
            raise cut_off()
        return Message(
            text=_plain(self._data), sender=peer, peer=peer, created=moment, changed=moment
        )

    def _with_header(self, header: Header, peer: str, moment: datetime) -> Message:
        if len(self._data) < self._end:
            raise cut_off()
        _, key, sent, sender = header
        return Message(
            text=_text(self._data[self._start : self._end]),
            sender=sender,
            peer=peer,
            key=key,
            sent=sent,
            created=moment,
            changed=moment,
        )

    def _headed(self) -> bool:
        """Read the header; return whether it is there."""
        end = self._data.find(b"\n", 0, HEADER_LIMIT)
        if end < 0:
            _check_beginning(self._data)
            return False
        self._header, self._start = _header(self._data[:end]), end + 1
        length = self._header[0]
        if length > self._limit:
            raise _too_long(self._limit)
        self._end = self._start + length
        return True

    def _ended(self, seen: int) -> bool:
        """Tell whether the plain text has come to its end; where it is whole, cut it there."""
        if not seen:
            _check_plain(self._data)
        end = self._data.find(_END, seen)
        if end >= 0:
            self._data = self._data[:end]
        if len(self._data) > self._limit:
            raise _too_long(self._limit)
        return end >= 0


def _header(line: bytes | bytearray) -> Header:
    fields = _text(line).split("\t")
    if not fields[0].startswith(_NAME):
        raise _not_readable()
    if fields[0] != _MARK:
        raise NotAMessageError(Text("messages of its version are not known here"))
    if len(fields) != _FIELDS:
        raise _not_readable()
    _, length, key, sent, sender = fields
    return _length(length), key, _moment(sent), sender


def _length(digits: str) -> int:
    if digits.isdigit() and digits.isascii() and len(digits) < _DIGITS:
        return int(digits)
    raise _not_readable()


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
        if moment.tzinfo is UTC:
            return moment
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise _not_readable()


def _check_beginning(data: bytes | bytearray) -> None:
    """Refuse what may not become a header."""
    if len(data) >= HEADER_LIMIT or data[: len(_BEGINNING)] != _BEGINNING[: len(data)]:
        raise _not_readable()


def _check_plain(data: bytes | bytearray) -> None:
    """Refuse other protocols at once: their clients wait for an answer before they close."""
    if data.startswith(TLS):
        raise NotAMessageError(Text("no TLS is spoken here"))
    if _HTTP.match(data):
        raise NotAMessageError(Text("this is no web server"))


def _plain(data: bytes | bytearray) -> str:
    text = _text(data)
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text


def _text(data: bytes | bytearray) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise NotAMessageError(Text("the message is not text in UTF-8")) from error


def _too_long(limit: int) -> NotAMessageError:
    return NotAMessageError(
        Text("the message is too long; at most {limit} bytes are taken", limit=limit)
    )


def _not_readable() -> NotAMessageError:
    return NotAMessageError(Text("the message begins like one of Pomichnyk's, and is none"))
