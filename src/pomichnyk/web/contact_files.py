"""Contacts from files of other programs, and out to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.responses import Response

from pomichnyk.commands._records import contact_record
from pomichnyk.errors import PomichnykError, UsageError
from pomichnyk.files import replacing
from pomichnyk.text import Text
from pomichnyk.web.downloads import download
from pomichnyk.web.forms import UPLOAD
from pomichnyk.web.previews import confirmed, previewed
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit

if TYPE_CHECKING:
    from pomichnyk.services.imports import Report

KINDS = {
    "vcf": (Text("Cards (.vcf), for phones and mail programs"), ".vcf"),
    "google": (Text("A spreadsheet (.csv) for Google"), ".csv"),
    "outlook": (Text("A spreadsheet (.csv) for Outlook"), ".csv"),
    "json": (Text("Records (.json) for programs"), ".json"),
}


def asked(visit: Visit) -> Response:
    """Show what can be taken in and given out."""
    return _page(visit)


def tried(visit: Visit) -> Response:
    """Show what would become of the contacts of a file, and keep it until that is confirmed."""
    try:
        key, report = previewed(visit, lambda path: _import(visit, path, dry_run=True))
    except PomichnykError as error:
        return _page(visit, status=error.status)
    return visit.page(
        "contact_import.html",
        key=key,
        encoding=visit.form.text("encoding"),
        filename=visit.form.filename("file"),
        report=_shown(visit, report),
        useful=report.new + report.updated,
    )


def taken(visit: Visit) -> Response:
    """Take the contacts of a file in, as the preview said."""

    def take(path: Path) -> Response:
        return _page(visit, report=_shown(visit, _import(visit, path, dry_run=False)))

    return confirmed(visit, take, "/contacts/files")


def given(visit: Visit) -> Response:
    """Give the contacts out, all or those with a tag, as a file."""
    kind, tag = visit.query.get("kind", "vcf"), visit.query.get("tag", "")
    if kind not in KINDS:
        raise UsageError(Text("there is no such kind of file"))
    storage, region = visit.app.storage, visit.app.config.region

    def write(path: Path) -> None:
        from pomichnyk.services.transfer import export

        if kind == "json":
            records = [contact_record(one) for one in storage.contacts.all(tag=tag)]
            path.write_text(json.dumps(records, ensure_ascii=False, indent=1), "utf-8")
        else:
            dialect = "outlook" if kind == "outlook" else "google"
            export(storage, path, tag=tag, region=region, dialect=dialect)

    return download(f"contacts{KINDS[kind][1]}", write)


def birthdays(visit: Visit) -> Response:
    """Give every birthday, for a calendar."""
    born = [contact for contact in visit.app.contacts.all() if contact.birthday]

    def write(path: Path) -> None:
        from pomichnyk.vcard.ics import calendar

        with replacing(path) as file:
            file.writelines(piece.encode() for piece in calendar(born))

    return download("birthdays.ics", write)


def _import(visit: Visit, path: Path, *, dry_run: bool) -> Report:
    from pomichnyk.services.transfer import import_

    return import_(
        visit.app.storage,
        path,
        region=visit.app.config.region,
        encoding=visit.form.text("encoding").strip(),
        dry_run=dry_run,
    )


def _shown(visit: Visit, report: Report) -> Markup:
    from pomichnyk.commands import contact  # noqa: F401  # help lists them as they are made
    from pomichnyk.commands._transfer import report_page

    return visit.shown(report_page(report))


def _page(visit: Visit, *, status: int = 200, report: str = "") -> Response:
    return visit.page(
        "contact_files.html",
        status=status,
        errors=visit.form.errors,
        encoding=visit.form.text("encoding"),
        kinds=KINDS,
        report=report,
        tags=visit.app.storage.contacts.tags(),
        most=UPLOAD >> 20,
    )


routes = [
    page("/contacts/files", get=asked, post=tried, most=UPLOAD),
    page("/contacts/files/taken", post=taken),
    page("/contacts/export", get=given),
    page("/contacts/birthdays.ics", get=birthdays),
]
