"""Flags: understood before and behind the words of a command."""

from __future__ import annotations

import pytest

from pomichnyk.commands._flags import flagged


@pytest.mark.parametrize(
    "words",
    [
        ["--lang", "uk", "contact", "find", "x"],
        ["contact", "--lang", "uk", "find", "x"],
        ["contact", "find", "x", "--lang=uk"],
        ["--lang=en", "contact", "find", "x", "--lang", "uk"],
    ],
)
def test_flag_may_stand_anywhere_and_the_last_one_counts(words: list[str]) -> None:
    assert flagged(words) == ({"lang": "uk"}, ["contact", "find", "x"])


def test_all_flags_are_taken() -> None:
    words = ["--storage", "memory:", "--view=json", "--lang", "uk", "help"]

    assert flagged(words) == ({"storage": "memory:", "view": "json", "lang": "uk"}, ["help"])


def test_flag_without_its_value_is_none() -> None:
    assert flagged(["help", "--view"]) == ({"view": None}, ["help"])
    assert flagged(["help", "--view="]) == ({"view": ""}, ["help"])


@pytest.mark.parametrize(
    "words", [["note", "add", "--", "--lang", "uk"], ["find", "--language", "uk"], ["lang", "--"]]
)
def test_other_words_are_left_alone(words: list[str]) -> None:
    assert flagged(words) == ({}, words)
