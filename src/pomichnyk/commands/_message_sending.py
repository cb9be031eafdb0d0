"""Commands that send messages: send, retry; and who is there to send to: peers."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._arguments import natural
from pomichnyk.commands._message_box import message_argument
from pomichnyk.commands._message_pages import message_table, outcome, peer_table
from pomichnyk.domain.message import State
from pomichnyk.errors import PARTLY_DONE, ConflictError, UnavailableError, UsageError
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Page

STDIN = "-"
LISTENED = 2
CODES = {
    State.DELIVERED: 0,
    State.REFUSED: ConflictError.exit_code,
    State.WAITING: UnavailableError.exit_code,
}
"""What the shell is told of a message that was tried."""


class MessageSend(Command):
    """Sends a message."""

    name = "message send"
    summary = Text("Send a message to another computer; it is kept until it gets there.")
    examples = (
        "message send 192.168.0.7 'the tea is ready'",
        "message send 'Олена Пчілка' привіт",
        "message send kitchen - < shopping.txt",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take whom to send to, and what."""
        parser.add_argument(
            "whom",
            metavar="WHOM",
            help=Text("a contact, a computer nearby, or HOST[:PORT]").said(catalogue),
        )
        parser.add_argument(
            "text",
            nargs="+",
            metavar="TEXT",
            help=Text("what to say; - reads it from a pipe").said(catalogue),
        )
        name_argument(parser, catalogue)
        parser.add_argument(
            "--tls",
            action="store_true",
            help=Text("send it encrypted, or not at all").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Page:
        """Store the message, try to send it, and say what became of it."""
        text = " ".join(args.text)
        if text == STDIN:
            text = sys.stdin.read().removesuffix("\n")
        sent = app.mailbox.send(args.whom, text, sender=args.name, tls=args.tls)
        return outcome(sent, CODES[sent.state])


class MessageRetry(Command):
    """Tries the messages that are waiting."""

    name = "message retry"
    summary = Text("Try again to send the messages that are waiting and due.")
    examples = ("message retry", "message retry --all", "message retry 0e87f177")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take which ones."""
        message_argument(parser, catalogue, optional=True)
        parser.add_argument(
            "--all",
            action="store_true",
            help=Text("also those that are not due yet").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Page:
        """Try them, and say what became of each."""
        if args.ref:
            if args.all:
                raise UsageError(Text("--all goes without REF"))
            sent = app.mailbox.retry_one(args.ref)
            return outcome(sent, CODES[sent.state])
        tried = app.mailbox.retry(every=args.all)
        failed = any(one.state is not State.DELIVERED for one in tried)
        code = PARTLY_DONE if failed else 0
        return message_table(tried, app.mailbox.known, Text("no message is due"), code)


class MessagePeers(Command):
    """Lists the computers nearby."""

    name = "message peers"
    summary = Text("List the computers on this network that announce that they take messages.")
    examples = ("message peers", "message peers --seconds 5")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take how long to listen."""
        parser.add_argument(
            "--seconds",
            type=natural(Text("seconds")),
            default=LISTENED,
            metavar="N",
            help=Text("how long to listen; {default} if not given", default=LISTENED).said(
                catalogue
            ),
        )

    def run(self, app: App, args: Namespace) -> Page:
        """Listen, and note who answers, so that their names can be completed."""
        return peer_table(app.mailbox.peers.around(args.seconds))


def name_argument(parser: ArgumentParser, catalogue: Translations) -> None:
    """Declare what this computer calls itself, read as ``name``."""
    parser.add_argument(
        "--name",
        default="",
        metavar="NAME",
        help=Text("what this computer calls itself; its host name if not given").said(catalogue),
    )
