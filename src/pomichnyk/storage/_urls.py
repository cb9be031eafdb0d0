"""URLs of storages, as they may be shown."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

SECRETS = ("password", "passwd", "sslpassword")


def shown(url: str) -> str:
    """Return a URL without the password that it may hold, before the host or as an option."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}{at}{host}"
    query = parts.query
    if any(name in SECRETS for name, _ in parse_qsl(query)):
        query = urlencode([one for one in parse_qsl(query) if one[0] not in SECRETS])
    if (netloc, query) == (parts.netloc, parts.query):
        return url
    return parts._replace(netloc=netloc, query=query).geturl()
