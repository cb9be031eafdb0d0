"""Commands that sum up: a group's grades, and a report on one student."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._grades_pages import figure, given, grade_record, ref_argument
from pomichnyk.text import Plural, Text, Translations
from pomichnyk.views.pages import Card, Record, Table

if TYPE_CHECKING:
    from pomichnyk.gradebook.grades import Grade
    from pomichnyk.gradebook.queries import Named
    from pomichnyk.gradebook.statistics import Summary


class GradesStatistics(Command):
    """Sums up a group."""

    name = "grades statistics"
    summary = Text("Sum up a group: averages plain and weighted, medians, a chart.")
    examples = ("grades statistics G-101", "grades statistics G-101 Physics --plot physics.svg")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the group, perhaps a subject, and where to draw."""
        ref_argument(parser, catalogue, "GROUP", Text("a name, the beginning of one, or a number"))
        parser.add_argument(
            "subject",
            nargs="?",
            metavar="SUBJECT",
            help=Text("this subject alone; all if not given").said(catalogue),
        )
        _plot_argument(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Table[tuple[str, Summary]]:
        """Sum up each student and the whole group, and draw if it is asked for."""
        from pomichnyk import plots
        from pomichnyk.gradebook import grades, plot, queries, references
        from pomichnyk.gradebook.statistics import distribution, grouped, summary

        if args.plot:
            plots.check(args.plot)
        with app.gradebook.reading() as session:
            group = references.find(session, "group", args.group)
            students = queries.students_in_group(session, group.id)
            if args.subject is None:
                found = grades.grades(session, "group", group.id)
            else:
                subject = references.find(session, "subject", args.subject)
                found = grades.grades_in(session, group.id, subject.id)
        if args.plot:
            title, across, up = map(app.view.say, _distribution_words(group))
            counts = distribution(grade.value for grade in found)
            plot.distribution(args.plot, counts, plot.Words(title, across, up))
        of_each = grouped(found, lambda grade: grade.student_id)
        rows = [(one.name, summary(of_each.get(one.id, []))) for one in students]
        return _summaries(Text("student"), [*rows, (group.name, summary(found))])


class GradesReport(Command):
    """Reports on a student."""

    name = "grades report"
    summary = Text("Report on a student, to be printed: every grade, averages, medians, a chart.")
    examples = ("grades report Шевчук", "grades report 12 --plot progress.png")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the student and where to draw."""
        ref_argument(
            parser, catalogue, "STUDENT", Text("a name, the beginning of one, or a number")
        )
        _plot_argument(parser, catalogue)

    def run(self, app: App, args: Namespace) -> Card:
        """Gather the grades by subject, and draw the progress if it is asked for."""
        from pomichnyk import plots
        from pomichnyk.gradebook import grades, plot, references
        from pomichnyk.gradebook.statistics import grouped

        if args.plot:
            plots.check(args.plot)
        with app.gradebook.reading() as session:
            student = references.find(session, "student", args.student)
            ((group,),) = session.rows("student.group", at=student.id)
            found = grades.grades(session, "student", student.id)
        courses = grouped(found, lambda grade: grade.subject)
        if args.plot:
            title, across, up = map(app.view.say, _progress_words(student))
            points = {
                subject: [(grade.day, grade.value) for grade in every]
                for subject, every in courses.items()
            }
            plot.progress(args.plot, points, plot.Words(title, across, up))
        return _report(student, group, found, courses)


def _report(
    student: Named, group: str, found: list[Grade], courses: dict[str, list[Grade]]
) -> Card:
    from pomichnyk.gradebook.statistics import summary

    fields: list[tuple[Text | str, list[str | Text]]] = [(Text("group"), [group])]
    for subject, every in courses.items():
        fields.append((subject, [*map(given, every), _said(summary(every))]))
    fields.append((Text("altogether"), [_said(summary(found))]))
    record = {
        **student._asdict(),
        "group": group,
        **_figures(summary(found)),
        "subjects": {
            subject: {**_figures(summary(every)), "received": [*map(grade_record, every)]}
            for subject, every in courses.items()
        },
    }
    return Card(student.name, fields, record)


def _said(summed: Summary) -> Text:
    if not summed.grades:
        return Text("no grades")
    return Plural(
        "{count} grade; average {average}, weighted {weighted}, median {median}",
        "{count} grades; average {average}, weighted {weighted}, median {median}",
        count=summed.grades,
        average=figure(summed.average),
        weighted=figure(summed.weighted),
        median=figure(summed.median),
    )


def _summaries(who: Text, rows: list[tuple[str, Summary]]) -> Table[tuple[str, Summary]]:
    return Table(
        (
            *(who, Text("grades"), Text("average"), Text("weighted average"), Text("median")),
            *(Text("lowest"), Text("highest")),
        ),
        rows,
        lambda row: (row[0], *map(figure, row[1])),
        lambda row: {"name": row[0], **_figures(row[1])},
        Text("there are none"),
    )


def _figures(summed: Summary) -> Record:
    return summed._asdict()


def _distribution_words(group: Named) -> tuple[Text, Text, Text]:
    return Text("Grades of {group}", group=group.name), Text("grade"), Text("how many")


def _progress_words(student: Named) -> tuple[Text, Text, Text]:
    return Text("Progress of {student}", student=student.name), Text("day"), Text("grade")


def _plot_argument(parser: ArgumentParser, catalogue: Translations) -> None:
    parser.add_argument(
        "--plot",
        type=Path,
        metavar="FILE",
        help=Text("draw a chart into a file ending in .svg or .png").said(catalogue),
    )
