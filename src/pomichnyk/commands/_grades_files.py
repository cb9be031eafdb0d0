"""Commands that fill the gradebook: with random people, from sheets; and that write sheets."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._arguments import natural
from pomichnyk.commands._grades_ask import KINDS
from pomichnyk.errors import PARTLY_DONE, InvalidValueError
from pomichnyk.text import LANGUAGES, Plural, Text, Translations
from pomichnyk.views.pages import Card, Message, Page

if TYPE_CHECKING:
    from pomichnyk.gradebook.importing import Report

SIZES = ("students", "groups", "subjects", "teachers", "grades")
SCHOOL_BEGINS = 9
"""The month in which a school year begins."""


class GradesSeed(Command):
    """Fills an empty gradebook."""

    name = "grades seed"
    summary = Text("Fill an empty gradebook with random people and grades, to try it.")
    examples = ("grades seed --seed 7", "grades seed --students 1000 --groups 40 --names en")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the sizes, the language of the names, and what makes it repeatable."""
        from pomichnyk.gradebook.seed import Sizes

        for name, what in _sizes().items():
            usual = getattr(Sizes(), name)
            told = Text("{what}; {usual} if not given", what=what, usual=usual)
            parser.add_argument(
                f"--{name}",
                type=natural(Text("{name}", name=name)),
                default=usual,
                metavar="N",
                help=told.said(catalogue),
            )
        parser.add_argument(
            "--seed",
            type=natural(Text("seed")),
            metavar="N",
            help=Text("the same number gives the same people and grades again").said(catalogue),
        )
        parser.add_argument(
            "--year",
            type=_year,
            metavar="YYYY",
            help=Text("when the school year begins; the one that is now if not given").said(
                catalogue
            ),
        )
        parser.add_argument(
            "--names",
            choices=LANGUAGES,
            help=Text("the language of the names; that of the messages if not given").said(
                catalogue
            ),
        )

    def run(self, app: App, args: Namespace) -> Message:
        """Fill it, wholly or not at all."""
        from pomichnyk.gradebook import seed

        sizes = seed.Sizes(**{name: getattr(args, name) for name in SIZES})
        if sizes.students > seed.MOST_STUDENTS:
            most = Text("at most {most}", most=seed.MOST_STUDENTS)
            raise InvalidValueError(Text("students"), sizes.students, most)
        with app.gradebook.writing() as session:
            seed.seed(
                session,
                sizes,
                language=args.names or app.config.lang,
                year=args.year or _school_year(),
                seed=args.seed,
                track=app.view.track,
            )
        counts = {**asdict(sizes), "grades": sizes.students * sizes.grades}
        return Message(
            Text(
                "{students} students in {groups} groups, {subjects} subjects, "
                "{teachers} teachers, {grades} grades",
                **counts,
            ),
            counts,
        )


class GradesExport(Command):
    """Writes a sheet."""

    name = "grades export"
    summary = Text("Write everybody and all grades to a spreadsheet (.csv or .xlsx).")
    examples = ("grades export grades.csv", "grades export grades.xlsx")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path, metavar="FILE", help=_convention().said(catalogue))

    def run(self, app: App, args: Namespace) -> Message:
        """Write the file and tell how many rows it has."""
        from pomichnyk.gradebook.exporting import export

        with app.gradebook.reading() as session:
            count = export(session, args.file)
        text = Plural(
            "wrote {count} row to {path}",
            "wrote {count} rows to {path}",
            count=count,
            path=args.file,
        )
        return Message(text, {"file": str(args.file), "rows": count})


class GradesImport(Command):
    """Takes a sheet in."""

    name = "grades import"
    summary = Text("Take in a spreadsheet (.csv or .xlsx); bad rows are reported, not taken.")
    examples = ("grades import grades.csv --dry-run", "grades import grades.xlsx")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the file and whether it is a trial."""
        parser.add_argument("file", type=Path, metavar="FILE", help=_convention().said(catalogue))
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help=Text("tell what would be done, and do nothing").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Page:
        """Take the rows and report."""
        from pomichnyk.gradebook.importing import import_

        report = import_(app.gradebook, args.file, dry_run=args.dry_run, track=app.view.track)
        counts, record = _counts(report), _record(report)
        if not report.failed:
            return Message(counts, record)
        failed = [Text("row {row}: {why}", row=one.row, why=one.why) for one in report.failed]
        return Card(counts, [(Text("not taken"), failed)], record, exit_code=PARTLY_DONE)


def _convention() -> Text:
    return Text(
        "a sheet whose first row names its columns: student, student_id, group, subject, teacher, "
        "grade, day, weight, work, grade_id"
    )


def _counts(report: Report) -> Text:
    return Text(
        "new: {grades} grades, {students} students, {groups} groups, {subjects} subjects, "
        "{teachers} teachers; {corrected} corrected, {unchanged} unchanged",
        **{f"{kind}s": report.new[kind] for kind in ("grade", *KINDS)},
        corrected=report.corrected,
        unchanged=report.unchanged,
    )


def _record(report: Report) -> dict[str, object]:
    return {
        "new": dict(report.new),
        "corrected": report.corrected,
        "unchanged": report.unchanged,
        "failed": [{"row": one.row, "why": str(one.why)} for one in report.failed],
    }


def _sizes() -> dict[str, Text]:
    return {
        "students": Text("so many students, up to 100000"),
        "groups": Text("so many groups"),
        "subjects": Text("so many subjects"),
        "teachers": Text("so many teachers"),
        "grades": Text("so many grades for each student"),
    }


def _year(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) == len("YYYY") and typed > "1899"):
        raise InvalidValueError(Text("year"), typed, Text("a year such as 2026"))
    return min(int(typed), date.max.year - 1)


def _school_year() -> int:
    today = date.today()  # noqa: DTZ011  # the teacher's own day
    return today.year - (today.month < SCHOOL_BEGINS)
