"""URLs of storages, as they may be shown."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

SECRETS = (
    *("password", "passwd", "sslpassword", "tlscertificatekeyfilepassword"),
    *("authmechanismproperties", "proxypassword"),
)
_UNESCAPED = re.compile(r"(?<=://)([^/:@]*):(?!\d+(?:,[^/@]*)?[/?#])[^/@]*[/?#].*(?=@)")
"""A user and a password with a sign in it that ends it, since it was not written ``%XX``."""


def shown(url: str) -> str:
    """Return a URL without the password that it may hold, before the host or as an option."""
    url = _UNESCAPED.sub(r"\1", url)
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}{at}{host}"
    query = parts.query
    if any(name.lower() in SECRETS for name, _ in parse_qsl(query)):
        query = urlencode([one for one in parse_qsl(query) if one[0].lower() not in SECRETS])
    if (netloc, query) == (parts.netloc, parts.query):
        return url
    return parts._replace(netloc=netloc, query=query).geturl()


def file(url: str) -> Path | None:
    """Return the file that a URL names, None if the storage is no file."""
    parts = urlsplit(url)
    if parts.scheme.partition("+")[0] != "sqlite":
        return None
    return Path(unquote(parts.path.removeprefix("/")))


def same(one: str, other: str) -> bool:
    """Tell whether two URLs name one storage, as far as can be seen without asking it."""
    return _place(one) == _place(other)


def _place(url: str) -> object:
    if path := file(url):
        with suppress(OSError):
            found = os.stat(path)  # noqa: PTH116  # links are followed, and may be hard ones
            return found.st_dev, found.st_ino
        return os.path.realpath(path)
    parts = urlsplit(url)
    return parts.scheme.partition("+")[0], parts.netloc.rpartition("@")[2].lower(), parts.path
