"""The command that moves everything from one storage into another."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.errors import PARTLY_DONE, NotFoundError, UsageError
from pomichnyk.text import Plural, Text, Translations
from pomichnyk.views.pages import Card

if TYPE_CHECKING:
    from pomichnyk.services.copying import Difference, Report, Tally


class StorageCopy(Command):
    """Copies a storage."""

    name = "storage copy"
    summary = Text("Copy everything into another storage of any kind, and compare the two.")
    examples = (
        "storage copy sqlite:///book.db postgresql://me@localhost/book",
        "storage copy sqlite:///book.db mongodb://localhost/book --without-grades",
    )

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Take both storages, and whether the gradebook stays aside."""
        parser.add_argument(
            "source", metavar="FROM", help=Text("the URL of what is copied").said(catalogue)
        )
        parser.add_argument(
            "target", metavar="TO", help=Text("the URL of where it is copied to").said(catalogue)
        )
        parser.add_argument(
            "--without-grades",
            action="store_true",
            help=Text("leave the gradebook aside").said(catalogue),
        )

    def run(self, app: App, args: Namespace) -> Card:
        """Copy, compare, and report."""
        from pomichnyk.services.copying import copy
        from pomichnyk.storage._urls import same, shown

        if same(args.source, args.target):
            raise UsageError(Text("a storage cannot be copied into itself"))
        with ExitStack() as stack:
            source = existing(app, args.source, stack)
            target = opened(app, args.target, stack)
            homes = [one.home(gradebook=not args.without_grades) for one in (source, target)]
            report = copy(homes[0], homes[1], track=app.view.track)
        return _page(report, shown(args.source), shown(args.target))


def existing(app: App, url: str, stack: ExitStack) -> App:
    """Return what has a storage open that is there already: looking for a file makes none.

    Raises:
        NotFoundError: there is no such file.
    """
    from pomichnyk.storage._urls import file

    if (path := file(url)) and not path.exists():
        raise NotFoundError(Text("there is no {path}", path=path))
    return opened(app, url, stack)


def opened(app: App, url: str, stack: ExitStack) -> App:
    """Return what has the storage of a URL open, until the stack is left.

    Raises:
        UsageError: it would be gone with the program, and is not the one that is in use.
    """
    if url == app.config.storage:
        return app
    if url.startswith("memory:"):
        raise UsageError(Text("what is in {url} is gone when the program ends", url=url))
    return stack.enter_context(App(replace(app.config, storage=url), app.view))


def _page(report: Report, source: str, target: str) -> Card:
    digests = dict.fromkeys(map(str, report.digests))
    more = report.differing - len(report.differences)
    differences = [*map(_difference, report.differences)]
    if more:
        differences.append(Plural("and {count} more", "and {count} more", count=more))
    fields: list[tuple[Text | str, Sequence[Text | str]]] = [
        *((one.kind, [_counts(one)]) for one in report.tallies if _any(one)),
        (Text("digest"), [*digests]),
        (Text("differing"), differences),
    ]
    title = Text("copied from {source} to {target}; both are equal", source=source, target=target)
    if report.differing:
        title = Plural(
            "copied from {source} to {target}; {count} record differs",
            "copied from {source} to {target}; {count} records differ",
            count=report.differing,
            source=source,
            target=target,
        )
    return Card(
        title,
        fields,
        _record(report, source, target),
        exit_code=PARTLY_DONE if report.differing else 0,
    )


def _any(tally: Tally) -> bool:
    return any((tally.new, tally.updated, tally.unchanged, tally.beyond))


def _counts(tally: Tally) -> Text:
    counts = Text(
        "{new} new, {updated} updated, {unchanged} unchanged",
        new=tally.new,
        updated=tally.updated,
        unchanged=tally.unchanged,
    )
    if not tally.beyond:
        return counts
    return Text("{counts}; {beyond} more in the target", counts=counts, beyond=tally.beyond)


def _difference(one: Difference) -> Text:
    fields = ", ".join(one.fields)
    if not one.fields:
        return Text("{kind}: {record} is not in the target", kind=one.kind, record=one.record)
    if one.later:
        return Text(
            "{kind}: {record} was changed later in the target, and stays so: {fields}",
            kind=one.kind,
            record=one.record,
            fields=fields,
        )
    return Text(
        "{kind}: {record} is another in the target: {fields}",
        kind=one.kind,
        record=one.record,
        fields=fields,
    )


def _record(report: Report, source: str, target: str) -> dict[str, object]:
    return {
        "source": source,
        "target": target,
        "copied": {
            one.kind.template: {key: value for key, value in asdict(one).items() if key != "kind"}
            for one in report.tallies
        },
        "digests": [*map(str, report.digests)],
        "differing": report.differing,
        "differences": [
            {**one._asdict(), "kind": one.kind.template, "fields": [*one.fields]}
            for one in report.differences
        ],
    }
