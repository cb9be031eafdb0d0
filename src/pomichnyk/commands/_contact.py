"""Commands for one contact: add, show, edit, remove."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._arguments import ref_argument
from pomichnyk.commands._fields import changes, field_arguments, removal_arguments
from pomichnyk.commands._pages import called, contact_card
from pomichnyk.commands._records import contact_record
from pomichnyk.domain.changes import Changes
from pomichnyk.errors import UsageError
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Card, Message


class ContactAdd(Command):
    """Adds a contact."""

    name = "contact add"
    summary = Text("Add a person to the address book.")
    examples = (
        "contact add 'Олена Пчілка' --phone 067-123-45-67 --birthday 1849-07-17 --tag friends",
        "contact add 'John Smith' --phone work='+44 20 7946 0958' --email john@example.com",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the name and the other fields."""
        parser.add_argument("name", metavar="NAME", help=Text("the whole name").said(catalogue))
        field_arguments(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Store the new contact."""
        contact = app.contacts.add(changes(args))
        return Message(Text("added {name} ({id})", **called(contact)), contact_record(contact))


class ContactShow(Command):
    """Shows a contact."""

    name = "contact show"
    summary = Text("Show all there is to know of a contact.")
    examples = ("contact show 'Олена Пчілка'",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the reference."""
        ref_argument(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Card:
        """Gather the contact and the notes that mention them."""
        contact = app.contacts.get(args.ref)
        return contact_card(contact, app.contacts.notes(contact.id))


class ContactEdit(Command):
    """Changes a contact."""

    name = "contact edit"
    summary = Text("Change a contact: add values, replace them, take them away.")
    examples = (
        "contact edit 'Олена Пчілка' --email olena@example.com --remove-tag friends",
        "contact edit 3f2a --name 'Ольга Косач' --birthday --07-17 --comment ''",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the reference and what to change."""
        ref_argument(parser, catalogue)
        parser.add_argument("--name", metavar="NAME", help=Text("the new name").said(catalogue))
        field_arguments(parser, catalogue)
        removal_arguments(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Store the changes."""
        if (asked := changes(args)) == Changes():
            raise UsageError(Text("say what to change, such as --phone or --remove-tag"))
        contact = app.contacts.edit(args.ref, asked)
        return Message(Text("saved {name} ({id})", **called(contact)), contact_record(contact))


class ContactRemove(Command):
    """Removes a contact."""

    name = "contact remove"
    summary = Text("Remove a contact from the address book.")
    examples = ("contact remove 3f2a",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the reference."""
        ref_argument(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Remove the contact, and give back what it was."""
        contact = app.contacts.remove(args.ref)
        return Message(Text("removed {name} ({id})", **called(contact)), contact_record(contact))
