"""Parser: argparse's errors are ours, in our languages; arguments are written as people type."""

from __future__ import annotations

from argparse import ArgumentParser

import pytest

from pomichnyk.commands._contact import ContactAdd, ContactEdit
from pomichnyk.commands._contacts import ContactFind, ContactList
from pomichnyk.commands._parser import Parser, invocation, usage
from pomichnyk.commands.note import NoteAdd
from pomichnyk.errors import UsageError
from pomichnyk.text import translations

ENGLISH, UKRAINIAN = translations("en"), translations("uk")


def test_error_is_ours_and_tells_where_help_is() -> None:
    with pytest.raises(UsageError, match=r"required: NAME .*“pomichnyk help contact add”"):
        Parser(ContactAdd, ENGLISH).parse_args([])


def test_options_are_not_guessed_from_their_beginning() -> None:
    with pytest.raises(UsageError, match="--pho"):
        Parser(ContactAdd, ENGLISH).parse_args(["A", "--pho", "1"])


@pytest.mark.parametrize("typed", ["--04-15", "--0415"])
def test_birthday_without_its_year_is_a_value(typed: str) -> None:
    assert Parser(ContactAdd, ENGLISH).parse_args(["A", "--birthday", typed]).birthday == typed


def test_text_that_begins_with_a_dash_and_a_blank_is_a_value() -> None:
    assert Parser(NoteAdd, ENGLISH).parse_args(["- [ ] milk"]).text == ["- [ ] milk"]


def test_everything_behind_two_dashes_is_a_value() -> None:
    assert Parser(NoteAdd, ENGLISH).parse_args(["--", "--tag", "-h"]).text == ["--tag", "-h"]


def test_parsers_share_no_lists() -> None:
    Parser(ContactEdit, ENGLISH).parse_args(["a", "--tag", "x"])

    assert Parser(ContactEdit, ENGLISH).parse_args(["a"]).tags == []


def test_usage_is_written_as_it_is_typed() -> None:
    find = Parser(ContactFind, ENGLISH)
    order = Parser(ContactList, ENGLISH).shown()[1]

    assert usage(find.prog, find.shown()) == "pomichnyk contact find QUERY... [--limit N]"
    assert invocation(order) == "--sort name|birthday|added|changed"


def test_every_kind_of_argument_can_be_written() -> None:
    parser = ArgumentParser(add_help=False)
    kinds = [
        parser.add_argument("--dry-run", action="store_true"),
        parser.add_argument("-n", "--number", required=True),
        parser.add_argument("--pair", nargs=2, metavar=("A", "B")),
        parser.add_argument("folder"),
        parser.add_argument("more", nargs="?"),
        parser.add_argument("rest", nargs="*", metavar="REST"),
    ]

    assert usage("x", kinds) == "x [--dry-run] --number NUMBER [--pair A B] FOLDER [MORE] [REST]..."


def test_languages_differ_only_where_a_message_is_translated() -> None:
    required = "the following arguments are required: %s"
    with pytest.raises(UsageError) as english:
        Parser(ContactAdd, ENGLISH).parse_args([])
    with pytest.raises(UsageError) as ukrainian:
        Parser(ContactAdd, UKRAINIAN).parse_args([])

    assert required % "NAME" in str(english.value)
    assert UKRAINIAN.gettext(required) % "NAME" in str(ukrainian.value)
