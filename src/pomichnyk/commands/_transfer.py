"""Commands that take contacts in from files and give them out."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.errors import PARTLY_DONE
from pomichnyk.text import Plural, Text, Translations
from pomichnyk.views.pages import Card, Message, Page

if TYPE_CHECKING:
    from pomichnyk.services.imports import Report
    from pomichnyk.vcard import CardError


class ContactImport(Command):
    """Takes contacts in."""

    name = "contact import"
    summary = Text("Take in contacts from a file of cards (.vcf) or a spreadsheet (.csv).")
    examples = ("contact import phone.vcf --dry-run", "contact import outlook.csv")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the file and how to read it."""
        parser.add_argument(
            "file",
            metavar="FILE",
            help=Text("vCards of any version, or Google's or Outlook's contacts").said(catalogue),
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help=Text("tell what would be done, and do nothing").said(catalogue),
        )
        parser.add_argument(
            "--encoding",
            default="",
            metavar="NAME",
            help=Text("what an old file is in, such as windows-1251").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Page:
        """Store what is new and report."""
        from pomichnyk.services.transfer import import_

        report = import_(
            app.storage,
            args.file,
            region=app.config.region,
            encoding=args.encoding,
            dry_run=args.dry_run,
            track=app.view.track,
        )
        return report_page(report)


class ContactExport(Command):
    """Gives contacts out."""

    name = "contact export"
    summary = Text("Write contacts to a file of cards (.vcf) or a spreadsheet (.csv).")
    examples = ("contact export contacts.vcf --tag family", "contact export all.csv --csv outlook")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the file and what to write."""
        parser.add_argument(
            "file", metavar="FILE", help=Text("what to write: .vcf or .csv").said(catalogue)
        )
        parser.add_argument(
            "--tag",
            default="",
            metavar="TAG",
            help=Text("only those with this tag").said(catalogue),
        )
        parser.add_argument(
            "--csv",
            choices=("google", "outlook"),
            default="google",
            help=Text("whose columns a .csv file has; Google's if not given").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Message:
        """Write the file and tell how many contacts are in it."""
        from pomichnyk.services.transfer import export

        count = export(
            app.storage,
            args.file,
            tag=args.tag,
            region=app.config.region,
            dialect=args.csv,
            track=app.view.track,
        )
        text = Plural(
            "wrote {count} contact to {path}",
            "wrote {count} contacts to {path}",
            count=count,
            path=args.file,
        )
        return Message(text, {"file": args.file, "contacts": count})


def report_page(report: Report) -> Page:
    """Return a page that tells what became of the contacts of a file."""
    return _failures(report) if report.failed else Message(_counts(report), _record(report))


def _counts(report: Report) -> Text:
    return Text(
        "{new} new, {updated} updated, {unchanged} unchanged",
        new=report.new,
        updated=report.updated,
        unchanged=report.unchanged,
    )


def _failures(report: Report) -> Card:
    fields = [(Text("not taken"), [*map(_failure, report.failed)])]
    return Card(_counts(report), fields, _record(report), exit_code=PARTLY_DONE)


def _failure(error: CardError) -> Text:
    if not error.name:
        return error.text
    return Text(
        "card {number} ({name}): {why}", number=error.number, name=error.name, why=error.why
    )


def _record(report: Report) -> dict[str, object]:
    return {
        "new": report.new,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "failed": [
            {"card": error.number, "name": error.name, "why": str(error.why)}
            for error in report.failed
        ],
    }
