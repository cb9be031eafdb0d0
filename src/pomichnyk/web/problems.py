"""Problems: how programs are told that something was not done (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

API = "/api"
"""The path below which programs ask, and are answered in JSON whatever happens."""
MEDIA = "application/problem+json"


def problem(
    status: int, detail: str = "", headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """Return a problem: its status, what it is called, and what is to be said of it."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        told["detail"] = detail
    return JSONResponse(told | more, status, headers, MEDIA)
