"""Commands that ask the gradebook: the list of questions, a question, who there is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._arguments import natural
from pomichnyk.commands._grades_pages import figure
from pomichnyk.commands._grades_questions import QUESTIONS, Question, answer
from pomichnyk.gradebook.queries import BEST
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Message, Page, Record, Table

KINDS = ("student", "group", "subject", "teacher")


class GradesList(Command):
    """Lists the questions."""

    name = "grades list"
    summary = Text("List the twelve questions: their names, what they are about, what they ask.")
    examples = ("grades list",)

    def run(self, app: App, args: Namespace) -> Table[tuple[str, Question]]:
        """Name the questions, in the order of their making."""
        del app, args
        return Table(
            (Text("question"), Text("about"), Text("what it asks")),
            [*QUESTIONS.items()],
            lambda one: (one[0], one[1].arguments(), one[1].sentence),
            lambda one: {
                "question": one[0],
                "about": [*one[1].kinds],
                "sentence": str(one[1].sentence),
            },
            Text("no questions"),
        )


class GradesAsk(Command):
    """Asks a question."""

    name = "grades ask"
    summary = Text("Ask one of the twelve questions that “grades list” names.")
    examples = (
        "grades ask top-students --limit 3",
        "grades ask group-average G-101 Physics",
        "grades ask courses-by-teacher 'Benson Darrell' Reese",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the question and whom or what it is about."""
        parser.add_argument(
            "question",
            choices=[*QUESTIONS],
            metavar="QUESTION",
            help=Text("the name of a question").said(catalogue),
        )
        parser.add_argument(
            "about",
            nargs="*",
            metavar="WHOM",
            help=Text("names, beginnings of names or numbers, in the question's order").said(
                catalogue
            ),
        )
        parser.add_argument(
            "--limit",
            type=natural(Text("limit")),
            default=BEST,
            metavar="N",
            help=Text("how many of the best students; {count} if not given", count=BEST).said(
                catalogue
            ),
        )

    def run(self, app: App, args: Namespace) -> Page:
        """Ask, and show the answer as a table or as one figure."""
        with app.gradebook.reading() as session:
            answered = answer(session, args.question, args.about, args.limit)
        row = QUESTIONS[args.question].row
        if row is None:
            return Message(
                Text("no grades") if answered is None else Text("{value}", value=figure(answered)),
                {"average": answered},
            )
        return answer_table(getattr(row, "_fields", ()), answered)


class GradesShow(Command):
    """Shows who there is."""

    name = "grades show"
    summary = Text("Show all students, groups, subjects or teachers, with their numbers.")
    examples = ("grades show student", "grades show subject")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the kind."""
        parser.add_argument(
            "kind", choices=KINDS, help=Text("whom or what to show").said(catalogue)
        )

    def run(self, app: App, args: Namespace) -> Table[tuple[Any, ...]]:
        """List them in the order of their names."""
        with app.gradebook.reading() as session:
            found = session.rows(f"{args.kind}.all")
        more = {
            "student": Text("group"),
            "group": Text("students"),
            "subject": Text("teacher"),
            "teacher": Text("subjects"),
        }[args.kind]
        return Table(
            (Text("no."), Text("name"), more),
            found,
            lambda one: [*map(str, one)],
            lambda one: dict(zip(("id", "name", more.template), one, strict=True)),
            Text("there are none"),
        )


def answer_table(fields: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Table[tuple[Any, ...]]:
    """Return a page of the rows that answer a question."""
    headings: Mapping[str, Text] = {
        "id": Text("no."),
        "name": Text("name"),
        "average": Text("average"),
        "grade": Text("grade no."),
        "value": Text("grade"),
        "day": Text("day"),
    }
    return Table(
        [headings[field] for field in fields],
        rows,
        lambda row: [*map(figure, row)],
        lambda row: record(fields, row),
        Text("no answer: there is nobody and nothing of the kind"),
    )


def record(fields: Sequence[str], row: Sequence[Any]) -> Record:
    """Return what a program reads of a row of an answer."""
    values = dict(zip(fields, row, strict=True))
    return values | ({"day": str(values["day"])} if "day" in values else {})
