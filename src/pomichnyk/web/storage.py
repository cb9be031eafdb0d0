"""The storage: what is kept and where, whether it is sound, backups out and in."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime
from pathlib import Path

from starlette.responses import Response

from pomichnyk.commands.restore import restored_page
from pomichnyk.commands.storage import StorageCheck, StorageInfo
from pomichnyk.errors import PomichnykError, UsageError
from pomichnyk.text import Text
from pomichnyk.web.downloads import download
from pomichnyk.web.forms import UPLOAD
from pomichnyk.web.previews import confirmed, previewed
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit

KINDS = {
    "json": Text("for any program to read (.json)"),
    "bin": Text("smaller and checked (.bin)"),
}


def shown(visit: Visit) -> Response:
    """Show what the storage says of itself."""
    return _page(visit)


def checked(visit: Visit) -> Response:
    """Look for damage."""
    found = StorageCheck().run(visit.app, Namespace(url=None))
    return _page(visit, told=visit.shown(found))


def given(visit: Visit) -> Response:
    """Give everything out as one file."""
    kind = visit.query.get("kind", "json")
    if kind not in KINDS:
        raise UsageError(Text("there is no such kind of file"))

    def write(path: Path) -> None:
        from pomichnyk.services.backup import backup

        backup(visit.app.home(), path)

    return download(f"pomichnyk-{datetime.now().astimezone():%Y-%m-%d}.{kind}", write)


def doubted(visit: Visit) -> Response:
    """Keep a backup that was sent, and ask whether it is really to be put back."""
    try:
        key, _ = previewed(visit, _known)
    except PomichnykError as error:
        return _page(visit, status=error.status)
    return visit.page("restore.html", key=key, filename=visit.form.filename("file"))


def restored(visit: Visit) -> Response:
    """Put back what the backup has."""
    from pomichnyk.services.backup import restore

    def take(path: Path) -> Response:
        try:
            report = restore(visit.app.home(), path)
        except PomichnykError as error:
            visit.form.errors["file"] = error.text
            return _page(visit, status=error.status)
        return _page(visit, told=visit.shown(restored_page(report)))

    return confirmed(visit, take, "/storage")


def _known(path: Path) -> None:
    if path.suffix.removeprefix(".") not in KINDS:
        raise UsageError(Text("a backup ends in .json or .bin"))


def _page(visit: Visit, *, status: int = 200, told: str = "") -> Response:
    return visit.page(
        "storage.html",
        status=status,
        info=visit.shown(StorageInfo().run(visit.app, Namespace())),
        told=told,
        errors=visit.form.errors,
        kinds=KINDS,
        most=UPLOAD >> 20,
    )


routes = [
    page("/storage", get=shown),
    page("/storage/check", post=checked),
    page("/storage/backup", get=given),
    page("/storage/restore", post=doubted, most=UPLOAD),
    page("/storage/restored", post=restored),
]
