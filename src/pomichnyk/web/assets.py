"""Styles, scripts and pictures: read once, sent from memory, kept by the browser for good."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.responses import PlainTextResponse, Response

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOR_GOOD = "public, max-age=31536000, immutable"


class Assets:
    """The files of a folder; a URL has the beginning of the file's hash, so it never changes."""

    def __init__(self, folder: Path) -> None:
        self._bodies = {
            path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in TYPES
        }
        self.urls = {
            name: f"/static/{hashlib.sha256(body).hexdigest()[:12]}/{name}"
            for name, body in self._bodies.items()
        }

    def response(self, name: str) -> Response:
        """Return a file by its name alone: only names that were there at the start are known."""
        if name not in self._bodies:
            return PlainTextResponse("Not Found", 404)
        return Response(
            self._bodies[name],
            media_type=TYPES[Path(name).suffix],
            headers={"Cache-Control": FOR_GOOD},
        )
