"""Escapes, lists, folds and quoted-printable."""

from __future__ import annotations

import quopri
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.vcard.text import escape, fold, quote, split, unescape, unfold, unquote

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"a\, b\; c\\d\ne\Nf", "a, b; c\\d\ne\nf"),
        (r"http\://example.com", "http://example.com"),
        (r"C:\dir", r"C:\dir"),
        ("raw, comma", "raw, comma"),
        ("ends with \\", "ends with \\"),
        (r"\\n", r"\n"),
    ],
)
def test_escapes_are_undone_and_other_backslashes_stay(value: str, text: str) -> None:
    assert unescape(value) == text


@given(texts, st.sampled_from(["2.1", "3.0", "4.0"]))
def test_any_text_survives_escaping(text: str, version: str) -> None:
    assert unescape(escape(text, version)) == text


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends_of_every_kind_are_one_escape(end: str) -> None:
    assert escape(f"a{end}b") == r"a\nb"


@given(st.lists(texts, min_size=1), st.sampled_from(";,"))
def test_any_list_survives_joining(parts: list[str], separator: str) -> None:
    value = separator.join(map(escape, parts))

    assert [unescape(part) for part in split(value, separator)] == parts


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")))
def test_folds_come_off_and_no_line_is_longer_than_75_octets(line: str) -> None:
    escaped = escape(line)
    folded = fold(escaped)

    assert unfold(folded) == escaped
    assert all(len(piece.encode()) <= 75 for piece in folded.split("\r\n"))


def test_a_fold_tears_no_escaped_pair() -> None:
    for length in range(60, 80):
        pieces = fold("x" * length + r"\n\n\n\n").split("\r\n ")

        assert not any(re.fullmatch(r".*[^\\]\\", piece) for piece in pieces)


def test_in_2_1_the_blank_of_a_fold_belongs_to_the_text() -> None:
    assert unfold("NOTE:two\r\n words", "2.1") == "NOTE:two words"
    assert unfold("NOTE:one\r\n word", "3.0") == "NOTE:oneword"


@given(texts)
def test_quoted_printable_is_what_the_standard_library_reads(text: str) -> None:
    quoted = quote(text)

    assert quopri.decodestring(quoted.replace("=\r\n", "")).decode() == text.replace("\n", "\r\n")
    assert unquote(quoted, "UTF-8") == text
    assert all(len(line) <= 76 for line in quoted.split("\r\n"))


@pytest.mark.parametrize(
    ("value", "charset", "text"),
    [
        ("=CA=E8=BF=E2", "windows-1251", "Київ"),
        ("=D0=9A=\r\n=D0=B8", "", "Ки"),
        ("=D0=9A", "no-such-charset", "К"),
        ("=FF", "utf-8", "�"),
        ("Київ =3D", "utf-8", "Київ ="),
    ],
)
def test_quoted_printable_is_read_in_its_charset(value: str, charset: str, text: str) -> None:
    assert unquote(value, charset) == text
