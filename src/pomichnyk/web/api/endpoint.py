"""Endpoints: an operation run in a thread, its answer sent as JSON, its errors as problems."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pomichnyk.errors import InvalidValueError, PomichnykError
from pomichnyk.web.api.call import Call, asked, encoded, etag, matches, read
from pomichnyk.web.api.operation import Answer, Operation
from pomichnyk.web.problems import problem

MEDIA = "application/json"
LARGEST = 8 << 20
"""Bytes of the largest body that is taken: a note of a million letters, each as six signs."""


class Resource:
    """An ASGI application for one path, with an operation for each method."""

    def __init__(self, methods: Mapping[str, Operation]) -> None:
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive, send)
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        operation = self._methods[method]
        if _length(request) > LARGEST:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = await request.body() if operation.body else b""
        turns = request.app.state.site.turns
        response = await turns.run(_answered, operation, request, body)
        await response(scope, receive, send)


def _length(request: Request) -> int:
    """Return how many bytes a request says it brings; who does not say is stopped by the route."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isdecimal() else 0


def _answered(operation: Operation, request: Request, body: bytes) -> Response:
    try:
        return _sent(request, operation.run(_call(operation, request, body)))
    except PomichnykError as error:
        return told(request, error)


def _call(operation: Operation, request: Request, body: bytes) -> Call:
    query = asked(request.query_params, operation.query) if operation.query else None
    if not operation.body:
        return Call(request, query)
    return Call(request, query, read(body, request.headers.get("content-type", ""), operation.body))


def _sent(request: Request, answer: Answer) -> Response:
    if answer.content is None:
        return Response(status_code=answer.status, headers=dict(answer.headers))
    data = encoded(answer.content)
    headers = {"ETag": etag(data), "Cache-Control": "private, no-cache", **answer.headers}
    if request.method in {"GET", "HEAD"} and matches(
        request.headers.get("if-none-match", ""), headers["ETag"]
    ):
        return Response(status_code=304, headers=headers)
    return Response(data, answer.status, headers, MEDIA)


def told(request: Request, error: PomichnykError) -> Response:
    """Return the problem that an error is, in the language that the program asks for."""
    say = Call(request).say
    more: dict[str, Any] = {}
    if isinstance(error, InvalidValueError):
        more["errors"] = [{"field": say(error.field), "expected": say(error.expected)}]
    return problem(error.status, say(error.text), **more)
