"""Where the cache server is: a URL, or a client of redis-py, sync or asyncio."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from inspect import signature
from socket import SO_RCVTIMEO, SO_SNDTIMEO, SOL_SOCKET, socket
from struct import pack
from typing import Any

from pomichnyk.cache.resp import Wire
from pomichnyk.errors import DriverMissingError

TIMEOUT = 0.04
"""Seconds to wait for an answer, unless the URL says ``?socket_timeout=`` or the client was made
with one: a cache that takes longer is worse than none."""
_KINDS = {"Connection", "SSLConnection", "UnixDomainSocketConnection"}
_TAKEN = {
    "client_name",
    "credential_provider",
    "db",
    "host",
    "password",
    "path",
    "port",
    "socket_keepalive",
    "socket_keepalive_options",
    "socket_type",
    "username",
}
"""What a connection needs to know; the rest of a client's options is about its own ways."""


class Address:
    """Opens connections; redis-py logs in, encrypts, and chooses the database.

    Attributes:
        timeout: seconds to wait for an answer.

    Raises:
        DriverMissingError: the redis package is not installed.
        ValueError: the URL is not one of Redis.
    """

    def __init__(self, target: Any) -> None:
        try:
            import redis
        except ModuleNotFoundError as error:
            raise DriverMissingError("redis", "redis") from error
        named = isinstance(target, str)
        pool: Any = redis.ConnectionPool.from_url(target) if named else target.connection_pool
        given: dict[str, Any] = pool.connection_kwargs
        self.timeout = _timeout(given, redis.Redis)
        self._kind = _kind(pool.connection_class)
        self._options = {name: given[name] for name in given if _taken(name)} | {
            "socket_timeout": self.timeout,
            "socket_connect_timeout": self.timeout,
        }

    def open(self, protocol: int = 2) -> Wire:
        """Return a new connection.

        Raises:
            redis.RedisError: it cannot be made.
            OSError: likewise.
        """
        import redis.connection

        connection = getattr(redis.connection, self._kind)(**self._options, protocol=protocol)
        connection.connect()
        opened = connection._sock  # noqa: SLF001  # resp.py says why
        if os.name == "posix" and type(opened) is socket:  # TLS would ask again without end
            _limit(opened, self.timeout)
        return Wire(opened, connection)

    async def open_async(self) -> Any:
        """Return a new connection of ``redis.asyncio``.

        Raises:
            redis.RedisError: it cannot be made.
            OSError: likewise.
        """
        import redis.asyncio.connection

        connection = getattr(redis.asyncio.connection, self._kind)(**self._options, protocol=2)
        await connection.connect()
        return connection


def _limit(opened: socket, seconds: float) -> None:
    """Leave the time limit to the kernel: Python's own takes a system call more each way."""
    timeval = pack("ll", *divmod(max(1, round(seconds * 1e6)), 10**6))
    with suppress(OSError):  # a kernel that writes it in another way
        opened.setsockopt(SOL_SOCKET, SO_RCVTIMEO, timeval)
        opened.setsockopt(SOL_SOCKET, SO_SNDTIMEO, timeval)
        opened.settimeout(None)


def _timeout(given: dict[str, Any], client: Callable[..., Any]) -> float:
    """Return the seconds that were asked for; what redis-py takes by itself was not."""
    by_itself = signature(client).parameters["socket_timeout"].default
    asked = given.get("socket_timeout")
    return TIMEOUT if asked in {None, by_itself} else float(asked)


def _kind(connection_class: type[Any]) -> str:
    """Return the name that a kind of connection has both in redis and in redis.asyncio."""
    return next(one.__name__ for one in connection_class.__mro__ if one.__name__ in _KINDS)


def _taken(option: str) -> bool:
    return option in _TAKEN or option.startswith("ssl_")
