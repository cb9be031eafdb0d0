"""The web command: the assistant in a browser, and who gets in there."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from getpass import getpass

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.config import data_folder
from pomichnyk.errors import InvalidValueError, UsageError
from pomichnyk.services.access import Access, Token
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Message, Page, Table

HOST = "127.0.0.1"
PORT = 8765
LAST_PORT = 65_535


class Web(Command):
    """Serves the assistant to a browser."""

    name = "web"
    summary = Text("Open the assistant in a browser, on this computer or, by password, on others.")
    examples = (
        "web",
        "web --set-password",
        "web --host 0.0.0.0 --port 443 --certificate home.pem --key home.key",
        "web --new-token phone",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the address, or what to do with the password and the tokens."""
        flags = {
            "--host": (
                HOST,
                "HOST",
                Text("the address to serve; {default} if not given", default=HOST),
            ),
            "--certificate": ("", "FILE", Text("serve by TLS, with this certificate (PEM)")),
            "--key": ("", "FILE", Text("the key of the certificate, if it has a file of its own")),
            "--new-token": (None, "NAME", Text("make a token for a program that uses /api")),
            "--revoke-token": (None, "NAME", Text("make the token of that name useless")),
        }
        for flag, (default, metavar, text) in flags.items():
            parser.add_argument(flag, default=default, metavar=metavar, help=text.said(catalogue))
        parser.add_argument(
            "--port",
            type=_port,
            default=PORT,
            metavar="PORT",
            help=Text("the port; {default} if not given, 0 for any", default=PORT).said(catalogue),
        )
        switches = {
            "--open": Text("show the first page in your browser"),
            "--set-password": Text("set the password that pages ask for"),
            "--tokens": Text("list the tokens"),
        }
        for flag, text in switches.items():
            parser.add_argument(flag, action="store_true", help=text.said(catalogue))

    def run(self, app: App, args: Namespace) -> Page | None:
        """Serve, or change who gets in."""
        access = Access(data_folder(os.environ) / "web")
        if args.set_password:
            access.set_password(_password(app))
            return Message(Text("the password is set; whoever was logged in must log in again"))
        if args.new_token is not None:
            token = access.new_token(args.new_token)
            return Message(Text("{token}", token=token), {"name": args.new_token, "token": token})
        if args.revoke_token is not None:
            access.revoke_token(args.revoke_token)
            return Message(Text("the token “{name}” is of no use now", name=args.revoke_token))
        if args.tokens:
            return _tokens(access.tokens())
        if args.key and not args.certificate:
            raise UsageError(Text("--key needs --certificate"))
        app.serve_web(
            app,
            access,
            host=args.host,
            port=args.port,
            certificate=args.certificate,
            key=args.key,
            show=args.open,
        )
        return None


def _port(typed: str) -> int:
    if not (typed.isdecimal() and typed.isascii() and len(typed) <= 5 and int(typed) <= LAST_PORT):  # noqa: PLR2004  # digits of the last one
        raise InvalidValueError(
            Text("port"), typed, Text("a number from 0 to {last}", last=LAST_PORT)
        )
    return int(typed)


def _password(app: App) -> str:
    """Return the password, asked for twice at a terminal, else the first line of a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    try:
        password = getpass(app.view.say(Text("New password: ")))
        again = getpass(app.view.say(Text("Once more: ")))
    except EOFError:
        raise KeyboardInterrupt from None
    if again != password:
        raise InvalidValueError(Text("password"), "…", Text("the same password twice"))
    return password


def _tokens(tokens: Sequence[Token]) -> Table[Token]:
    return Table(
        (Text("name"), Text("made")),
        tokens,
        lambda token: (token.name, token.made),
        lambda token: {"name": token.name, "made": token.made},
        Text("no tokens"),
    )
