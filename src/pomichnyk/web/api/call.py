"""A call: one request of a program, with all that an operation needs to answer it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

import msgspec
import orjson
from starlette.requests import Request

from pomichnyk.bootstrap import App
from pomichnyk.errors import NotFoundError, PomichnykError
from pomichnyk.text import Text, translations
from pomichnyk.web.language import chosen
from pomichnyk.web.site import Site

JSON = ("application/json", "application/merge-patch+json")
REPEATS = UUID("6f0a4f2c-7f0c-5f9e-9f6b-2f1d0c6f3a51")
"""The namespace of ids that are made of Idempotency-Key headers."""
LONGEST_KEY = 255


class MalformedError(PomichnykError):
    """What was sent is not what can be read."""

    exit_code = 4
    status = 400


class UnsupportedError(PomichnykError):
    """What was sent is no JSON."""

    exit_code = 4
    status = 415


class ShapeError(PomichnykError):
    """What was sent is JSON of another shape."""

    exit_code = 4
    status = 422


class StaleError(PomichnykError):
    """What was to be changed is not what the program believes it to be."""

    exit_code = 5
    status = 412


class Call:
    """What was asked, and the parts of the program.

    Attributes:
        query: what stood behind the question mark, as the operation's struct.
        body: what was sent, as the operation's struct.
    """

    def __init__(self, request: Request, query: Any = None, body: Any = None) -> None:
        self._request, self.query, self.body = request, query, body

    @cached_property
    def site(self) -> Site:
        """What all requests share."""
        site: Site = self._request.app.state.site
        return site

    @property
    def app(self) -> App:
        """The parts of the program."""
        return self.site.app

    @property
    def path(self) -> Mapping[str, Any]:
        """What stands for the names in the path."""
        return self._request.path_params

    @property
    def ref(self) -> str:
        """The id in the path."""
        return str(self.path["id"])

    def say(self, text: Text) -> str:
        """Return a text in the language that the program asks for."""
        return text.said(translations(chosen(self._request, self.app.config.lang)))

    def header(self, name: str) -> str:
        """Return a header of the request, or nothing."""
        return self._request.headers.get(name, "")

    def expect(self, record: Any) -> None:
        """See that a record still is what the program believes it to be (If-Match).

        Raises:
            StaleError: it is not.
        """
        wanted = self.header("if-match")
        if wanted and not matches(wanted, etag(encoded(record))):
            raise StaleError(Text("it was changed meanwhile: read it again"))

    def once(self, get: Callable[[str], Any], make: Callable[[UUID | None], Any]) -> Any:
        """Make something, but only once for each Idempotency-Key of who asks.

        The id is made of the key, so that a repetition finds what was made, also when the server
        was started anew between the two.

        Raises:
            MalformedError: the key is too long.
            ShapeError: another body was sent with this key.
        """
        key = self.header("idempotency-key")
        if not key:
            return make(None)
        if len(key) > LONGEST_KEY:
            raise MalformedError(Text("an Idempotency-Key has at most {most} characters", most=255))
        token = self._request.scope["visitor"].token
        who = f"{token.name if token else ''}\n{self._request.url.path}\n{key}"
        identifier = uuid5(REPEATS, who)
        if not self.site.repeats.same(identifier, digest(msgspec.json.encode(self.body))):
            raise ShapeError(Text("this Idempotency-Key came with another body before"))
        try:
            return get(str(identifier))
        except NotFoundError:
            return make(identifier)


def read(data: bytes, media: str, shape: Any) -> Any:
    """Return what was sent as a struct.

    Raises:
        UnsupportedError: it is not said to be JSON.
        MalformedError: it is no JSON.
        ShapeError: it is of another shape.
    """
    if media.partition(";")[0].strip().lower() not in JSON:
        raise UnsupportedError(Text("send JSON, as {media}", media=JSON[0]))
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        raise ShapeError(Text("{why}", why=error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError(Text("this is no JSON: {why}", why=error)) from error


def asked(query: Mapping[str, str], shape: Any) -> Any:
    """Return what stood behind the question mark as a struct.

    Raises:
        ShapeError: a name is unknown, or a value is not what it must be.
    """
    try:
        return msgspec.convert(dict(query), shape, strict=False)
    except msgspec.ValidationError as error:
        raise ShapeError(Text("{why}", why=error)) from error


def encoded(content: Any) -> bytes:
    """Return JSON as it is sent."""
    return orjson.dumps(content)


def digest(data: bytes) -> str:
    """Return what tells one content from another."""
    return hashlib.sha256(data).hexdigest()[:32]


def etag(data: bytes) -> str:
    """Return the ETag of what is sent."""
    return f'"{digest(data)}"'


def matches(header: str, tag: str) -> bool:
    """Return whether an If-Match or an If-None-Match has an ETag in it."""
    return header.strip() == "*" or tag in (
        one.strip().removeprefix("W/") for one in header.split(",")
    )
