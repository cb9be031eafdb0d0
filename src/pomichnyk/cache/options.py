"""Options: what ``lru_cache`` was told, checked once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pomichnyk.cache.codec import check

Stampede = Literal["global", "local"] | None
OnError = Literal["call", "stale", "raise"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How a function is cached; ``lru_cache`` says what each means.

    Raises:
        ValueError: a value has no meaning.
        TypeError: ``maxsize`` is not a number.
    """

    maxsize: int | None = 128
    typed: bool = False
    redis: Any = None
    ttl: float | None = None
    jitter: float = 0.1
    namespace: str | None = None
    key: Callable[..., Any] | None = None
    version: str | None = "auto"
    near: bool | int = True
    strict: bool = False
    stampede: Stampede = "global"
    on_error: OnError = "call"
    serializer: Any = "json"
    secret: str | bytes | None = None
    copy: bool = False
    clear_on_exit: bool = False

    def __post_init__(self) -> None:
        if self.maxsize is not None and not isinstance(self.maxsize, int):
            raise TypeError(f"maxsize={self.maxsize!r} is not a number or None")
        if self.ttl is not None and not self.ttl > 0:
            raise ValueError(f"ttl={self.ttl!r} is not a number of seconds, or None")
        if not 0 <= self.jitter < 1:
            raise ValueError(f"jitter={self.jitter!r} is not a part of ttl=, from 0 up to 1")
        if self.namespace is not None and set("{}") & {*self.namespace}:
            raise ValueError(f"namespace={self.namespace!r} has a brace in it")
        if self.stampede not in {"global", "local", None}:
            raise ValueError(f"stampede={self.stampede!r} is not 'global', 'local' or None")
        if self.on_error not in {"call", "stale", "raise"}:
            raise ValueError(f"on_error={self.on_error!r} is not 'call', 'stale' or 'raise'")
        check(self.serializer, self.secret)

    @property
    def bound(self) -> int | None:
        """How many values are kept; functools, too, takes a negative number for 0."""
        return None if self.maxsize is None else max(0, self.maxsize)

    @property
    def near_bound(self) -> int | None:
        """How many of them are kept in the process as well."""
        if self.strict or self.near is False:
            return 0  # every use is told to the server at once
        return self.bound if self.near is True else self.near
