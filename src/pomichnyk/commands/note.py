"""The note commands: what a person does with the notebook."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._arguments import (
    find_arguments,
    list_arguments,
    ref_argument,
    tag_argument,
    tag_removal_argument,
)
from pomichnyk.commands._editor import edited
from pomichnyk.commands._pages import called, note_card, note_table
from pomichnyk.commands._records import note_record
from pomichnyk.domain.note import Note
from pomichnyk.errors import UsageError
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Card, Message, Table

STDIN = "-"


class NoteAdd(Command):
    """Adds a note."""

    name = "note add"
    summary = Text("Write a note in Markdown; @Name links it to a contact.")
    examples = ("note add 'Call @Олена about the garden' --tag garden", "note add - < minutes.md")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the text and the tags."""
        parser.add_argument(
            "text",
            nargs="*",
            metavar="TEXT",
            help=Text("the text; - reads it from a pipe, nothing opens your editor").said(
                catalogue
            ),
        )
        tag_argument(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Store the new note."""
        text = " ".join(args.text)
        if not args.text and sys.stdin.isatty():
            with edited("") as text:
                note = app.notes.add(text, args.tags)
        else:
            note = app.notes.add(_typed(text or STDIN), args.tags)
        return Message(Text("added {name} ({id})", **called(note)), note_record(note))


class NoteShow(Command):
    """Shows a note."""

    name = "note show"
    summary = Text("Show a note and the contacts that it mentions.")
    examples = ("note show 3f2a",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the reference."""
        ref_argument(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Card:
        """Gather the note and the names of those it mentions."""
        note = app.notes.get(args.ref)
        return note_card(note, app.notes.mentioned(note))


class NoteEdit(Command):
    """Changes a note."""

    name = "note edit"
    summary = Text("Change a note: its text, its tags; your editor opens if you say no more.")
    examples = ("note edit 3f2a", "note edit 3f2a --tag done --remove-tag urgent")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the reference and what to change."""
        ref_argument(parser, catalogue)
        parser.add_argument(
            "--text",
            metavar="TEXT",
            help=Text("the new text; - reads it from a pipe").said(catalogue),
        )
        tag_argument(parser, catalogue)
        tag_removal_argument(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Store the changes."""
        if args.text is None and not args.tags and not args.remove_tags:
            note = _edit(app, args.ref)
        else:
            text = None if args.text is None else _typed(args.text)
            note = app.notes.edit(
                args.ref, text=text, add_tags=args.tags, remove_tags=args.remove_tags
            )
        return Message(Text("saved {name} ({id})", **called(note)), note_record(note))


class NoteRemove(Command):
    """Removes a note."""

    name = "note remove"
    summary = Text("Remove a note.")
    examples = ("note remove 3f2a",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the reference."""
        ref_argument(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Remove the note, and give back what it was."""
        note = app.notes.remove(args.ref)
        return Message(Text("removed {name} ({id})", **called(note)), note_record(note))


class NoteList(Command):
    """Lists notes."""

    name = "note list"
    summary = Text("List the notes, all or those with a tag.")
    examples = ("note list --tag garden --sort changed",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the tag, the order and the limit."""
        list_arguments(parser, catalogue, ("added", "changed", "tag"))

    def run(self, app: App, args: Namespace) -> Table[Note]:
        """Take the notes in their order."""
        notes = app.notes.all(tag=args.tag, sort=args.sort, limit=args.limit)
        return note_table(notes, Text("no notes"))


class NoteFind(Command):
    """Finds notes."""

    name = "note find"
    summary = Text("Find notes by any words or beginnings of words.")
    examples = ("note find garden",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the words and the limit."""
        find_arguments(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Table[Note]:
        """Search for the words."""
        return note_table(
            app.notes.find(" ".join(args.query), args.limit), Text("nothing is found")
        )


def _typed(text: str) -> str:
    """Return the text, or all of a pipe if it is a dash."""
    return sys.stdin.read().removesuffix("\n") if text == STDIN else text


def _edit(app: App, ref: str) -> Note:
    if not sys.stdin.isatty():
        raise UsageError(Text("say what to change, such as --text or --tag"))
    note = app.notes.get(ref)
    with edited(note.text) as text:
        return app.notes.edit(str(note.id), text=text, was=note.text)
