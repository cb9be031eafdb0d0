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
    from pomichnyk.services.backup import Counts, Report


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
        parser.add_argument(
            "--without-grades",
            action="store_true",
            help=Text("leave the gradebook aside").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Message:
        """Store what the backup has and report."""
        from pomichnyk.services.backup import restore

        grades = not args.without_grades
        home = app.home(gradebook=grades)
        report = restore(home, args.file, grades=grades, track=app.view.track)
        return restored_page(report)


def restored_page(report: Report) -> Message:
    """Return a page of what became of the records of a backup."""
    return Message(_said(report), asdict(report))


def _said(report: Report) -> Text:
    said = Text(
        "contacts: {contacts}; notes: {notes}",
        contacts=_counts(report.contacts),
        notes=_counts(report.notes),
    )
    if report.messages != type(report.messages)():
        said = Text("{said}; messages: {messages}", said=said, messages=_counts(report.messages))
    if report.gradebook != type(report.gradebook)():
        said = Text("{said}; grades: {grades}", said=said, grades=_counts(report.gradebook))
    return said


def _counts(counts: Counts) -> Text:
    return Text("{new} new, {updated} updated, {unchanged} unchanged", **asdict(counts))
