"""Folding: spellings that sound equal are equal, and names stand in the Ukrainian order."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.domain.folding import asked, document, fold, is_cyrillic, latin, place, words

ALPHABET = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        ("ШЕВЧЕНКО", "шевченко"),
        ("Ґалаґан", "галаган"),
        ("Мар'яна", "Марʼяна"),
        ("Мар’яна", "маряна"),
        ("O`Brien", "obrien"),
        ("Zoë", "zoe"),
        ("Łukasz", "lukasz"),
        ("Søren Þórsson", "soren thorsson"),
        ("Weiß", "WEISS"),
        ("Ångström", "angstrom"),
        ("İstanbul", "istanbul"),
        ("Оле\u0301на", "олена"),
        ("И\u0306осип", "йосип"),
        ("ﬁ", "FI"),
        ("ŉ", "'n"),
    ],
)
def test_spellings_that_sound_equal_fold_alike(spelling: str, other: str) -> None:
    assert fold(spelling) == fold(other)


@pytest.mark.parametrize(("letter", "other"), [("й", "и"), ("ї", "і"), ("є", "е"), ("и", "і")])
def test_letters_of_their_own_are_kept_apart(letter: str, other: str) -> None:
    assert fold(letter) != fold(other)


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("ukrainian", "transliterated"),
    [
        # Examples of resolution 55 of the Cabinet of Ministers, 2010.
        ("Алушта", "Alushta"),
        ("Борщагівка", "Borshchahivka"),
        ("Вишгород", "Vyshhorod"),
        ("Гадяч", "Hadiach"),
        ("Згорани", "Zghorany"),
        ("Розгон", "Rozghon"),
        ("Єнакієве", "Yenakiieve"),
        ("Наєнко", "Naienko"),
        ("Короп'є", "Koropie"),
        ("Їжакевич", "Yizhakevych"),
        ("Кадиївка", "Kadyivka"),
        ("Мар'їне", "Marine"),
        ("Йосипівка", "Yosypivka"),
        ("Стрий", "Stryi"),
        ("Щербухи", "Shcherbukhy"),
        ("Юрій", "Yurii"),
        ("Яготин", "Yahotyn"),
        ("Феодосія", "Feodosiia"),
        ("Знам'янка", "Znamianka"),
        ("Львів", "Lviv"),
    ],
)
def test_ukrainian_names_are_found_in_latin_letters(ukrainian: str, transliterated: str) -> None:
    assert latin(fold(ukrainian)) == fold(transliterated)
    assert fold(transliterated) in document(ukrainian).split()


@pytest.mark.parametrize("typed", ["Ґалаґан", "галаган", "Galagan", "halahan"])
def test_g_with_an_upturn_is_found_by_every_spelling(typed: str) -> None:
    stored = document("Ґалаґан").split()

    assert [any(one in stored for one in spellings) for spellings in asked(typed)] == [True]


def test_g_with_an_upturn_finds_a_name_in_latin_letters() -> None:
    assert "galagan" in asked("Ґалаґан")[0]


def test_words_are_runs_of_letters_or_digits() -> None:
    assert words("Олена-Марія, вул._Франка 5!") == ["олена", "марія", "вул", "франка", "5"]


@pytest.mark.parametrize("typed", ["067 123 45 67", "(067) 123-45-67", "067.123.45.67"])
def test_grouped_number_is_one_word_too(typed: str) -> None:
    assert "0671234567" in words(typed)
    assert asked(typed) == [("0671234567", "671234567")]


def test_short_numbers_stay_apart() -> None:
    assert words("12 3") == ["12", "3"]
    assert asked("12 3") == [("12",), ("3",)]


def test_zeros_alone_are_a_word() -> None:
    assert asked("00000") == [("00000",)]


def test_lines_are_not_joined_into_one_number() -> None:
    assert document("067123\n456789").split() == ["067123", "456789"]


def test_document_has_each_word_once_in_order() -> None:
    assert document("Олена olena Олена") == "олена olena"


def test_sign_without_latin_letters_is_not_a_word_of_the_document() -> None:
    assert document("ь") == "ь"


@given(st.text())
def test_every_word_of_a_text_finds_it(text: str) -> None:
    stored = set(document(text).split())

    assert all(
        stored.intersection(spellings)
        for line in text.splitlines()
        for word in words(line)
        for spellings in asked(word)
    )


def test_places_follow_the_ukrainian_alphabet() -> None:
    shuffled = random.Random(1).sample(ALPHABET, len(ALPHABET))

    assert "".join(sorted(shuffled, key=place)) == ALPHABET


def test_latin_names_come_before_cyrillic_ones_and_case_is_nothing() -> None:
    names = ["Ярослав", "zoe", "Ганна", "Adam", "ґанок", "гіта", "Ґедзь", "Ірина", "їжак"]

    assert sorted(names, key=place) == [
        "Adam", "zoe", "Ганна", "гіта", "ґанок", "Ґедзь", "Ірина", "їжак", "Ярослав",
    ]  # fmt: skip


def test_letters_of_other_cyrillic_alphabets_have_their_place() -> None:
    assert sorted("іьщеэыиєъ", key=place) == list("еэєиыіщъь")


def test_word_comes_before_its_longer_neighbours() -> None:
    assert sorted(["Іван Б", "Іванна А", "Іван"], key=place) == ["Іван", "Іван Б", "Іванна А"]


def test_cyrillic_is_known_by_any_letter() -> None:
    assert is_cyrillic("aж")
    assert not is_cyrillic("abc")
