"""Commands that add, change and remove students, groups, subjects and teachers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._grades_ask import KINDS
from pomichnyk.errors import UsageError
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Message


class GradesAdd(Command):
    """Adds somebody."""

    name = "grades add"
    summary = Text("Add a group, a teacher, a subject with its teacher, or a student to a group.")
    examples = (
        "grades add group 10-А",
        "grades add teacher 'Коваль Ірина'",
        "grades add subject Алгебра --teacher Коваль",
        "grades add student 'Шевчук Марта' --group 10-А",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the kind, the name and what it belongs to."""
        _kind_argument(parser, catalogue)
        parser.add_argument("called", metavar="NAME", help=Text("the name").said(catalogue))
        _owner_arguments(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Store it."""
        from pomichnyk.gradebook import editing

        with app.gradebook.writing() as session:
            added = editing.add(session, args.kind, args.called, _owner(args))
        return Message(Text("added {name} (#{id})", **added._asdict()), added._asdict())


class GradesEdit(Command):
    """Changes somebody."""

    name = "grades edit"
    summary = Text("Rename a group, teacher, subject or student; give it to another.")
    examples = (
        "grades edit student Шевчук --name 'Шевчук Марта'",
        "grades edit student Шевчук --group 11-А",
        "grades edit subject Алгебра --teacher Коваль",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take whom, and what to change."""
        _kind_argument(parser, catalogue)
        _whom_argument(parser, catalogue)
        parser.add_argument(
            "--name", default="", metavar="NAME", help=Text("the new name").said(catalogue)
        )
        _owner_arguments(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Store the change."""
        from pomichnyk.gradebook import editing

        if not (args.name or _owner(args)):
            raise UsageError(Text("say what to change, such as --name"))
        with app.gradebook.writing() as session:
            changed = editing.change(session, args.kind, args.ref, args.name, _owner(args))
        return Message(Text("saved {name} (#{id})", **changed._asdict()), changed._asdict())


class GradesRemove(Command):
    """Removes somebody."""

    name = "grades remove"
    summary = Text("Remove a student, a subject, or a group or a teacher without any.")
    examples = ("grades remove group 10-А", "grades remove student Шевчук --with-grades")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take whom, and whether their grades may go too."""
        _kind_argument(parser, catalogue)
        _whom_argument(parser, catalogue)
        parser.add_argument(
            "--with-grades",
            action="store_true",
            help=Text("erase the grades too; “grades history” still tells them").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Message:
        """Remove it, or say what it still has."""
        from pomichnyk.gradebook import editing

        with app.gradebook.writing() as session:
            gone = editing.remove(session, args.kind, args.ref, with_grades=args.with_grades)
        return Message(Text("removed {name} (#{id})", **gone._asdict()), gone._asdict())


def _kind_argument(parser: ArgumentParser, catalogue: Translations) -> None:
    parser.add_argument("kind", choices=KINDS, help=Text("what it is").said(catalogue))


def _whom_argument(parser: ArgumentParser, catalogue: Translations) -> None:
    parser.add_argument(
        "ref",
        metavar="WHOM",
        help=Text("a name, the beginning of one, or a number").said(catalogue),
    )


def _owner_arguments(parser: ArgumentParser, catalogue: Translations) -> None:
    parser.add_argument(
        "--group", default="", metavar="GROUP", help=Text("a student's group").said(catalogue)
    )
    parser.add_argument(
        "--teacher", default="", metavar="TEACHER", help=Text("who teaches it").said(catalogue)
    )


def _owner(args: Namespace) -> str:
    """Return the owner that was named: what the kind does not have is refused."""
    wrong = {"student": args.teacher, "subject": args.group}.get(args.kind, "")
    if wrong:
        raise UsageError(Text("a student has a group, a subject a teacher"))
    return str(args.group or args.teacher)
