"""Sheets of grades: taken in after a preview, given out; and random people to try it with."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from starlette.responses import Response

from pomichnyk.commands.grades import GradesImport, GradesSeed
from pomichnyk.errors import PomichnykError, UsageError
from pomichnyk.text import Text
from pomichnyk.views.pages import Page
from pomichnyk.web.downloads import download
from pomichnyk.web.forms import UPLOAD
from pomichnyk.web.previews import confirmed, previewed
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit

KINDS = ("csv", "xlsx")


def asked(visit: Visit) -> Response:
    """Show what can be taken in and given out."""
    return _page(visit)


def tried(visit: Visit) -> Response:
    """Show what would become of the rows of a sheet, and keep it until that is confirmed."""
    try:
        key, report = previewed(visit, lambda path: _import(visit, path, dry_run=True))
    except PomichnykError as error:
        return _page(visit, status=error.status)
    filename = visit.form.filename("file")
    return visit.page("grade_import.html", key=key, filename=filename, report=visit.shown(report))


def taken(visit: Visit) -> Response:
    """Take the rows of a sheet in, as the preview said."""

    def take(path: Path) -> Response:
        return _page(visit, report=visit.shown(_import(visit, path, dry_run=False)))

    return confirmed(visit, take, "/grades/files")


def given(visit: Visit) -> Response:
    """Give everybody and all grades out as a sheet."""
    kind = visit.query.get("kind", KINDS[0])
    if kind not in KINDS:
        raise UsageError(Text("there is no such kind of file"))

    def write(path: Path) -> None:
        from pomichnyk.gradebook.exporting import export

        with visit.app.gradebook.reading() as session:
            export(session, path)

    return download(f"grades.{kind}", write)


def seeded(visit: Visit) -> Response:
    """Fill an empty gradebook with random people."""
    from pomichnyk.gradebook.seed import Sizes

    sizes = {name: getattr(Sizes(), name) for name in Sizes.__dataclass_fields__}
    asked_for = Namespace(**sizes, seed=None, year=None, names=visit.language)
    GradesSeed().run(visit.app, asked_for)
    return visit.moved("/grades", did="added")


def _import(visit: Visit, path: Path, *, dry_run: bool) -> Page:
    return GradesImport().run(visit.app, Namespace(file=path, dry_run=dry_run))


def _page(visit: Visit, *, status: int = 200, report: str = "") -> Response:
    return visit.page(
        "grade_files.html",
        status=status,
        errors=visit.form.errors,
        kinds=KINDS,
        report=report,
        most=UPLOAD >> 20,
    )


routes = [
    page("/grades/files", get=asked, post=tried, most=UPLOAD),
    page("/grades/files/taken", post=taken),
    page("/grades/export", get=given),
    page("/grades/seed", post=seeded),
]
