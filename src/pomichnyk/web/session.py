"""Logging in and out, and choosing the language."""

from __future__ import annotations

from math import ceil

from starlette.responses import Response

from pomichnyk.text import LANGUAGES, Plural, Text
from pomichnyk.web.guard import cookie_header
from pomichnyk.web.language import COOKIE, LASTING
from pomichnyk.web.routing import page
from pomichnyk.web.sessions import new_cookie
from pomichnyk.web.visit import Visit

WRONG = Text("That is not the password.")


def ask(visit: Visit) -> Response:
    """Ask for the password, if there is one."""
    if visit.visitor.inside or not visit.site.access.guarded:
        return visit.moved(_next(visit.query.get("next", "")))
    return visit.page("login.html", next=_next(visit.query.get("next", "")), form=visit.form)


def log_in(visit: Visit) -> Response:
    """Begin a session if the password is right; else make the next try wait."""
    site, following = visit.site, _next(visit.form.text("next"))
    if wait := site.backoff.tried(visit.address):
        return _later(visit, following, ceil(wait))
    if not site.access.right(visit.form.text("password")):
        visit.form.errors["password"] = WRONG
        return visit.page("login.html", status=403, next=following, form=visit.form)
    site.backoff.succeeded(visit.address)
    response = visit.moved(following)
    # Another cookie than before: whoever knew that one gains nothing.
    response.headers["Set-Cookie"] = cookie_header(site, site.sessions.begin(site.access.mark))
    return response


def log_out(visit: Visit) -> Response:
    """End the session, and let the browser forget the pages that it has seen."""
    visit.site.sessions.end(visit.visitor.cookie)
    response = visit.moved("/login")
    response.headers["Set-Cookie"] = cookie_header(visit.site, new_cookie())
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def choose(visit: Visit) -> Response:
    """Remember the language that was chosen, and show the same page in it."""
    response = visit.moved(_next(visit.form.text("next")))
    if (language := visit.form.text("language")) in LANGUAGES:
        response.set_cookie(
            COOKIE, language, LASTING, samesite="lax", httponly=True, secure=visit.site.secure
        )
    return response


def _later(visit: Visit, following: str, seconds: int) -> Response:
    visit.form.errors["password"] = Plural(
        "Too many tries: wait {count} second.",
        "Too many tries: wait {count} seconds.",
        count=seconds,
    )
    response = visit.page("login.html", status=429, next=following, form=visit.form)
    response.headers["Retry-After"] = str(seconds)
    return response


def _next(path: str) -> str:
    """Return where to go on: a page of ours, never another site."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours and not path.startswith("/log") else "/"


routes = [
    page("/login", get=ask, post=log_in),
    page("/logout", post=log_out),
    page("/language", post=choose),
]
