"""Every command keeps the family's promises; a new one is under test once its module exists."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from pomichnyk.commands import Command
from pomichnyk.commands._dispatch import find
from pomichnyk.commands._parser import Parser
from pomichnyk.text import LANGUAGES, translations

COMMANDS = [pytest.param(command, id=command.name) for command in Command.plugs()]
HEAVY = (
    "alembic anyio asyncio email_validator jinja2 logging matplotlib msgpack multiprocessing "
    "orjson phonenumbers prompt_toolkit psycopg pymongo rapidfuzz redis "
    "rich sqlalchemy starlette uvicorn"
)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_lives_in_the_module_of_its_first_word(command: type[Command]) -> None:
    assert command.name.split()[0] in Command.names()


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_summed_up_in_one_sentence(command: type[Command]) -> None:
    summary = str(command.summary)

    assert summary[0].isupper()
    assert summary.endswith(".")
    assert "\n" not in summary


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_argument_is_explained(command: type[Command], language: str) -> None:
    arguments = Parser(command, translations(language)).shown()

    assert [argument.dest for argument in arguments if not argument.help] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_are_there_and_can_be_typed(command: type[Command]) -> None:
    assert command.examples
    for example in command.examples:
        words = shlex.split(example.partition("<")[0].partition(">")[0])
        found, rest = find(words)
        Parser(found, translations("en")).parse_args(rest)  # raises what is wrong with it

        assert found is command


def test_listing_the_commands_imports_nothing_heavy() -> None:
    program = f"""
import sys
before = set(sys.modules)
from pomichnyk.commands import Command
Command.plugs()
print(*sorted(set({HEAVY.split()}) & (set(sys.modules) - before)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert done.stdout.split() == []
