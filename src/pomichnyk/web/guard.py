"""The guard: looks at every request before a page does, and tells browsers what pages may do.

Refused are: names of this computer that are not its own (DNS rebinding), changes that another
site asks for (CSRF), WebSockets of other sites, and all but the log-in for whoever is unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pomichnyk.services.access import Token
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
_RAW_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks.

    Attributes:
        cookie: what their browser is known by; made now if it brought none.
        token: the token that a program showed.
        welcome: whether they may see more than the log-in.
        inside: whether they have logged in, and so can log out.
    """

    cookie: str
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
        headers = Headers(scope=scope)
        brought = cookie_parser(headers.get("cookie", "")).get(self._site.cookie, "")
        known = bool(COOKIE.fullmatch(brought))
        visitor = self._visitor(headers, brought if known else new_cookie())
        scope["visitor"] = visitor
        if refusal := self._refusal(scope, headers, visitor):
            await self._refuse(refusal, scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_RAW_HEADERS]
                if not known:
                    self._give_cookie(message, visitor)
            await send(message)

        await self._app(scope, receive, answer)

    def _visitor(self, headers: Headers, cookie: str) -> Visitor:
        access = self._site.access
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        token = access.known(shown.strip()) if scheme.lower() == "bearer" else None
        if scheme.lower() == "bearer" and token is None:
            return Visitor(cookie, welcome=False)
        if not access.guarded:
            return Visitor(cookie, token)
        inside = self._site.sessions.known(cookie, access.mark)
        return Visitor(cookie, token, welcome=inside or token is not None, inside=inside)

    def _refusal(self, scope: Scope, headers: Headers, visitor: Visitor) -> Response | None:
        if self._site.local and not OWN_NAMES.fullmatch(headers.get("host", "")):
            return PlainTextResponse("this computer does not go by that name\n", 421)
        if not _own(scope, headers, visitor):
            return PlainTextResponse("another site may not do this\n", 403)
        if visitor.welcome or PUBLIC.fullmatch(scope["path"]):
            return None
        if scope["path"].startswith("/api"):
            return _problem()
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
        refusal.raw_headers.extend(_RAW_HEADERS)
        await refusal(scope, receive, send)

    def _give_cookie(self, message: Message, visitor: Visitor) -> None:
        headers = MutableHeaders(scope=message)
        # Who just logged in or out was given another one by the page.
        if headers.get("content-type", "").startswith("text/html") and "set-cookie" not in headers:
            headers.append("set-cookie", cookie_header(self._site, visitor.cookie))


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


def _problem() -> Response:
    return JSONResponse(
        {"type": "about:blank", "title": "Unauthorized", "status": 401},
        401,
        {"WWW-Authenticate": "Bearer"},
        "application/problem+json",
    )
