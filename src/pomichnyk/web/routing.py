"""Routes of pages: plain functions that run in a thread, their errors told on a page."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date

from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pomichnyk.errors import PomichnykError
from pomichnyk.text import Text
from pomichnyk.web.bodies import answer
from pomichnyk.web.forms import FIELDS, FILES, FORM, Form
from pomichnyk.web.guard import Visitor
from pomichnyk.web.problems import API, problem
from pomichnyk.web.site import Site
from pomichnyk.web.visit import PART, Visit

Handler = Callable[[Visit], Response]
OK = 200
FORBIDDEN = 403
TOO_LARGE = 413


def page(
    path: str,
    *,
    get: Handler | None = None,
    post: Handler | None = None,
    kept: bool = False,
    most: int = FORM,
) -> Route:
    """Return the route of a page.

    Args:
        path: its path, such as ``/notes/{id}``.
        get: makes the page.
        post: takes the form that was filled in on it.
        kept: what ``get`` makes depends on nothing but the storage, the URL, the person, the
            language and the day, so it is made once for all of these.
        most: bytes of the largest form that it takes.
    """
    methods = [*(["GET"] if get else []), *(["POST"] if post else [])]
    return Route(path, _Page(get, post, kept=kept, most=most), methods=methods)


class _Page:
    """An ASGI application for one page."""

    def __init__(self, get: Handler | None, post: Handler | None, *, kept: bool, most: int) -> None:
        self._get, self._post, self._kept, self._most = get, post, kept, most
        # A browser says how much it sends; whoever does not is stopped when it is too much.
        self._limited = RequestBodyLimitMiddleware(self._take, most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        if scope["method"] == "POST":
            if _length(request) > self._most:
                raise HTTPException(TOO_LARGE)
            await self._limited(scope, receive, send)
            return
        known = self._kept and not scope["visitor"].new
        if known and (state := await _state(scope)) is not None:
            response = await self._again(request, state)
        else:
            assert self._get
            response = await _made(self._get, Visit(request))
        await response(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._post
        response = await _posted(Request(scope, receive, send), self._post)
        await response(scope, receive, send)

    async def _again(self, request: Request, state: Hashable) -> Response:
        """Answer by what was made before, if nothing has changed since."""
        bodies, key, headers = _site(request.scope).bodies, _key(request), request.headers
        body = bodies.get(key, state)
        if body is None:
            assert self._get
            response = await _made(self._get, Visit(request))
            if response.status_code != OK or not isinstance(response.body, bytes):
                return response
            body = bodies.keep(key, state, response.body)
        return answer(body, headers.get("if-none-match", ""))


async def _posted(request: Request, handler: Handler) -> Response:
    async with request.form(max_fields=FIELDS, max_files=FILES, max_part_size=FORM) as data:
        visit = Visit(request, Form(data))
        if not visit.form.genuine(visit.token):
            return _told(visit, FORBIDDEN, TOO_OLD)
        return await _made(handler, visit)


TOO_OLD = Text("This form is too old. Go back, copy what you typed, and open the page again.")


def _length(request: Request) -> int:
    """Return how many bytes a request says it brings; 0 if it does not say."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isdecimal() else 0


async def _made(handler: Handler, visit: Visit) -> Response:
    return await visit.site.turns.run(_answered, handler, visit)


def _answered(handler: Handler, visit: Visit) -> Response:
    try:
        return handler(visit)
    except PomichnykError as error:
        return _told(visit, error.status, error.text)


async def _state(scope: Scope) -> Hashable:
    """Return what a page depends on besides its key; None if that cannot be told."""
    changes = await _site(scope).changes()
    return None if changes is None else (changes, date.today())  # noqa: DTZ011  # a person's own calendar


def _key(request: Request) -> Hashable:
    """Return what tells pages apart that were made in one state of the storage."""
    visitor: Visitor = request.scope["visitor"]
    headers = request.headers
    return (
        request.scope["path"],
        request.scope["query_string"],
        visitor,
        headers.get("cookie"),
        headers.get("accept-language"),
        headers.get(PART),
    )


def _told(visit: Visit, status: int, text: Text) -> Response:
    return visit.page("error.html", status=status, text=text)


BAD = Text("The request cannot be understood.")
HTTP_ERRORS = {
    400: BAD,
    404: Text("There is no such page."),
    405: Text("That cannot be done here."),
    413: Text("That is larger than what is taken."),
}


def refused(request: Request, error: Exception) -> Response:
    """Tell what Starlette refuses: an unknown page, a form that is too large."""
    assert isinstance(error, HTTPException)
    response = _unserved(request, error.status_code, HTTP_ERRORS.get(error.status_code, BAD))
    response.headers.update(error.headers or {})
    return response


def failed(request: Request, error: Exception) -> Response:
    """Tell that the program made a mistake; the server writes which one to its log."""
    del error
    return _unserved(request, 500, Text("The assistant made a mistake; its log says more."))


def _unserved(request: Request, status: int, text: Text) -> Response:
    """Tell a person on a page, and a program in a problem."""
    visit = Visit(request)
    if request.url.path.startswith(API):
        return problem(status, visit.say(text))
    return _told(visit, status, text)


def _site(scope: Scope) -> Site:
    site: Site = scope["app"].state.site
    return site
