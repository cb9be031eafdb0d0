"""Tidying: a plan to look at, the sorting with its progress, and back again."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from pomichnyk.commands.tidy import WAYS, plan_page, report_page, undo_page
from pomichnyk.errors import InvalidValueError, PomichnykError
from pomichnyk.text import Text
from pomichnyk.views.pages import Page
from pomichnyk.web.jobs import Job, Work
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit

if TYPE_CHECKING:
    from pomichnyk.tidy import Options

SHOWN = 200
"""How many moves of a plan are shown; the others are counted."""
FIELDS = ("folder", "by", "into", "exclude", "hidden")


def asked(visit: Visit) -> Response:
    """Ask which folder to sort, and how."""
    return _page(visit, dict.fromkeys(FIELDS, "") | {"by": WAYS[0]})


def planned(visit: Visit) -> Response:
    """Show what would be moved where."""
    from pomichnyk.tidy import plan

    values = _values(visit)
    try:
        moves = plan(_folder(values["folder"]), **_options(values))
        first = [*islice(moves, SHOWN)]
        more = sum(1 for _ in moves)
    except PomichnykError as error:
        return _refused(visit, values, error)
    return visit.page(
        "tidy_plan.html",
        values=values,
        table=visit.shown(plan_page(first)),
        count=len(first) + more,
        more=more,
    )


def sorted_(visit: Visit) -> Response:
    """Begin to sort, and lead to the page that shows how far along it is."""
    from pomichnyk.tidy import plan

    values = _values(visit)
    try:
        folder, options = _folder(values["folder"]), _options(values)
        next(plan(folder, **options), None)  # what cannot be sorted is told by the form
    except PomichnykError as error:
        return _refused(visit, values, error)

    def work(job: Job) -> Page:
        from pomichnyk.tidy import tidy

        return report_page(str(folder), tidy(folder, track=job.track, **options))

    return _led(visit, folder, work)


def undone(visit: Visit) -> Response:
    """Begin to put back what the latest sorting of a folder moved."""
    values = _values(visit)
    try:
        folder = _folder(values["folder"])
    except PomichnykError as error:
        return _refused(visit, values, error)

    def work(job: Job) -> Page:
        from pomichnyk.tidy import undo

        return undo_page(str(folder), undo(folder, track=job.track))

    return _led(visit, folder, work)


def shown(visit: Visit) -> Response:
    """Show how far along a job is, or what came of it."""
    job = visit.site.jobs.get(visit.visitor.cookie, str(visit.path["key"]))
    ended = job.ended
    return visit.page(
        "job.html",
        job=job,
        ended=ended,
        result=visit.shown(job.result) if ended and job.result else None,
    )


def _led(visit: Visit, folder: Path, work: Work) -> Response:
    key = visit.site.jobs.start(visit.visitor.cookie, str(folder), work)
    return visit.moved(f"/tidy/jobs/{key}")


def _folder(typed: str) -> Path:
    """Return the folder that was typed; from nowhere else than the root or the home.

    Raises:
        InvalidValueError: it does not say where it begins.
    """
    path = Path(typed.strip()).expanduser()
    if not path.is_absolute() or "\0" in typed:
        raise InvalidValueError(Text("folder"), typed, Text("a whole path, such as ~/Downloads"))
    return path


def _values(visit: Visit) -> dict[str, str]:
    return {name: visit.form.text(name) for name in FIELDS}


def _options(values: dict[str, str]) -> Options:
    return {
        "by": values["by"] or WAYS[0],
        "into": str(_folder(values["into"])) if values["into"].strip() else None,
        "exclude": [one for line in values["exclude"].splitlines() if (one := line.strip())],
        "hidden": bool(values["hidden"]),
    }


def _refused(visit: Visit, values: dict[str, str], error: PomichnykError) -> Response:
    visit.form.errors["folder"] = error.text
    return _page(visit, values, status=error.status)


def _page(visit: Visit, values: dict[str, str], *, status: int = 200) -> Response:
    return visit.page(
        "tidy.html", status=status, values=values, errors=visit.form.errors, ways=WAYS
    )


routes = [
    page("/tidy", get=asked, post=planned),
    page("/tidy/sort", post=sorted_),
    page("/tidy/undo", post=undone),
    page("/tidy/jobs/{key}", get=shown),
]
