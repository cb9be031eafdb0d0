"""Rules that every storage follows."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.domain.fields import Birthday
from pomichnyk.domain.folding import asked, document
from pomichnyk.storage import _rules as rules
from pomichnyk.storage._rules import Rank, Words

IDENTIFIER = UUID("aaaaaaaa-0000-4000-8000-00000000000f")


@given(
    first=st.dates(date(1999, 1, 1), date(2030, 1, 1)),
    days=st.integers(-1, 800),
    month=st.integers(1, 12),
    day=st.integers(1, 29),
)
def test_a_birthday_is_celebrated_on_the_first_of_its_days(
    first: date, days: int, month: int, day: int
) -> None:
    celebrated = Birthday(month, day).next(first)

    found = [born for dates in rules.celebrations(first, days) for born in dates]

    assert found.count((month, day)) == (celebrated < first + timedelta(max(days, 0)))


@given(st.dates(date(1999, 1, 1), date(2030, 1, 1)))
def test_birthdays_of_a_year_come_the_soonest_first(first: date) -> None:
    coming = [
        {Birthday(*born).next(first) for born in dates}
        for dates in rules.celebrations(first, rules.YEAR)
    ]

    assert all(len(day) == 1 for day in coming)
    assert coming == sorted(coming, key=min)
    assert sum(len(dates) for dates in rules.celebrations(first, rules.YEAR)) == 366


@pytest.mark.parametrize(
    "typed",
    [
        str(IDENTIFIER),
        f" {IDENTIFIER} ",
        str(IDENTIFIER).upper(),
        IDENTIFIER.hex,
        IDENTIFIER.urn,
        IDENTIFIER.urn.upper(),
        f"{{{IDENTIFIER}}}",
    ],
)
def test_a_whole_id_is_known_in_any_form(typed: str) -> None:
    assert rules.identifier(typed) == str(IDENTIFIER)


@pytest.mark.parametrize("typed", ["", "олена", str(IDENTIFIER)[:-1], f"{IDENTIFIER}0", "\ud800"])
def test_what_is_no_whole_id_is_none(typed: str) -> None:
    assert rules.identifier(typed) == ""


def test_the_beginning_of_an_id_has_its_letters_alone() -> None:
    assert rules.beginning(" AAAA-0 ") == "aaaa-0"
    assert [rules.beginning(typed) for typed in ("", "ag", "a*", "а")] == [""] * 4


def test_words_with_a_digit_are_not_in_the_vocabulary() -> None:
    assert rules.countable("олена o4ena 380671234567 x olena1 ²") == {"олена", "x", "²"}


def test_a_short_word_is_not_looked_for_inside_others() -> None:
    assert rules.within(("їж", "yizh")) == ()
    assert rules.within(("щит", "shchyt")) == ("shchyt",)
    assert rules.within(("льо", "lo")) == ("льо",)
    assert rules.within(("00001", "1")) == ("00001",)


def test_a_letter_that_is_another_one_at_a_beginning_is_looked_for_in_both_alphabets() -> None:
    assert rules.within(("єва", "yeva")) == ("єва", "yeva")
    assert rules.within(("галаган", "halahan", "galagan")) == ("halahan", "galagan")


def corrected(query: str, stored: dict[str, int]) -> list[str]:
    """Return the words that are looked for in the end, given a vocabulary."""
    looked_for: list[str] = []

    def hits(words: Words, rank: Rank, limit: int, among: int) -> list[int]:
        looked_for[:] = [word[0] for word in words]
        return [1] if all(word[0] in stored for word in words) else []

    def vocabulary(shortest: int, longest: int) -> list[tuple[str, int]]:
        return [one for one in stored.items() if shortest <= len(one[0]) <= longest]

    return looked_for if rules.best(query, 5, hits, vocabulary) else []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("олена", ["олена"]),
        ("олнеа", ["олена"]),  # neighbours swapped
        ("елена", ["олена"]),  # a mistaken first letter
        ("оленa1", []),  # a digit
        ("ол", []),  # too short to guess
        ("олн", []),
        ("олека", ["олена"]),  # that which most have, of two as near
        ("оеkа", []),
        ("шевчекно", ["шевченко"]),
        ("шевекно", []),  # two typos want eight letters
        ("шефчекно", ["шевченко"]),
        ("олека шевчекно", ["олена", "шевченко"]),
        ("олена шевчекно", ["олена", "шевченко"]),
        ("олена відсутня", []),
    ],
)
def test_a_word_is_corrected_to_the_nearest(query: str, found: list[str]) -> None:
    assert corrected(query, {"олеса": 2, "олена": 3, "шевченко": 1}) == found


def test_a_corrected_word_is_looked_for_in_all_its_spellings() -> None:
    asked: list[Words] = []

    def hits(words: Words, rank: Rank, limit: int, among: int) -> list[int]:
        asked.append(words)
        return []

    rules.best("шевчнеко", 5, hits, lambda *_: [("шевченко", 1)])

    assert asked[-1] == [("шевченко", "shevchenko")]


def test_what_no_text_can_hold_is_compared_as_a_replacement() -> None:
    assert rules.compared("Оле\ud800на") == "оле\ufffd\ufffd\ufffdна"
    assert rules.compared("Оле\0на") == "оле\ufffdна"


LETTERS = st.text("абвгґдеєжзиіїйклмнопрстуфхцчшщьюяыъaoz ", min_size=1, max_size=9)


@given(LETTERS, LETTERS, st.sampled_from(["", "г", "ь", "зг"]))
def test_the_fewest_spellings_find_what_all_find(text: str, typed: str, ending: str) -> None:
    stored = document(f"{text} {typed}{ending}").split()

    for word in asked(typed):
        few = rules.fewest(word)
        assert set(word).isdisjoint(stored) == set(few).isdisjoint(stored)
        assert any(one.startswith(word) for one in stored) == any(
            one.startswith(few) for one in stored
        )


@given(LETTERS, LETTERS, LETTERS)
def test_the_fewest_spellings_are_inside_what_all_are_inside(
    before: str, typed: str, after: str
) -> None:
    stored = document(f"{before}{typed}{after}").split()

    for word in asked(typed):
        long = [one for one in word if len(one) >= rules.INSIDE_FROM]
        if few := rules.within(word):
            assert any(spelling in one for one in stored for spelling in long) == any(
                spelling in one for one in stored for spelling in few
            )


def test_the_fewest_spellings_of_a_word() -> None:
    assert rules.fewest(("шевченко", "shevchenko")) == ("shevchenko",)
    assert rules.fewest(("галаган", "halahan", "galagan")) == ("halahan", "galagan")
    assert rules.fewest(("0671", "671")) == ("0671", "671")
    assert rules.fewest(("ь",)) == ("ь",)


def test_the_vocabulary_is_asked_once_for_all_the_spellings_of_a_word() -> None:
    ranges: list[tuple[int, int]] = []

    def vocabulary(shortest: int, longest: int) -> list[tuple[str, int]]:
        ranges.append((shortest, longest))
        return []

    assert rules.best("хтозна", 5, lambda *_: [], vocabulary) == []
    assert ranges == [(5, 8)]


def test_only_those_words_are_counted_of_which_one_is_chosen() -> None:
    counted: list[str] = []

    class Stored(dict[str, int]):
        def __getitem__(self, word: str) -> int:
            counted.append(word)
            return super().__getitem__(word)

    def typed(word: str, stored: Stored) -> list[Words]:
        sought: list[Words] = []

        def hits(words: Words, *_: object) -> list[str]:
            sought.append(words)
            return []

        rules.best(word, 5, hits, lambda *_: stored)
        return sought[-1:]

    twins = Stored({"шевченко": 2, "shevchenko": 3, "шевченка": 9})
    assert typed("шевчнеко", twins) == [[("shevchenko",)]]
    assert counted == []
    assert typed("олека", Stored({"олена": 1, "олеса": 2})) == [[("олеса", "olesa")]]
    assert sorted(counted) == ["олена", "олеса"]
