"""Parser: argparse that speaks of its errors as ours, and that can list its arguments."""

from __future__ import annotations

import re
from argparse import SUPPRESS, Action, ArgumentParser
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, NoReturn

from pomichnyk.errors import InvalidValueError, UsageError
from pomichnyk.text import Text, Translations

if TYPE_CHECKING:
    from pomichnyk.commands import Command

PROGRAM = "pomichnyk"
_VALUE_WITH_DASHES = re.compile(r"--?\d.*")


class Parser(ArgumentParser):
    """Parses what follows the words of one command."""

    def __init__(self, command: type[Command], catalogue: Translations) -> None:
        super().__init__(f"{PROGRAM} {command.name}", add_help=False, allow_abbrev=False)
        # A birthday without its year, --04-15, is a value: no option begins with a digit.
        self._negative_number_matcher = _VALUE_WITH_DASHES
        self.command = command
        command.arguments(self, catalogue)

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found wrong as an error of ours."""
        raise UsageError(
            Text(
                "{message} (see “pomichnyk help {command}”)",
                message=message,
                command=self.command.name,
            )
        )

    def shown(self) -> list[Action]:
        """Return the arguments that help tells of, in the order they were declared."""
        return [action for action in self._actions if action.help is not SUPPRESS]


def invocation(argument: Action) -> str:
    """Return how an argument is written, such as ``--limit N``."""
    values = argument.metavar or "|".join(argument.choices or ()) or argument.dest.upper()
    value = values if isinstance(values, str) else " ".join(values)
    name = "".join(argument.option_strings[-1:])
    return " ".join(filter(None, (name, value if argument.nargs != 0 else "")))


def usage(program: str, arguments: Iterable[Action]) -> str:
    """Return how a whole command is written, such as ``pomichnyk contact find QUERY...``."""
    return " ".join((program, *map(_used, arguments)))


def _used(argument: Action) -> str:
    written = invocation(argument)
    many = "..." if argument.nargs in ("+", "*") or argument.default == [] else ""
    return written + many if argument.required else f"[{written}]{many}"


def natural(field: Text) -> Callable[[str], int]:
    """Return an argument's type: a whole number from 1 on, refused under the field's name."""

    def parse(typed: str) -> int:
        if not (typed.isdecimal() and len(typed) < 19 and int(typed)):  # noqa: PLR2004  # fits 64 bits
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


def query_argument(parser: ArgumentParser, catalogue: Translations) -> None:
    """Declare the words to search for, read as ``query``, a list."""
    parser.add_argument(
        "query",
        nargs="+",
        metavar="QUERY",
        help=Text("words, in any order, in any spelling").said(catalogue),
    )


def limit_argument(
    parser: ArgumentParser, catalogue: Translations, default: int | None = None
) -> None:
    """Declare how many to show at most, read as ``limit``."""
    parser.add_argument(
        "--limit",
        type=natural(Text("limit")),
        default=default,
        metavar="N",
        help=Text("show at most so many").said(catalogue),
    )
