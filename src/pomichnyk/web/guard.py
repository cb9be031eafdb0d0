"""The guard: looks at every request before a page does, and tells browsers what pages may do.

Refused are: names of this computer that are not its own (DNS rebinding), changes that another
site asks for (CSRF), WebSockets of other sites, and all but the log-in for whoever is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pomichnyk.errors import PomichnykError
from pomichnyk.services.access import Token
from pomichnyk.web.problems import API, problem
from pomichnyk.web.sessions import LASTING, new_cookie
from pomichnyk.web.site import Site

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC = re.compile(r"/(login|language|health|favicon\.ico|static/.*)")
"""What whoever is unknown may ask for."""
COOKIE = re.compile(r"[\w-]{43}", re.ASCII)
OWN_NAMES = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?", re.ASCII)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_UNKEPT = (b"cache-control", b"no-store")
_RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks.

    Attributes:
        cookie: what their browser is known by.
        new: whether the cookie was made now, for the browser brought none.
        token: the token that a program showed.
        welcome: whether they may see more than the log-in.
        inside: whether they have logged in, and so can log out.
    """

    cookie: str
    new: bool = False
    token: Token | None = None
    welcome: bool = True
    inside: bool = False


class Guard:
    """Middleware around all of the site."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at a request; let it through, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        judged = self._judged(scope)
        if isinstance(judged, Response):
            await self._refuse(judged, scope, receive, send)
            return
        scope["visitor"] = judged

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._complete(message, judged)
            await send(message)

        await self._app(scope, receive, answer)

    def _judged(self, scope: Scope) -> Visitor | Response:
        """Return who asks, or how they are refused."""
        headers = Headers(scope=scope)
        brought = cookie_parser(headers.get("cookie", "")).get(self._site.cookie, "")
        try:
            visitor = self._visitor(headers, brought if COOKIE.fullmatch(brought) else "")
        except PomichnykError as error:
            return _refused(scope, error.status, str(error))
        return self._refusal(scope, headers, visitor) or visitor

    def _visitor(self, headers: Headers, cookie: str) -> Visitor:
        access = self._site.access
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        new, cookie = not cookie, cookie or new_cookie()
        if scheme.lower() == "bearer":
            token = access.known(shown.strip())
            return Visitor(cookie, new, token, welcome=token is not None)
        if not access.guarded:
            return Visitor(cookie, new)
        inside = not new and self._site.sessions.known(cookie, access.mark)
        return Visitor(cookie, new, welcome=inside, inside=inside)

    def _refusal(self, scope: Scope, headers: Headers, visitor: Visitor) -> Response | None:
        if self._site.local and not OWN_NAMES.fullmatch(headers.get("host", "")):
            return _refused(scope, 421, "this computer does not go by that name")
        if not _own(scope, headers, visitor):
            return _refused(scope, 403, "another site may not do this")
        if visitor.welcome or PUBLIC.fullmatch(scope["path"]):
            return None
        return self._to_the_login(scope)

    def _to_the_login(self, scope: Scope) -> Response:
        """Return what sends somebody unknown to the log-in, each in a way it understands."""
        if scope["path"].startswith(API):
            return problem(401, headers={"WWW-Authenticate": "Bearer"})
        if scope["type"] == "websocket" or scope["method"] not in SAFE:
            # A form is not lost: going back shows it as it was filled in.
            return PlainTextResponse(
                "you are not logged in: do so in another tab, then go back and try again\n", 401
            )
        asked = scope["path"] + (
            f"?{query.decode('latin-1')}" if (query := scope["query_string"]) else ""
        )
        return RedirectResponse(f"/login?next={quote(asked)}" if asked != "/" else "/login", 303)

    async def _refuse(self, refusal: Response, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        refusal.raw_headers.extend([*_RAW_HEADERS, _UNKEPT])
        await refusal(scope, receive, send)

    def _complete(self, message: Message, visitor: Visitor) -> None:
        """Add to an answer what every answer has, and a cookie for who has none."""
        headers = dict(message["headers"])
        message["headers"] = [*message["headers"], *_RAW_HEADERS]
        if b"cache-control" not in headers:
            message["headers"].append(_UNKEPT)
        # Who just logged in or out was given another one by the page.
        page = headers.get(b"content-type", b"").startswith(b"text/html")
        if visitor.new and page and b"set-cookie" not in headers:
            cookie = cookie_header(self._site, visitor.cookie)
            message["headers"].append((b"set-cookie", cookie.encode()))


def cookie_header(site: Site, value: str) -> str:
    """Return the header that gives a browser its cookie."""
    secure = "; Secure" if site.secure else ""
    return f"{site.cookie}={value}; Path=/; Max-Age={LASTING}; HttpOnly; SameSite=Lax{secure}"


def _own(scope: Scope, headers: Headers, visitor: Visitor) -> bool:
    """Tell whether a request that may change something comes from a page of ours, or a program.

    A browser says so by Origin or Sec-Fetch-Site; a program that says neither is no browser, and
    has no cookie to misuse. A WebSocket without Origin is opened by a program alone, by a token.
    """
    socket = scope["type"] == "websocket"
    if not socket and scope["method"] in SAFE:
        return True
    if (origin := headers.get("origin")) is not None:
        return origin.partition("://")[2] == headers.get("host")
    if socket:
        return visitor.token is not None
    return headers.get("sec-fetch-site", "none") in {"same-origin", "none"}


def _refused(scope: Scope, status: int, words: str) -> Response:
    if scope["path"].startswith(API):
        return problem(status, words)
    return PlainTextResponse(f"{words}\n", status)
