"""Commands for the messages that are kept: list, find, show, remove."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._arguments import find_arguments, limit_argument
from pomichnyk.commands._message_pages import (
    STATES,
    message_card,
    message_record,
    message_table,
)
from pomichnyk.commands._pages import short
from pomichnyk.domain.message import Message as Mail
from pomichnyk.domain.message import State
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Card, Message, Table


class MessageList(Command):
    """Lists messages."""

    name = "message list"
    summary = Text("List the messages, the latest first.")
    examples = ("message list --limit 20", "message list --waiting")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the state and the limit."""
        states = parser.add_mutually_exclusive_group()
        for state, said in STATES.items():
            states.add_argument(
                f"--{state.value}",
                dest="state",
                action="store_const",
                const=state,
                help=Text("only those that are: {state}", state=said).said(catalogue),
            )
        limit_argument(parser, catalogue, None)

    def run(self, app: App, args: Namespace) -> Table[Mail]:
        """Take the messages in their order."""
        state: State | None = args.state
        found = app.mailbox.all(state=state, limit=args.limit)
        return message_table(found, app.mailbox.known, Text("no messages"))


class MessageFind(Command):
    """Finds messages."""

    name = "message find"
    summary = Text("Find messages by any words of theirs, or by who they are from.")
    examples = ("message find кав",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the words and the limit."""
        find_arguments(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Table[Mail]:
        """Search for the words."""
        found = app.mailbox.find(" ".join(args.query), args.limit)
        return message_table(found, app.mailbox.known, Text("nothing is found"))


class MessageShow(Command):
    """Shows a message."""

    name = "message show"
    summary = Text("Show a message whole, and what became of it.")
    examples = ("message show 0e87f177",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the reference."""
        message_argument(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Card:
        """Look the message up."""
        return message_card(app.mailbox.get(args.ref), app.mailbox.known)


class MessageRemove(Command):
    """Removes a message."""

    name = "message remove"
    summary = Text("Remove a message; one that is waiting is sent no more.")
    examples = ("message remove 0e87f177",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the reference."""
        message_argument(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Remove the message, and give back what it was."""
        gone = app.mailbox.remove(args.ref)
        return Message(Text("removed the message {id}", id=short(gone.id)), message_record(gone))


def message_argument(
    parser: ArgumentParser, catalogue: Translations, *, optional: bool = False
) -> None:
    """Declare the reference to a message, read as ``ref``."""
    parser.add_argument(
        "ref",
        nargs="?" if optional else None,
        default="" if optional else None,
        metavar="REF",
        help=Text("an id, or the beginning of one").said(catalogue),
    )
