"""The tidy commands: sort the files of a folder, and undo it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._arguments import natural
from pomichnyk.errors import PARTLY_DONE
from pomichnyk.text import Plural, Text, Translations
from pomichnyk.views.pages import Card, Message, Page, Table

if TYPE_CHECKING:
    from pomichnyk.tidy import Failure, Options, Planned, Report, Undone

ENGINES = ("threads", "asyncio")
WAYS = ("extension", "category")
Field = tuple[Text | str, Sequence[str | Text]]
SHOWN = 20
"""How many paths a person is told of; a program is told of all."""


class Tidy(Command):
    """Sorts a folder."""

    name = "tidy"
    summary = Text("Sort the files of a folder into folders by extension or kind.")
    examples = ("tidy ~/Downloads --dry-run", "tidy ~/Downloads --by category --exclude '*.part'")

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the folder, and how to sort it."""
        helps = {
            "folder": Text("the folder to sort, with all below it"),
            "by": Text("what to sort by; the extension if not given"),
            "into": Text("where the sorted folders are made; in the folder itself if not given"),
            "exclude": Text(
                "leave alone what matches, such as '*.iso' or 'projects/*'; repeatable"
            ),
            "hidden": Text("sort hidden files and folders too"),
            "dry": Text("show what would be moved, and move nothing"),
            "engine": Text("what runs the work; threads if not given"),
            "workers": Text("how much is done at once; more helps on a network or a slow disk"),
        }
        told = {name: text.said(catalogue) for name, text in helps.items()}
        add = parser.add_argument
        add("folder", metavar="DIR", help=told["folder"])
        add("--by", choices=WAYS, default=WAYS[0], help=told["by"])
        add("--into", metavar="DIR", help=told["into"])
        add("--exclude", action="append", default=[], metavar="PATTERN", help=told["exclude"])
        add("--hidden", action="store_true", help=told["hidden"])
        add("--dry-run", action="store_true", help=told["dry"])
        add("--engine", choices=ENGINES, default=ENGINES[0], help=told["engine"])
        add("--workers", type=natural(Text("workers")), metavar="N", help=told["workers"])

    def run(self, app: App, args: Namespace) -> Page:
        """Sort the folder and report, or show the plan."""
        from pomichnyk.tidy import plan, tidy

        options: Options = {
            "by": args.by,
            "into": args.into,
            "exclude": args.exclude,
            "hidden": args.hidden,
        }
        if args.dry_run:
            return plan_page([*plan(args.folder, **options)])
        track = app.view.track
        return report_page(
            args.folder,
            tidy(args.folder, args.engine, workers=args.workers, track=track, **options),
        )


class TidyUndo(Command):
    """Undoes the latest sorting of a folder."""

    name = "tidy undo"
    summary = Text("Put back what the latest sorting of a folder moved.")
    examples = ("tidy undo ~/Downloads",)

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take the folder."""
        parser.add_argument(
            "folder", metavar="DIR", help=Text("the folder that was sorted").said(catalogue)
        )

    def run(self, app: App, args: Namespace) -> Page:
        """Put everything back and report."""
        from pomichnyk.tidy import undo

        return undo_page(args.folder, undo(args.folder, track=app.view.track))


def plan_page(moves: Sequence[Planned]) -> Table[Planned]:
    """Return a page of the moves that a plan makes."""
    return Table(
        (Text("from"), Text("to")),
        moves,
        lambda move: (move.source, move.target),
        lambda move: {"from": move.source, "to": move.target},
        Text("everything is in its place"),
    )


def report_page(folder: str, report: Report) -> Card:
    """Return a page of what became of the files of a folder."""
    moved = Plural("{count} file", "{count} files", count=report.moved)
    removed = Plural("{count} empty folder", "{count} empty folders", count=report.removed)
    rate = Text(
        "{seconds} s, {rate} files per second",
        seconds=f"{report.seconds:.2f}",
        rate=f"{report.rate:.0f}",
    )
    fields: list[Field] = [
        (Text("moved"), [moved]),
        (Text("removed"), [removed] if report.removed else []),
        (Text("left alone"), _left(report)),
        (Text("failed"), _failures(report.failed)),
        (Text("took"), [rate]),
    ]
    title = Text("Sorted {folder}", folder=folder)
    code = PARTLY_DONE if report.failed else 0
    record = {**_record(report), "rate": round(report.rate, 1)}
    return Card(title, [one for one in fields if one[1]], record, exit_code=code)


def undo_page(folder: str, done: Undone) -> Page:
    """Return a page of what was put back, or the word that there is nothing to undo."""
    if done.found:
        return _undone_page(folder, done)
    return Message(Text("there is nothing to undo in {folder}", folder=folder), _record(done))


def _undone_page(folder: str, done: Undone) -> Card:
    restored = Plural("{count} file", "{count} files", count=done.restored)
    earlier = Plural(
        "{count} earlier sorting can be undone",
        "{count} earlier sortings can be undone",
        count=done.earlier,
    )
    fields: list[Field] = [
        (Text("put back"), [restored]),
        (Text("not found"), _some(done.missing)),
        (Text("failed"), _failures(done.failed)),
        (Text("history"), [earlier] if done.earlier else []),
    ]
    title = Text("Undid the sorting of {folder}", folder=folder)
    code = PARTLY_DONE if done.failed or done.missing else 0
    return Card(title, [one for one in fields if one[1]], _record(done), exit_code=code)


def _left(report: Report) -> list[Text | str]:
    """Return how many things were left alone for each reason."""
    count = report.reasons
    lines = (
        (report.in_place, Text("{count} in place already", count=report.in_place)),
        (count["hidden"], Text("{count} hidden", count=count["hidden"])),
        (count["excluded"], Text("{count} excluded", count=count["excluded"])),
        (count["link"], Plural("{count} link", "{count} links", count=count["link"])),
        (
            count["special"],
            Plural(
                "{count} device or socket", "{count} devices or sockets", count=count["special"]
            ),
        ),
        (count["gone"], Text("{count} gone meanwhile", count=count["gone"])),
    )
    return [line for number, line in lines if number]


def _failures(failed: Sequence[Failure]) -> list[Text | str]:
    return _some([f"{one.path}: {one.why}" for one in failed])


def _some(lines: Sequence[str]) -> list[Text | str]:
    """Return the first lines, and how many more there are."""
    more = len(lines) - SHOWN
    return [*lines[:SHOWN], *([Text("and {count} more", count=more)] if more > 0 else [])]


def _record(report: Report | Undone) -> dict[str, object]:
    return {**asdict(report), "seconds": round(report.seconds, 6)}
