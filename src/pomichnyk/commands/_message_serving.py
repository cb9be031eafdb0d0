"""The command that takes messages: shows them as they come, and retries the outbox meanwhile."""

from __future__ import annotations

import gc
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from threading import Event, RLock, Thread
from typing import TYPE_CHECKING, Self

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._arguments import natural
from pomichnyk.commands._message_pages import arrival, outcome
from pomichnyk.commands._message_sending import name_argument
from pomichnyk.config import data_folder
from pomichnyk.domain.fields import LAST_PORT
from pomichnyk.domain.message import Message as Mail
from pomichnyk.domain.message import State
from pomichnyk.errors import InvalidValueError, PomichnykError, UsageError
from pomichnyk.services.arrivals import Inbox
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Message

if TYPE_CHECKING:
    from pomichnyk.messenger.identity import Identity

HOST = "127.0.0.1"
DEADLINE = 30
BEAT = 1.0
"""Seconds between looks at the outbox."""
LAST_WORD = 1.0
"""Seconds that an attempt may go on when all else has ended; it is made again another time."""


class MessageServe(Command):
    """Takes messages from other computers."""

    name = "message serve"
    summary = Text("Take messages from other computers and show them as they come, until Ctrl+C.")
    examples = (
        "message serve",
        "message serve --host 0.0.0.0 --announce --name kitchen",
        "message serve --host 192.168.0.7 --tls",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take where to listen, and how to be known."""
        from pomichnyk.messenger.protocol import DEFAULT_PORT

        parser.add_argument(
            "--host",
            default=HOST,
            metavar="HOST",
            help=Text(
                "the address to listen on; {default}, this computer alone, if not given",
                default=HOST,
            ).said(catalogue),
        )
        parser.add_argument(
            "--port",
            type=_port,
            default=DEFAULT_PORT,
            metavar="PORT",
            help=Text(
                "the port; {default} if not given, 0 for any", default=str(DEFAULT_PORT)
            ).said(catalogue),
        )
        parser.add_argument(
            "--deadline",
            type=natural(Text("deadline")),
            default=DEADLINE,
            metavar="SECONDS",
            help=Text(
                "how long a message may take to arrive; {default} if not given", default=DEADLINE
            ).said(catalogue),
        )
        name_argument(parser, catalogue)
        switches = {
            "--tls": Text("take only encrypted messages"),
            "--announce": Text("let other computers on this network find this one by its name"),
        }
        for flag, text in switches.items():
            parser.add_argument(flag, action="store_true", help=text.said(catalogue))

    def run(self, app: App, args: Namespace) -> Message:
        """Serve until a signal ends it."""
        if args.announce and _alone(args.host):
            raise UsageError(Text("--announce needs a --host that other computers can reach"))
        with Serving(app, args) as serving:
            code = serving.until_told()
        app.arrivals.skip()
        return Message(Text("stopped"), {"stopped": True}, exit_code=code)


class Serving:
    """A server together with what goes on beside it: the retries and the announcement."""

    def __init__(self, app: App, args: Namespace) -> None:
        self._app, self._args = app, args
        self._inbox = Inbox(app.storage)
        self._writing = RLock()
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        from pomichnyk.messenger import MessageServer

        with ExitStack() as opened:
            identity = self._identity()
            self._server = opened.enter_context(
                MessageServer(
                    self._inbox,
                    self._args.host,
                    self._args.port,
                    deadline=self._args.deadline,
                    tls=identity,
                    plain=identity is None,
                    on_received=self._show,
                )
            )
            shown = identity.fingerprint if identity else ""
            if self._args.announce:
                opened.enter_context(self._announced(shown))
            opened.enter_context(self._retrying())
            self._say(self._begun(shown))
            self._resources = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    def until_told(self) -> int:
        """Serve until a signal comes; return the code to exit with."""
        gc.freeze()  # or garbage is looked for in the whole program, again and again
        return self._server.serve()

    def _identity(self) -> Identity | None:
        if not self._args.tls:
            return None
        from pomichnyk.messenger.identity import Identity

        return Identity(data_folder(os.environ))

    def _begun(self, fingerprint: str) -> Message:
        host, port = self._server.address
        said = Text("listening on {host}, port {port}", host=host, port=str(port))
        if fingerprint:
            said = Text("{said}; the fingerprint is {shown}", said=said, shown=fingerprint)
        return Message(said, {"host": host, "port": port, "fingerprint": fingerprint})

    @contextmanager
    def _announced(self, fingerprint: str) -> Iterator[None]:
        from pomichnyk.messenger.discovery import announce

        name = self._args.name or self._app.mailbox.sender
        with announce(name, self._server.address[1], fingerprint) as heard:
            if not heard:
                self._say(Message(Text("this network carries no announcements")))
            yield

    @contextmanager
    def _retrying(self) -> Iterator[None]:
        """Retry the outbox as long as the block lasts, in a thread of its own.

        It is not waited for: a message that is cut off there is due again later.
        """
        ended = Event()
        thread = Thread(target=self._retry, args=(ended,), name="outbox", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(LAST_WORD)

    def _retry(self, ended: Event) -> None:
        told = ""
        while not ended.wait(BEAT):
            try:
                tried = self._app.mailbox.retry(stopped=ended.is_set)
            except PomichnykError as error:
                if str(error) != told and not ended.is_set():
                    self._fail(error)
                told = str(error)
            else:
                for mail in (one for one in tried if one.state is not State.WAITING):
                    self._say(outcome(mail))

    def _show(self, messages: Sequence[Mail]) -> None:
        for message in self._inbox.news(messages):
            self._say(arrival(message))

    def _fail(self, error: PomichnykError) -> None:
        with self._writing:
            self._app.view.error(error)

    def _say(self, page: Message) -> None:
        with self._writing:
            self._app.view.show(page)


def _port(typed: str) -> int:
    if not (typed.isdecimal() and len(typed) <= len(str(LAST_PORT)) and int(typed) <= LAST_PORT):
        raise InvalidValueError(Text("port"), typed, Text("a number from 0 to 65535"))
    return int(typed)


def _alone(host: str) -> bool:
    """Tell whether nobody but this computer reaches an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
