"""The first page: where to go, and whose birthday comes."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from starlette.responses import Response

from pomichnyk.web.contacts import celebrations
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit

SHOWN = 8
WEEK = 7


def home(visit: Visit) -> Response:
    """Show the latest notes, and the birthdays of a week."""
    today = datetime.now().astimezone().date()
    born = [*visit.app.contacts.birthdays(WEEK, today)]
    return visit.page(
        "home.html",
        birthdays=visit.shown(celebrations(born, today)) if born else None,
        notes=[*islice(visit.app.notes.all(sort="changed", limit=SHOWN), SHOWN)],
        contacts=visit.app.storage.contacts.count(),
    )


routes = [page("/", get=home, kept=True)]
