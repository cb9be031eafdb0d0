"""The storage commands: what a person asks about the home of what is kept."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import ExitStack

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._storage_copy import StorageCopy, existing
from pomichnyk.errors import PARTLY_DONE
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Card, Message, Page, Table

__all__ = ["StorageCheck", "StorageCopy", "StorageInfo", "StorageUpgrade", "size"]

THOUSAND = 1000


class StorageInfo(Command):
    """Says where contacts, notes and messages are kept."""

    name = "storage info"
    summary = Text("Say where contacts and notes are kept, how many there are, and their size.")
    examples = ("storage info",)

    def run(self, app: App, args: Namespace) -> Card:
        """Show what the storage says of itself."""
        del args
        info = app.storage.info()
        return Card(
            Text("Storage"),
            [
                (Text("URL"), [info.url]),
                (Text("schema"), [info.version] if info.version else []),
                (Text("contacts"), [str(info.contacts)]),
                (Text("notes"), [str(info.notes)]),
                (Text("messages"), [str(info.messages)]),
                (Text("size"), [] if info.size is None else [size(info.size)]),
            ],
            {
                "url": info.url,
                "version": info.version,
                "contacts": info.contacts,
                "notes": info.notes,
                "messages": info.messages,
                "size": info.size,
            },
        )


class StorageUpgrade(Command):
    """Brings the schema up to date."""

    name = "storage upgrade"
    summary = Text("Bring the storage up to date with this version of the program.")
    examples = ("storage upgrade",)

    def run(self, app: App, args: Namespace) -> Message:
        """Upgrade, and say which revision the schema is at."""
        del args
        revision = app.storage.upgrade()
        said = Text("the storage is up to date; its schema is {version}", version=revision)
        if not revision:
            said = Text("the storage has no schema to be upgraded")
        return Message(said, {"version": revision})


class StorageCheck(Command):
    """Looks for damage."""

    name = "storage check"
    summary = Text("Look for damage and disagreement inside the storage, and read every record.")
    examples = ("storage check", "storage check sqlite:///old.db")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the storage, if it is another one."""
        parser.add_argument(
            "url",
            nargs="?",
            default="",
            metavar="URL",
            help=Text("the URL of a storage; the one in use if not given").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Page:
        """Show what is wrong, a line each, or say that nothing is."""
        from pomichnyk.services.checking import check

        with ExitStack() as stack:
            one = existing(app, args.url, stack) if args.url else app
            checked = check(one.home(), track=app.view.track)
        wrong = checked.problems
        if not wrong:
            record = {"problems": [], "digest": str(checked.digest)}
            return Message(Text("the storage is sound"), record)
        return Table(
            (Text("problem"),),
            wrong,
            lambda problem: (problem,),
            lambda problem: {"problem": str(problem)},
            Text("no problems"),
            exit_code=PARTLY_DONE,
        )


def size(count: int) -> str:
    """Return a number of bytes as a person reads it: ``512 B``, ``1.5 MB``."""
    if count < THOUSAND:
        return f"{count} B"
    number, units = float(count), iter("kMGTPE")
    while number >= THOUSAND:
        number, unit = number / THOUSAND, next(units)
    return f"{number:.1f} {unit}B"
