"""Parser: argparse that speaks of its errors as ours, and that can list its arguments."""

from __future__ import annotations

import re
from argparse import SUPPRESS, Action, ArgumentParser, HelpFormatter
from collections.abc import Iterable
from functools import partial
from typing import NoReturn

from pomichnyk.commands import Command
from pomichnyk.errors import UsageError
from pomichnyk.text import Text, Translations, speak

PROGRAM = "pomichnyk"
_VALUE_WITH_DASHES = re.compile(r"--?\d.*")


class Parser(ArgumentParser):
    """Parses what follows the words of one command."""

    def __init__(self, command: type[Command], catalogue: Translations) -> None:
        speak(catalogue)
        # Without a width, argparse imports shutil for each argument, which costs a start 5 %.
        super().__init__(
            f"{PROGRAM} {command.name}",
            formatter_class=partial(HelpFormatter, width=80),
            add_help=False,
            allow_abbrev=False,
        )
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
    needed = argument.required and argument.nargs != "*"
    return written + many if needed else f"[{written}]{many}"
