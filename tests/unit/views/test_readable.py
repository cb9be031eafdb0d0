"""Readable text: nothing that steers a terminal is left, and JSON loses nothing by it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.views._readable import block, escaped, line

STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
any_text = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize("text", ["Мар'яна", "漢字 👨‍👩‍👧 ❤️", "e\u0301", "[red]x[/]", "עברית"])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert line(text) == block(text) == escaped(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nc\r\nd\u2028e", "a b c d e"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\x9b31m", "\ufffd31m"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("\ud800", "\ufffd"),
    ],
)
def test_a_line_is_one_line_without_commands(text: str, shown: str) -> None:
    assert line(text) == shown


def test_a_block_keeps_its_lines() -> None:
    assert block("a\r\nb\n\tc\rd\x0b\u2029") == "a\nb\n\tc\ufffdd\ufffd\ufffd"


@given(any_text)
def test_nothing_that_steers_is_left(text: str) -> None:
    assert not STEERING.search(line(text))
    assert not STEERING.search(block(text))
    assert "\n" not in line(text)


@given(any_text)
def test_json_gives_the_text_back_whole(text: str) -> None:
    document = escaped(json.dumps({text: [text]}, ensure_ascii=False))

    assert not STEERING.search(document)
    assert json.loads(document) == {text: [text]}
