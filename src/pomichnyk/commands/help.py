"""The help command: which commands there are, and what one of them takes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._dispatch import find
from pomichnyk.commands._parser import Parser, invocation, usage
from pomichnyk.text import Text, Translations
from pomichnyk.views import View
from pomichnyk.views.pages import Card, Page, Table


class Help(Command):
    """Tells what there is to ask for."""

    name = "help"
    summary = Text("List the commands, or tell what one of them takes.")
    examples = ("help contact", "help contact add")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the words of a command."""
        parser.add_argument(
            "words",
            nargs="*",
            metavar="COMMAND",
            help=Text("a command, or its first word").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Page:
        """List all commands or those with one first word, or explain one."""
        first = args.words[0] if args.words else ""
        group = [one for one in Command.plugs() if not first or one.name.split()[0] == first]
        if group and len(args.words) <= 1 and first not in {one.name for one in group}:
            return _table(group, app.view)
        command, _ = find(args.words)
        return explained(command, app.view.catalogue, group)


def _table(commands: Sequence[type[Command]], view: View) -> Table[type[Command]]:
    return Table(
        (Text("command"), Text("what it does")),
        sorted(commands, key=lambda command: command.name.split()[0]),
        lambda command: (command.name, command.summary),
        lambda command: {"command": command.name, "summary": view.say(command.summary)},
        Text("no commands"),
    )


def explained(
    command: type[Command], catalogue: Translations, group: Sequence[type[Command]] = ()
) -> Card:
    """Return a page of what a command takes, and of the others of its group."""
    parser = Parser(command, catalogue)
    arguments = parser.shown()
    helps = [(invocation(argument), argument.help or "") for argument in arguments]
    others = [one.name for one in group if one is not command]
    return Card(
        command.summary,
        [
            (Text("usage"), [usage(parser.prog, arguments)]),
            *((name, [text]) for name, text in helps),
            (Text("examples"), [f"pomichnyk {example}" for example in command.examples]),
            (Text("see also"), [", ".join(others)] if others else []),
        ],
        {
            "command": command.name,
            "summary": command.summary.said(catalogue),
            "usage": usage(parser.prog, arguments),
            "arguments": [{"name": name, "help": text} for name, text in helps],
            "examples": [*command.examples],
        },
    )
