"""Previews: a file that was sent is looked at and kept, and taken when its sender says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from starlette.responses import Response

from pomichnyk.errors import PomichnykError
from pomichnyk.web.visit import Visit

Seen = TypeVar("Seen")


def previewed(visit: Visit, look: Callable[[Path], Seen]) -> tuple[str, Seen]:
    """Look at the file of a form, and keep it; return its key and what was seen.

    Raises:
        PomichnykError: none was sent, or it cannot be looked at; the form's field says so too.
    """
    try:
        with visit.form.file("file") as path:
            seen, name = look(path), visit.form.filename("file")
            return visit.site.uploads.keep(visit.visitor.cookie, name, path), seen
    except PomichnykError as error:
        visit.form.errors["file"] = error.text
        raise


def confirmed(visit: Visit, take: Callable[[Path], Response], away: str) -> Response:
    """Have the file that was kept taken, or go away without it; it stays if that fails.

    Raises:
        NotFoundError: it is not there any more, or is somebody else's.
    """
    uploads, key = visit.site.uploads, visit.form.text("key")
    if "cancel" in visit.form:
        answer = visit.moved(away)
    else:
        answer = take(uploads.get(visit.visitor.cookie, key).path)
    uploads.forget(key)
    return answer
