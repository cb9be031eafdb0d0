"""What travels: every message comes out as it went in, and whatever else comes is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pomichnyk.domain.message import Message
from pomichnyk.errors import InvalidValueError, PomichnykError, UnavailableError
from pomichnyk.messenger.errors import NotAMessageError
from pomichnyk.messenger.protocol import (
    ANSWER_LIMIT,
    HEADER_LIMIT,
    Arrival,
    decode,
    encode,
    refusal,
    refused,
)
from pomichnyk.text import Text

PEER = "192.0.2.1"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
quick = settings(deadline=None)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300)
spoken = texts.filter(str.strip)
lines = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=60
).filter(str.strip)
moments = st.datetimes(timezones=st.just(UTC))


@st.composite
def messages(draw: st.DrawFn) -> Message:
    return Message(
        text=draw(spoken), sender=draw(lines), peer=PEER, key=draw(lines), sent=draw(moments)
    )


@quick
@given(messages())
def test_a_message_comes_out_as_it_went_in(message: Message) -> None:
    came = decode(encode(message), PEER)

    assert (came.text, came.sender, came.key) == (message.text, message.sender, message.key)
    assert came.sent == message.sent
    assert came.peer == PEER


@quick
@given(messages(), st.data())
def test_a_message_is_whole_with_its_last_byte_however_it_is_cut(
    message: Message, data: st.DataObject
) -> None:
    whole = encode(message)
    cuts = sorted(data.draw(st.lists(st.integers(1, len(whole) - 1), unique=True, max_size=8)))
    arrival = Arrival()
    ready = [
        arrival.take(whole[start:end])
        for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)
    ]

    assert ready == [False] * len(cuts) + [True]
    assert arrival.message(PEER, NOW).text == message.text


@quick
@given(messages(), st.data())
def test_a_message_that_is_cut_off_is_not_taken_for_a_shorter_one(
    message: Message, data: st.DataObject
) -> None:
    whole = encode(message)
    part = whole[: data.draw(st.integers(1, len(whole) - 1))]

    with pytest.raises(UnavailableError):
        decode(part, PEER)


@quick
@given(messages(), st.binary(max_size=50))
def test_what_follows_a_whole_message_does_not_count(message: Message, more: bytes) -> None:
    assert decode(encode(message) + more, PEER).text == message.text


@quick
@given(st.text(st.characters(exclude_characters="\0\x04\r\n", exclude_categories=["Cs"])))
def test_plain_text_is_what_was_typed_its_last_newline_apart(typed: str) -> None:
    try:
        expected = [decode(typed.encode(), PEER).text] * 4
    except PomichnykError:
        return
    ended = [typed, f"{typed}\n", f"{typed}\r\n", f"{typed}\x04 no more"]

    assert expected == [typed] * 4
    assert [decode(one.encode(), PEER).text for one in ended] == expected


def outcome(data: bytes, cuts: list[int]) -> object:
    """Return what comes of bytes that arrive in pieces: text, or the error as it is told."""
    arrival = Arrival(limit=400)
    edges = [0, *sorted(cuts), len(data)]
    try:
        for start, end in pairwise(edges):
            if data[start:end] and arrival.take(data[start:end]):
                break
        return arrival.message(PEER, NOW).text
    except PomichnykError as error:
        return refusal(error)


hostile = st.one_of(
    st.binary(max_size=500),
    texts.map(str.encode),
    st.builds(bytes.__add__, st.sampled_from([b"\x01", b"\x01pomichnyk/1\t"]), st.binary()),
    st.builds(
        "\x01pomichnyk/{}\t{}\t{}\t{}\t{}\n{}".format,
        st.sampled_from(["1", "2", "", "1 "]),
        st.one_of(st.integers(-5, 500).map(str), texts),
        texts,
        st.one_of(moments.map(str), texts),
        texts,
        texts,
    ).map(str.encode),
)


@quick
@given(hostile, st.data())
def test_whatever_comes_is_a_message_or_is_refused_however_it_is_cut(
    data: bytes, draw: st.DataObject
) -> None:
    cuts = draw.draw(st.lists(st.integers(0, len(data)), max_size=5))
    whole, cut = outcome(data, []), outcome(data, cuts)

    assert isinstance(whole, str | bytes)
    assert cut == whole or _is_refused_in_other_words(whole, cut)


def _is_refused_in_other_words(whole: object, cut: object) -> bool:
    """Tell whether both are refusals: which of two faults is met first may depend on the cuts."""
    return isinstance(whole, bytes) and isinstance(cut, bytes)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "some text"),
        (b" \n", "some text"),
        (b"a\0b", "readable"),
        (b"\xff\xfe", "UTF-8"),
        ("їжак".encode()[:-1], "UTF-8"),
        (b"\xed\xa0\x80", "UTF-8"),
        (b"\x16\x03\x01\x02\x00", "TLS"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "web server"),
        (b"\x01", "cut off"),
        (b"\x01hello", "is none"),
        (b"\x01pomichnyk/2\tanything\n", "version"),
        (b"\x01pomichnyk/\n", "version"),
        (b"\x01pomichnyk/1\n", "is none"),
        (b"\x01pomichnyk/1\t5\tkey\t2026-11-21T12:00:00\tme\nhello", "is none"),
        (b"\x01pomichnyk/1\t5\tkey\tyesterday\tme\nhello", "is none"),
        (b"\x01pomichnyk/1\t5\tkey\t0001-01-01T00:00:00+14:00\tme\nhello", "is none"),
        (b"\x01pomichnyk/1\t-5\tkey\t2026-11-21T12:00:00Z\tme\nhello", "is none"),
        ("\x01pomichnyk/1\t٥\tkey\t2026-11-21T12:00:00Z\tme\nhello".encode(), "is none"),
        (b"\x01pomichnyk/1\t5\t\t2026-11-21T12:00:00Z\tme\nhello", "message id"),
        (b"\x01pomichnyk/1\t5\tkey\t2026-11-21T12:00:00Z\t\nhello", "sender"),
        (b"\x01pomichnyk/1\t0\tkey\t2026-11-21T12:00:00Z\tme\n", "some text"),
        (b"\x01pomichnyk/1\t1000001\tkey\t2026-11-21T12:00:00Z\tme\n", "too long"),
        (b"\x01pomichnyk/1\t" + b"9" * HEADER_LIMIT, "is none"),
    ],
)
def test_what_is_no_message_is_refused_by_its_fault(data: bytes, reason: str) -> None:
    with pytest.raises((NotAMessageError, InvalidValueError, UnavailableError), match=reason):
        decode(data, PEER)


@pytest.mark.parametrize("limit", [1, 50])
def test_the_limit_is_the_last_length_that_is_taken(limit: int) -> None:
    message = Message(text="a" * limit, sender="me", peer=PEER)
    longer = Message(text="a" * (limit + 1), sender="me", peer=PEER)

    assert decode(encode(message), PEER, limit).text == message.text
    assert decode(b"a" * limit, PEER, limit).text == message.text
    for data in (encode(longer), b"a" * (limit + 1)):
        with pytest.raises(NotAMessageError, match=f"at most {limit} bytes"):
            decode(data, PEER, limit)


def test_a_header_that_begins_wrong_or_names_too_much_is_refused_before_the_rest_comes() -> None:
    for beginning in (
        b"\x01p0",
        b"\x01pomichnyk/1\t9999999\tk\t2026-11-21T12:00:00Z\tme\n",
        b"\x16",
    ):
        with pytest.raises(NotAMessageError):
            Arrival().take(beginning)


def test_a_time_with_another_offset_is_the_same_moment() -> None:
    there = datetime(2026, 11, 21, 14, tzinfo=timezone(timedelta(hours=2)))
    message = Message(text="так", sender="me", peer=PEER, sent=there)

    assert decode(encode(message), PEER).sent == datetime(2026, 11, 21, 12, tzinfo=UTC)


@quick
@given(st.text(), st.booleans())
def test_a_refusal_is_one_short_line_that_is_understood(reason: str, later: bool) -> None:
    kind = UnavailableError if later else NotAMessageError
    line = refusal(kind(Text("{reason}", reason=reason)))

    assert len(line) <= ANSWER_LIMIT
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    understood = refused(line)
    assert understood
    assert understood[1] is later or (not later and reason.split()[:2] == ["not", "now:"])


@quick
@given(st.binary(max_size=60))
def test_any_answer_is_readable_on_a_terminal_or_no_refusal(answer: bytes) -> None:
    understood = refused(b"NO " + answer)

    assert understood
    assert understood[0].isprintable()


@pytest.mark.parametrize("answer", [b"", b"OK\n", b"NOT\n", b"HTTP/1.1 400 Bad Request"])
def test_other_answers_are_no_refusals(answer: bytes) -> None:
    assert refused(answer) is None
