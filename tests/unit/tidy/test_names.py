"""Names: the folder that each belongs to, and the ones that are made up."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.tidy._names import (
    CATEGORIES,
    KEYS,
    KNOWN_ENDINGS,
    LONGEST_NAME,
    Endings,
    Names,
    category,
    extension,
    is_numbered,
    numbered,
    split,
)

names = st.binary(min_size=1, max_size=LONGEST_NAME).map(
    lambda raw: os.fsdecode(raw.replace(b"\0", b"0").replace(b"/", b"."))
)
likely = st.from_regex(r"\A[a-zА-Яі. _]{1,80}(\.tar)?\.[A-Za-z0-9]{1,8}\Z")


@pytest.mark.parametrize(
    ("name", "folder", "kind"),
    [
        ("a.jpg", "jpg", "images"),
        ("a.JPG", "jpg", "images"),
        ("a.tar.gz", "tar.gz", "archives"),
        ("a.TAR.Zst", "tar.zst", "archives"),
        ("tar.gz", "gz", "archives"),
        (".tar.gz", "gz", "archives"),
        ("a.b.gz", "gz", "archives"),
        ("a.docx", "docx", "documents"),
        ("a.py", "py", "code"),
        ("a.mp3", "mp3", "audio"),
        ("a.webm", "webm", "video"),
        ("звіт.ПДФ", "пдф", "other"),
        ("README", "other", "other"),
        (".bashrc", "other", "other"),
        (".a.txt", "txt", "documents"),
        ("tail.", "other", "other"),
        ("q.T X T", "other", "other"),
        ("x." + "e" * 17, "other", "other"),
        (os.fsdecode(b"x.\xff"), "other", "other"),
    ],
)
def test_name_belongs_to_a_folder(name: str, folder: str, kind: str) -> None:
    assert (extension(name), category(name)) == (folder, kind)


@given(names | likely)
def test_parts_make_up_the_name(name: str) -> None:
    assert "".join(split(name)) == name


@given(names | likely, st.sampled_from(sorted(KEYS)))
def test_known_endings_say_what_the_rule_says(name: str, way: str) -> None:
    endings = Endings(KEYS[way])
    stem, _, ending = name.rpartition(".")

    assert endings.key(name, str) == KEYS[way](name)
    assert endings.known.get(ending) in (None, KEYS[way](f"{stem or 'stem'}.{ending}"))
    assert endings.known.get(ending) in (None, KEYS[way](f"other.tar.{ending}"))


def test_endings_do_not_grow_without_end() -> None:
    endings = Endings(extension)
    for number in range(KNOWN_ENDINGS + 5):
        endings.key(f"name.{number}", str)

    assert len(endings.known) == 5


@given(names | likely, st.integers(1, 10**6))
def test_numbered_name_fits_keeps_its_ending_and_is_known_again(name: str, number: int) -> None:
    new = numbered(name, number)

    assert len(os.fsencode(new)) <= LONGEST_NAME
    assert new.endswith(f"_{number}{split(name)[1]}")
    assert is_numbered(new, name)
    assert is_numbered(name, name)


@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=80))
def test_letters_are_not_cut_in_two(text: str) -> None:
    name = text.encode()[:LONGEST_NAME].decode(errors="ignore") + ".txt"

    numbered(name, 7).encode()


def test_other_names_are_not_taken_for_numbered_ones() -> None:
    assert not is_numbered("b_1.jpg", "a.jpg")
    assert not is_numbered("a_01.jpg", "a.jpg")
    assert not is_numbered("b.jpg", "a.jpg")


def test_candidates_go_on_where_they_stopped() -> None:
    names = Names()
    first = names.candidates("jpg", "a.jpg")

    assert [next(first), next(first), next(first)] == ["a.jpg", "a_1.jpg", "a_2.jpg"]
    assert next(names.candidates("jpg", "a.jpg")) == "a_3.jpg"
    assert next(names.candidates("png", "a.jpg")) == "a.jpg"


def test_no_ending_has_two_kinds() -> None:
    assert len(CATEGORIES) > 150
    assert {extension(f"name.{ending}") for ending in CATEGORIES} == set(CATEGORIES)
