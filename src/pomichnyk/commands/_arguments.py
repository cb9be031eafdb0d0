"""Arguments that several commands take, and the types of their values."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import date

from pomichnyk.errors import InvalidValueError
from pomichnyk.storage import FOUND
from pomichnyk.text import Text, Translations

MOST = 10**9
"""The largest number that is taken: more than anyone has, and every store can count so far."""


def natural(field: Text) -> Callable[[str], int]:
    """Return an argument's type: a whole number from 1 on, refused under the field's name."""

    def parse(typed: str) -> int:
        if not (typed.isdecimal() and len(typed) <= len(str(MOST)) and 1 <= int(typed) <= MOST):
            raise InvalidValueError(field, typed, Text("a whole number from 1 on"))
        return int(typed)

    return parse


def day(typed: str) -> date:
    """Return the day that was typed as YYYY-MM-DD; an argument's type.

    Raises:
        InvalidValueError: there is no such day, or its next year is beyond the calendar.
    """
    try:
        found = date.fromisoformat(typed)
        found.replace(year=found.year + 1, day=1)
    except ValueError:
        raise InvalidValueError(Text("day"), typed, Text("a day as YYYY-MM-DD")) from None
    return found


def ref_argument(parser: ArgumentParser, catalogue: Translations) -> None:
    """Declare the reference to a record, read as ``ref``."""
    parser.add_argument(
        "ref",
        metavar="REF",
        help=Text("an id, the beginning of one, or a name").said(catalogue),
    )


def find_arguments(parser: ArgumentParser, catalogue: Translations) -> None:
    """Declare what a search takes, read as ``query``, a list of words, and ``limit``."""
    parser.add_argument(
        "query",
        nargs="+",
        metavar="QUERY",
        help=Text("words or their beginnings, in any order").said(catalogue),
    )
    limit_argument(parser, catalogue, FOUND)


def list_arguments(parser: ArgumentParser, catalogue: Translations, orders: Sequence[str]) -> None:
    """Declare what a list takes, read as ``tag``, ``sort`` (the first by default), ``limit``."""
    parser.add_argument(
        "--tag",
        default="",
        metavar="TAG",
        help=Text("only those with this tag").said(catalogue),
    )
    parser.add_argument(
        "--sort",
        choices=orders,
        default=orders[0],
        help=Text("the order; {default} if not given", default=orders[0]).said(catalogue),
    )
    limit_argument(parser, catalogue, None)


def tag_argument(parser: ArgumentParser, catalogue: Translations) -> None:
    """Declare ``--tag``, read as ``tags``."""
    parser.add_argument(
        "--tag",
        dest="tags",
        action="append",
        default=[],
        metavar="TAG",
        help=Text("a word to group by; may be repeated").said(catalogue),
    )


def tag_removal_argument(parser: ArgumentParser, catalogue: Translations) -> None:
    """Declare ``--remove-tag``, read as ``remove_tags``."""
    parser.add_argument(
        "--remove-tag",
        dest="remove_tags",
        action="append",
        default=[],
        metavar="TAG",
        help=Text("a tag to take away; may be repeated").said(catalogue),
    )


def limit_argument(parser: ArgumentParser, catalogue: Translations, default: int | None) -> None:
    """Declare ``--limit``, read as ``limit``."""
    parser.add_argument(
        "--limit",
        type=natural(Text("limit")),
        default=default,
        metavar="N",
        help=Text("show at most so many").said(catalogue),
    )
