"""The restore command: back from a backup."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Message

if TYPE_CHECKING:
    from pomichnyk.services.backup import Counts


class Restore(Command):
    """Restores a backup."""

    name = "restore"
    summary = Text("Put back what a backup has; what was added since stays.")
    examples = ("restore book.json",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the file."""
        parser.add_argument(
            "file", metavar="FILE", help=Text("the backup, .json or .bin").said(catalogue)
        )

    def run(self, app: App, args: Namespace) -> Message:
        """Store what the backup has and report."""
        from pomichnyk.services.backup import restore

        report = restore(app.storage, args.file, track=app.view.track)
        said = Text(
            "contacts: {contacts}; notes: {notes}",
            contacts=_counts(report.contacts),
            notes=_counts(report.notes),
        )
        return Message(said, asdict(report))


def _counts(counts: Counts) -> Text:
    return Text("{new} new, {updated} updated, {unchanged} unchanged", **asdict(counts))
