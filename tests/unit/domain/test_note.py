"""Note: its title and the names that its text mentions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.domain.fields import Tag
from pomichnyk.domain.note import LONGEST_TITLE, Note, mentions
from pomichnyk.errors import InvalidValueError


@pytest.mark.parametrize("text", ["", " \n\t", "a\x00"])
def test_note_without_readable_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError, match="text"):
        Note(text=text)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("milk", "milk"),
        ("\n\n  # Shopping list \n- milk", "Shopping list"),
        ("###\nmilk", "###"),
        ("#", "#"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
    ],
)
def test_title_is_the_first_line_without_its_mark(text: str, title: str) -> None:
    assert Note(text=text).title == title


@given(st.text().filter(str.strip))
def test_title_is_one_short_line(text: str) -> None:
    try:
        title = Note(text=text).title
    except InvalidValueError:
        return

    assert len(title.splitlines()) == 1
    assert len(title) <= LONGEST_TITLE


def test_note_is_found_by_its_text_and_tags() -> None:
    assert Note(text="a\nb", tags=(Tag("c"),)).searched() == "a\nb\nc"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("call @Олена", [["Олена"]]),
        ("@Олена Пчілка, today", [["Олена Пчілка", "Олена"]]),
        ("@a b c d e", [["a b c d", "a b c", "a b", "a"]]),
        ("@Мар'яна @O’Brien", [["Мар'яна"], ["O’Brien"]]),
        ('@"Леся Українка (Косач)" sings', [["Леся Українка (Косач)"]]),
        ("@Олена\nПчілка", [["Олена"]]),
        ("me@example.com and @ nobody", []),
        ("@@a", []),
    ],
)
def test_mentions_are_tried_the_longest_first(text: str, names: list[list[str]]) -> None:
    assert [*mentions(text)] == names
