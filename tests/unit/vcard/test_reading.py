"""Cards are read from files of any size, encoding and state."""

from __future__ import annotations

import codecs
import tracemalloc
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.errors import InvalidValueError, UsageError
from pomichnyk.vcard import CardError, VCard, decoding, parse, read

A = "BEGIN:VCARD\r\nFN:Олена\r\nEND:VCARD\r\n"
B = "BEGIN:VCARD\r\nFN:Тарас\r\nEND:VCARD\r\n"


class Pieces(RawIOBase):
    """A file that comes in pieces of a given size, made as they are read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, size: int = -1) -> bytes:
        return next(self._pieces, b"")


def told(content: bytes, **options: str) -> list[str]:
    """Return the name on each card, or what is wrong with it."""
    return [
        str(card.text) if isinstance(card, CardError) else card.named("FN")[0].text
        for card in read(BytesIO(content), encoding=options.get("encoding", ""))
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (A + B, ["Олена", "Тарас"]),
        ("\r\n\r\n" + A + "\r\n \t\r\n" + B, ["Олена", "Тарас"]),
        (A.lower(), ["олена"]),
        (A.replace("\r\n", "\r") + B.replace("\r\n", "\n"), ["Олена", "Тарас"]),
        (A.replace("VCARD", "VCARD  "), ["Олена"]),
        (A[:-2], ["Олена"]),
        ("", []),
        (" \r\n", []),
        (A.replace("END:VCARD\r\n", "") + B, ["card 1: END:VCARD is missing", "Тарас"]),
        (A + "BEGIN:VCARD\r\nFN:x\r\n", ["Олена", "card 2: END:VCARD is missing"]),
        ("END:VCARD\r\n" + A, ["there is text before the first card", "Олена"]),
        (
            A + "END:VCARD\r\n" + B,
            ["Олена", "card 1: there is text outside of cards after it", "Тарас"],
        ),
        (A + "junk", ["Олена", "card 1: there is text outside of cards after it"]),
        ("junk", ["there is text before the first card"]),
        (
            "BEGIN:VCARD\r\nFN:\0\r\nEND:VCARD\r\n" + B,
            ["card 1: card: '\\x00' is not valid; expected: readable text", "Тарас"],
        ),
    ],
)
def test_every_card_is_read_or_told_of(content: str, expected: list[str]) -> None:
    assert told(content.encode()) == expected


@given(st.integers(1, 40))
def test_it_does_not_matter_where_the_pieces_of_a_file_end(size: int) -> None:
    nested = "BEGIN:VCARD\rAGENT:\rBEGIN:VCARD\rEND:VCARD\rFN:x\rEND:VCARD\r"
    content = f"{A}junk\r\n{nested}{B}BEGIN:VCARD\r\n".encode()
    pieces = (content[start : start + size] for start in range(0, len(content), size))
    cards = [*read(cast(BinaryIO, Pieces(iter(pieces))))]

    assert [str(card.text) for card in cards] == [
        A[:-2],
        "card 1: there is text outside of cards after it",
        nested[:-1],
        B[:-2],
        "card 4: END:VCARD is missing",
    ]


def test_an_error_names_the_card() -> None:
    [error] = read(BytesIO("BEGIN:VCARD\nFN;X=1:Олена\n".encode()))

    assert isinstance(error, CardError)
    assert (error.number, error.name, str(error.why)) == (1, "Олена", "END:VCARD is missing")


def test_a_card_that_is_too_large_is_told_of_once_and_the_next_is_read() -> None:
    large = A.replace("FN", "FN:Large\r\nNOTE:" + "x" * 3_000_000 + "\r\nFN")
    cards = [*read(BytesIO((large + B).encode()), largest=1_000_000)]

    assert [str(card.text) for card in cards] == [
        "card 1: it is larger than 1 million octets",
        B[:-2],
    ]
    assert cast(CardError, cards[0]).name == "Large"


def test_a_too_large_card_without_end_does_not_swallow_the_next() -> None:
    large = "BEGIN:VCARD\r\nNOTE:" + "x" * 3_000_000 + "\r\n"
    cards = [*read(BytesIO((large + B + large).encode()), largest=1_000_000)]

    assert [isinstance(card, VCard) for card in cards] == [False, True, False]


@pytest.mark.parametrize("inside", [True, False])
def test_memory_is_bounded_whatever_the_length_of_a_line(inside: bool) -> None:
    def pieces() -> Iterator[bytes]:
        yield A.encode() + (b"BEGIN:VCARD\r\nNOTE:" if inside else b"")
        yield from (b"x" * 1_000_000 for _ in range(30))
        yield b"\r\nEND:VCARD\r\n" + B.encode()

    tracemalloc.start()
    try:
        cards = [*read(cast(BinaryIO, Pieces(pieces())), largest=2_000_000)]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert [isinstance(card, VCard) for card in cards] == [True, False, True]
    assert peak < 12_000_000


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
def test_a_byte_order_mark_tells_the_encoding(mark: bytes, encoding: str) -> None:
    assert told(mark + (A + B).encode(encoding)) == ["Олена", "Тарас"]


def test_a_character_cut_by_the_end_of_a_piece_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "CHUNK", 7)

    assert told(codecs.BOM_UTF16_LE + (A + B).encode("utf-16-le")) == ["Олена", "Тарас"]


def test_an_encoding_may_be_named() -> None:
    assert told((A + B).encode("cp1251"), encoding="windows-1251") == ["Олена", "Тарас"]
    assert told(A.encode(), encoding="utf-8") == ["Олена"]


def test_an_encoding_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="no encoding “klingon”"):
        told(b"x", encoding="klingon")


def test_octets_that_mean_nothing_refuse_their_card_alone() -> None:
    cp1251 = A.encode("cp1251")
    [error, name] = told(cp1251 + B.encode())

    assert error.startswith("card 1: line 2 of the card: b'FN:")
    assert error.endswith("UTF-8, or a charset that the line declares; --encoding names another")
    assert name == "Тарас"


@pytest.mark.parametrize(
    ("encoding", "octets"), [("utf-16", b"\xff\xfeF\0\x00\xd8N\0"), ("cp1251", b"\x98")]
)
def test_octets_outside_of_the_named_encoding_refuse_their_card(
    encoding: str, octets: bytes
) -> None:
    body = "BEGIN:VCARD\r\nNOTE:{}\r\nEND:VCARD\r\n".encode(encoding)
    content = body.replace(
        "{}".encode(encoding).removeprefix(b"\xff\xfe"), octets.removeprefix(b"\xff\xfe")
    )
    [error] = told(content, encoding=encoding)

    assert error.startswith("card 1: line 2 of the card")


def test_a_declared_charset_is_read_and_told_to_be_utf_8_from_then_on() -> None:
    line = "FN;CHARSET=windows-1251;X=1:Олена\r\n"
    text = f"BEGIN:VCARD\r\n{line}NOTE;CHARSET=windows-1251:plain\r\nEND:VCARD"
    [card] = read(BytesIO(text.encode("cp1251")))

    assert card.text == text.replace("FN;CHARSET=windows-1251", "FN;CHARSET=UTF-8")


@pytest.mark.parametrize("charset", ["klingon", "utf-8"])
def test_a_wrongly_declared_charset_refuses_the_card(charset: str) -> None:
    text = f"BEGIN:VCARD\r\nFN;CHARSET={charset}:Олена\r\nEND:VCARD"

    assert told(text.encode("cp1251"))[0].startswith("card 1: line 2 of the card")


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_fold_inside_a_character_is_mended(end: str) -> None:
    name = "Олена " * 12
    torn = f"FN:{name}".encode()
    content = b"BEGIN:VCARD%s%s%s %s%sEND:VCARD" % (e := end.encode(), torn[:74], e, torn[74:], e)
    [card] = read(BytesIO(content))

    assert isinstance(card, VCard)
    assert card.named("FN")[0].value == name
    assert all(len(line.encode()) <= 75 for line in card.text.split(end))


@pytest.mark.parametrize("text", ["junk", "BEGIN:VCARD\r\n", "BEGIN:VCARD\nFN:\ud800\nEND:VCARD\n"])
def test_parse_raises_for_what_is_no_card(text: str) -> None:
    with pytest.raises(InvalidValueError):
        parse(text)
