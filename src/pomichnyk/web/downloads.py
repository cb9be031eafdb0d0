"""Downloads: files that are made when they are asked for, and go when they have been sent."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

TYPES = {
    ".vcf": "text/vcard",
    ".csv": "text/csv",
    ".json": "application/json",
    ".ics": "text/calendar",
}


def download(name: str, write: Callable[[Path], object]) -> Response:
    """Return a file of that name, as ``write`` writes it to a path with the same ending."""
    folder = Path(mkdtemp(prefix="pomichnyk-"))
    path = folder / name
    try:
        write(path)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return FileResponse(
        path,
        filename=name,
        media_type=TYPES.get(path.suffix, "application/octet-stream"),
        headers={"Cache-Control": "no-store"},
        background=BackgroundTask(shutil.rmtree, folder),
    )
