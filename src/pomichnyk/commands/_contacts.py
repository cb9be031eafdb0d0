"""Commands for many contacts: list, find, birthdays."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date, datetime

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._arguments import day, find_arguments, list_arguments, natural
from pomichnyk.commands._pages import birthday_table, contact_table
from pomichnyk.domain.contact import Contact
from pomichnyk.text import Plural, Text, Translations
from pomichnyk.views.pages import Message, Page, Table

WEEK = 7


class ContactList(Command):
    """Lists contacts."""

    name = "contact list"
    summary = Text("List the contacts, all or those with a tag.")
    examples = ("contact list --tag friends --sort birthday",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the tag, the order and the limit."""
        list_arguments(parser, catalogue, ("name", "birthday", "added", "changed"))

    def run(self, app: App, args: Namespace) -> Table[Contact]:
        """Take the contacts in their order."""
        contacts = app.contacts.all(tag=args.tag, sort=args.sort, limit=args.limit)
        return contact_table(contacts, Text("no contacts"))


class ContactFind(Command):
    """Finds contacts."""

    name = "contact find"
    summary = Text("Find contacts by any words, beginnings of words or digits of a number.")
    examples = ("contact find шевч", "contact find 067 123")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the words and the limit."""
        find_arguments(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Table[Contact]:
        """Search for the words."""
        found = app.contacts.find(" ".join(args.query), args.limit)
        return contact_table(found, Text("nothing is found"))


class ContactBirthdays(Command):
    """Tells the birthdays to come."""

    name = "contact birthdays"
    summary = Text("Tell whose birthday comes in the next days, and the age they turn.")
    examples = ("contact birthdays --days 30", "contact birthdays --ics birthdays.ics")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the days, or the calendar to write."""
        parser.add_argument(
            "--days",
            type=natural(Text("days")),
            default=WEEK,
            metavar="N",
            help=Text("how many days, the first one included; a week if not given").said(catalogue),
        )
        parser.add_argument(
            "--from",
            dest="start",
            type=day,
            metavar="YYYY-MM-DD",
            help=Text("the first day; today if not given").said(catalogue),
        )
        parser.add_argument(
            "--ics",
            metavar="FILE",
            help=Text("write every birthday to a calendar instead").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Page:
        """Look ahead so many days, or write the calendar."""
        if args.ics is not None:
            return _write_calendar(app, args.ics)
        start: date = args.start or datetime.now().astimezone().date()
        return birthday_table(app.contacts.birthdays(args.days, start), start)


def _write_calendar(app: App, path: str) -> Message:
    from pomichnyk.files import replacing, told
    from pomichnyk.vcard.ics import calendar

    born = [contact for contact in app.contacts.all() if contact.birthday]
    with told(path), replacing(path) as file:
        file.writelines(piece.encode() for piece in calendar(born))
    text = Plural(
        "wrote {count} birthday to {path}",
        "wrote {count} birthdays to {path}",
        count=len(born),
        path=path,
    )
    return Message(text, {"file": path, "birthdays": len(born)})
