"""Columns: rows fit the terminal, stay aligned, and lose words only where they say so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pomichnyk.views._columns import NARROWEST, labelled, laid, widths, wrapped

words = st.text(st.sampled_from("abгґї漢字👨❤"), min_size=1, max_size=30)
texts = st.lists(words, max_size=8).map(" ".join)
tables = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.lists(texts, min_size=n, max_size=n), min_size=1, max_size=5)
)


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert widths([["id", "name", ""], ["漢字", "Мар'яна", ""]], 80) == [4, 7, 65]


def test_the_widest_columns_are_narrowed_alike() -> None:
    assert widths([["x" * 4, "ab " * 10, "cd " * 20]], 40) == [4, 16, 16]


def test_a_long_word_is_kept_whole_where_there_is_room() -> None:
    assert widths([["Тарас Шевченко", "+380671234567, +380441112233"]], 26) == [10, 14]


def test_a_narrow_terminal_still_gets_columns() -> None:
    assert widths([["x" * 50, "y" * 50, "z" * 50]], 1) == [NARROWEST] * 3


@given(tables, st.integers(40, 120))
def test_rows_fit_the_terminal_and_are_aligned(rows: list[list[str]], room: int) -> None:
    across = widths(rows, room)

    lines = [text for row in rows for text in laid(row, across)]
    assert all(cell_len(text) <= room for text in lines)
    assert sum(across) + 2 * (len(across) - 1) == room


@given(texts, st.integers(2, 40))
def test_wrapping_keeps_every_letter(text: str, width: int) -> None:
    lines = wrapped(text, width)

    assert all(cell_len(part) <= width for part in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_lines_are_broken_between_words() -> None:
    assert wrapped("один два три", 8) == ["один два", "три"]
    assert wrapped("", 8) == [""]


def test_a_word_that_is_too_long_is_broken() -> None:
    assert wrapped("ab abcdef", 4) == ["ab", "abcd", "ef"]


def test_a_row_goes_on_below_and_says_where_it_was_cut() -> None:
    assert [*laid(["a b c d e", "x"], [2, 3])] == ["a   x", "b", "c…"]


def test_wide_letters_are_cut_without_breaking_the_column() -> None:
    assert [*laid(["漢字漢字漢字", "x"], [3, 3])] == ["漢   x", "字", "漢…"]


@pytest.mark.parametrize("label", ["phone", "телефон", "電話"])
def test_values_stand_in_a_column_beside_their_labels(label: str) -> None:
    lines = [*labelled([("x", "1"), (label, "2\n3")], 40)]

    assert [value for _, value in lines] == ["1", "2", "3"]
    assert [head.strip() for head, _ in lines] == ["x", label, ""]
    assert len({cell_len(head) for head, _ in lines}) == 1


def test_no_fields_are_no_lines() -> None:
    assert [*labelled([], 40)] == []
