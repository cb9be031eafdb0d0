"""Commands that give, correct and erase grades, and tell what they were."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._grades_pages import (
    grade_record,
    grade_text,
    history_table,
    ref_argument,
)
from pomichnyk.errors import UsageError
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Message, Table

if TYPE_CHECKING:
    from pomichnyk.gradebook.grades import Change

GRADE = Text("the number of a grade, as “grades ask group-grades” shows it")


class GradesMark(Command):
    """Gives a grade."""

    name = "grades mark"
    summary = Text("Give a student a grade in a subject.")
    examples = (
        "grades mark Шевчук Алгебра 95",
        "grades mark Шевчук Алгебра 60 --day 2026-11-20 --work test --weight 2",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take whose it is, in what, and what is given."""
        whom = Text("a name, the beginning of one, or a number")
        ref_argument(parser, catalogue, "STUDENT", whom)
        ref_argument(parser, catalogue, "SUBJECT", whom)
        ref_argument(parser, catalogue, "VALUE", Text("the grade, 0 to 100"))
        _given_arguments(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Store the grade; today's unless a day is named."""
        from pomichnyk.gradebook import fields, grades, references

        value, work = fields.value(args.value), fields.work(args.work or "")
        day = fields.day(args.day) if args.day else date.today()  # noqa: DTZ011  # the teacher's day
        weight = fields.weight(args.weight) if args.weight else 1
        with app.gradebook.writing() as session:
            student = references.find(session, "student", args.student).id
            subject = references.find(session, "subject", args.subject).id
            given = grades.give(session, student, subject, value, day, weight=weight, work=work)
        return Message(
            Text("#{number}: {student}, {subject}, {day}: {value}", **grade_text(given)),
            grade_record(given),
        )


class GradesCorrect(Command):
    """Corrects a grade."""

    name = "grades correct"
    summary = Text("Correct a grade; “grades history” tells what it was.")
    examples = ("grades correct 17 --value 90", "grades correct 17 --day 2026-11-20 --work test")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the grade and what is right."""
        ref_argument(parser, catalogue, "GRADE", GRADE)
        parser.add_argument(
            "--value", metavar="VALUE", help=Text("the grade, 0 to 100").said(catalogue)
        )
        _given_arguments(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Message:
        """Store what is right, and keep what was."""
        from pomichnyk.gradebook import fields, grades

        said = {name: getattr(args, name) for name in ("value", "day", "weight", "work")}
        right = {
            name: getattr(fields, name)(typed) for name, typed in said.items() if typed is not None
        }
        if not right:
            raise UsageError(Text("say what to change, such as --value"))
        with app.gradebook.writing() as session:
            was = grades.get(session, args.grade)
            now = was._replace(**right)
            grades.correct(session, was, now)
        return Message(
            Text("#{number}: {student}, {subject}, {day}: {value}", **grade_text(now)),
            grade_record(now),
        )


class GradesErase(Command):
    """Erases a grade."""

    name = "grades erase"
    summary = Text("Erase a grade; “grades history” still tells it.")
    examples = ("grades erase 17",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the grade."""
        ref_argument(parser, catalogue, "GRADE", GRADE)

    def run(self, app: App, args: Namespace) -> Message:
        """Erase it, and keep what it was."""
        from pomichnyk.gradebook import grades

        with app.gradebook.writing() as session:
            was = grades.get(session, args.grade)
            grades.erase(session, "grade", was.id)
        return Message(
            Text("erased #{number}: {student}, {subject}, {day}: {value}", **grade_text(was)),
            grade_record(was),
        )


class GradesHistory(Command):
    """Tells what grades were."""

    name = "grades history"
    summary = Text("Tell how a grade, or the grades of a student or a subject, were changed.")
    examples = ("grades history grade 17", "grades history student Шевчук")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take whose history it is."""
        kinds = ("grade", "student", "subject")
        parser.add_argument("kind", choices=kinds, help=Text("whose history").said(catalogue))
        whom = Text("a number; or the name of a student or a subject that is still there")
        ref_argument(parser, catalogue, "WHOM", whom)

    def run(self, app: App, args: Namespace) -> Table[Change]:
        """List the changes, the oldest first; a number may be that of one who is gone."""
        from pomichnyk.gradebook import grades, references

        with app.gradebook.reading() as session:
            number = references.number(args.whom)
            if args.kind != "grade":
                known = references.meant(session, args.kind, args.whom)
                if known or not number:
                    number = references.find(session, args.kind, args.whom).id
            return history_table(grades.history(session, args.kind, number))


def _given_arguments(parser: ArgumentParser, catalogue: Translations) -> None:
    parser.add_argument(
        "--day", metavar="YYYY-MM-DD", help=Text("when it was received").said(catalogue)
    )
    parser.add_argument(
        "--weight",
        metavar="N",
        help=Text("how much it counts in the weighted average, 1 to 100").said(catalogue),
    )
    parser.add_argument(
        "--work", metavar="TEXT", help=Text("what it is for, such as test").said(catalogue)
    )
