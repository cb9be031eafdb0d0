"""Texts: one message in the language of whoever reads it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from pomichnyk import text
from pomichnyk.text import LANGUAGES, Plural, Text, say, speak, translations


@pytest.fixture(autouse=True)
def _argparse_speaks_english_again() -> Iterator[None]:
    yield
    speak(translations("en"))


class Shouting:
    """A catalogue that turns every message into capitals."""

    def gettext(self, message: str, /) -> str:
        return message.upper().replace("{WHAT}", "{what}").replace("{COUNT}", "{count}")

    def ngettext(self, one: str, many: str, count: int, /) -> str:
        return self.gettext(one if count == 1 else many)


def test_a_text_is_its_english_until_it_is_said() -> None:
    hello = Text("hello, {what}", what="you")

    assert str(hello) == "hello, you"
    assert hello.said(Shouting()) == "HELLO, you"
    assert repr(hello) == "Text('hello, you')"


def test_a_text_in_a_text_is_said_in_the_same_language() -> None:
    assert Text("not {what}", what=Text("the name")).said(Shouting()) == "NOT THE NAME"


def test_texts_in_a_tuple_are_said_with_commas_between() -> None:
    both = (Text("one"), "two", Text("three"))

    assert Text("not {what}", what=both).said(Shouting()) == "NOT ONE, two, THREE"
    assert str(Text("{what}", what=())) == ""


def test_braces_in_a_value_stay() -> None:
    assert str(Text("{what}", what="{count} {")) == "{count} {"


def test_an_empty_text_says_nothing() -> None:
    assert Text("").said(translations("uk")) == ""


@pytest.mark.parametrize(("count", "said"), [(0, "0 ROWS"), (1, "1 ROW"), (2, "2 ROWS")])
def test_a_plural_agrees_with_its_count(count: int, said: str) -> None:
    assert Plural("{count} row", "{count} rows", count=count).said(Shouting()) == said
    assert str(Plural("{count} row", "{count} rows", count=count)) == said.lower()


def test_texts_are_equal_when_they_say_the_same() -> None:
    assert Text("{what}", what=1) == Text("{what}", what=1)
    assert hash(Text("{what}", what=[])) == hash(Text("{what}", what=2))
    assert Text("{what}", what=1) != Text("{what}", what=2)
    assert Text("a") != "a"


def test_only_texts_are_translated() -> None:
    assert say(Text("a"), Shouting()) == "A"
    assert say("a", Shouting()) == "a"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_catalogues_the_program_speaks_english(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "CATALOGUES", tmp_path)

    assert Text("name").said(translations.__wrapped__(language)) == "name"


class Mumbling(Shouting):
    """A catalogue that knows two messages of argparse."""

    def gettext(self, message: str, /) -> str:
        known = {"expected one argument": "one!", "expected %s arguments": "%s!"}
        return known.get(message, message)


@pytest.mark.parametrize(("many", "said"), [(None, "one!"), (2, "2!")])
def test_argparse_speaks_the_language_that_was_asked_last(many: int | None, said: str) -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--limit", nargs=many)

    speak(Mumbling())
    with pytest.raises(argparse.ArgumentError, match=said):
        parser.parse_args(["--limit"])
    speak(translations("en"))
    with pytest.raises(argparse.ArgumentError, match="expected"):
        parser.parse_args(["--limit"])
