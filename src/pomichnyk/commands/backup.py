"""The backup command: everything into one file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.text import Plural, Text, Translations
from pomichnyk.views.pages import Message

if TYPE_CHECKING:
    from pomichnyk.services.backup import Written


class Backup(Command):
    """Writes a backup."""

    name = "backup"
    summary = Text("Write everything, with the cards that contacts came from, to one file.")
    examples = ("backup book.json", "backup book.bin")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the file."""
        parser.add_argument(
            "file",
            metavar="FILE",
            help=Text(
                "what to write: .json, for any program to read, or .bin, smaller and checked"
            ).said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Message:
        """Write the file and tell what is in it."""
        from pomichnyk.services.backup import backup

        written = backup(app.home(), args.file, track=app.view.track)
        return Message(_said(written, args.file), {"file": args.file, **written._asdict()})


def _said(written: Written, path: str) -> Text:
    contacts = Plural("{count} contact", "{count} contacts", count=written.contacts)
    notes = Plural("{count} note", "{count} notes", count=written.notes)
    more = (
        Plural("{count} message", "{count} messages", count=written.messages),
        Plural(
            "{count} record of the gradebook",
            "{count} records of the gradebook",
            count=written.gradebook,
        ),
    )
    also = tuple(one for one in more if one.values["count"])
    if not also:
        return Text(
            "wrote {contacts} and {notes} to {path}", contacts=contacts, notes=notes, path=path
        )
    return Text("wrote {what} to {path}", what=(contacts, notes, *also), path=path)
