"""The backup command: everything into one file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.text import Plural, Text, Translations
from pomichnyk.views.pages import Message


class Backup(Command):
    """Writes a backup."""

    name = "backup"
    summary = Text("Write all contacts, with the cards they came from, and all notes to one file.")
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

        contacts, notes = backup(app.storage, args.file, track=app.view.track)
        said = Text(
            "wrote {contacts} and {notes} to {path}",
            contacts=Plural("{count} contact", "{count} contacts", count=contacts),
            notes=Plural("{count} note", "{count} notes", count=notes),
            path=args.file,
        )
        return Message(said, {"file": args.file, "contacts": contacts, "notes": notes})
