"""Words: a line is split as the person who types it means it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.errors import UsageError
from pomichnyk.repl.words import Word, quoted, scan, split


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("  \t ", []),
        ("contact  add\tX", ["contact", "add", "X"]),
        ("show Мар'яна", ["show", "Мар'яна"]),
        ("show O'Brien and D'Arcy", ["show", "O'Brien", "and", "D'Arcy"]),
        ("show 'Мар'яна Коваль' now", ["show", "Мар'яна Коваль", "now"]),
        ("show 'Мар’яна Коваль'", ["show", "Мар’яна Коваль"]),
        ('add "Тарас Шевченко"', ["add", "Тарас Шевченко"]),
        ('add "the \\"Kobzar\\" C:\\\\x \\y"', ["add", 'the "Kobzar" C:\\x \\y']),
        ("--phone work='+44 20 7946 0958'", ["--phone", "work=+44 20 7946 0958"]),
        ('--text="a b"c', ["--text=a bc"]),
        ("--comment ''", ["--comment", ""]),
        ('--comment "" x', ["--comment", "", "x"]),
        ('a 5" disk', ["a", '5"', "disk"]),
        ("C:\\dir\\", ["C:\\dir\\"]),
        ("«Тарас Шевченко»", ["«Тарас", "Шевченко»"]),
        ('add "# One\n\ntwo"', ["add", "# One\n\ntwo"]),
        ("a=b==c", ["a=b==c"]),
    ],
)
def test_a_line_is_split_into_the_words_that_are_meant(line: str, words: list[str]) -> None:
    assert split(line) == words


@pytest.mark.parametrize(
    ("line", "quote"),
    [
        ('add "Тарас Шевченко', '"'),
        ("add 'Мар'яна", "'"),
        ('add --text="', '"'),
        ('add "x\\', '"'),
        ('add "x\\"', '"'),
    ],
)
def test_a_quote_without_an_end_is_named(line: str, quote: str) -> None:
    with pytest.raises(UsageError) as refused:
        split(line)

    assert str(refused.value.text) == f"a closing {quote} is missing at the end of the line"


def test_a_word_that_is_being_typed_knows_where_it_begins() -> None:
    assert scan('add x="Тарас Ш') == [Word("add", 0), Word("x=Тарас Ш", 4, '"')]
    assert scan("show 'Мар'я") == [Word("show", 0), Word("Мар'я", 5, "'")]


@pytest.mark.parametrize("text", ["Мар'яна", "a=b", "C:\\x", "«x»"])
def test_a_word_that_needs_no_quotes_gets_none(text: str) -> None:
    assert quoted(text) == text


@given(st.lists(st.text(st.sampled_from("aї'\"\\ =\n«-"), max_size=8), max_size=5))
def test_quoted_words_are_split_as_they_were(words: list[str]) -> None:
    assert split(" ".join(map(quoted, words))) == words


@given(st.text(st.sampled_from("aї'\"\\ =\n"), max_size=20))
def test_no_line_is_beyond_splitting_and_no_letter_is_lost(line: str) -> None:
    letters = [letter for word in scan(line) for letter in word.text if letter in "aї"]

    assert letters == [letter for letter in line if letter in "aї"]
