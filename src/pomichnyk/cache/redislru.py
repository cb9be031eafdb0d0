"""RedisLRU: an older spelling of ``lru_cache``, for programs that are written with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from pomichnyk.cache.cached import Cached, P, R_co
from pomichnyk.cache.decorator import lru_cache


class RedisLRU:
    """Makes caches that have a client and options in common.

    ::

        cache = RedisLRU(redis.Redis(), default_ttl=60)

        @cache
        def price(goods): ...

        @cache(ttl=3600)
        def tax(country): ...
    """

    def __init__(
        self,
        client: Any,
        max_size: int | None = 2**20,
        default_ttl: float | None = 15 * 60,
        key_prefix: str = "RedisLRU",
        clear_on_exit: bool = False,
        **options: Any,
    ) -> None:
        """Take a client of redis-py, or a URL, and what is to hold for all functions.

        Args:
            client: what ``lru_cache`` takes as ``redis``.
            max_size: how many values of each function are kept; the least recent go first.
            default_ttl: seconds after which a value expires; None: never.
            key_prefix: what the names of all keys have in common.
            clear_on_exit: drop the values, for all processes, when this one ends.
            options: any others of ``lru_cache``.
        """
        self._options = {
            "redis": client, "maxsize": max_size, "ttl": default_ttl,
            "clear_on_exit": clear_on_exit, **options,
        }  # fmt: skip
        self._prefix = key_prefix
        self._made: list[Cached[..., Any]] = []

    @overload
    def __call__(self, ttl: Callable[P, R_co], /) -> Cached[P, R_co]: ...
    @overload
    def __call__(
        self, ttl: float | None = None, **options: Any
    ) -> Callable[[Callable[P, R_co]], Cached[P, R_co]]: ...
    def __call__(self, ttl: Any = None, **options: Any) -> Any:
        """Cache a function: bare, or with a ttl of its own and other options of ``lru_cache``."""
        if callable(ttl) or isinstance(ttl, (classmethod, staticmethod)):
            return self._cached(ttl, {})
        mine = options if ttl is None else {"ttl": ttl, **options}
        return lambda function: self._cached(function, mine)

    def clear_all_cache(self) -> None:
        """Drop all values of the functions that are cached by this, for all processes.

        Raises:
            CacheUnavailableError: the server is lost.
        """
        for cached in self._made:
            cached.cache_clear()

    def _cached(self, function: Any, options: dict[str, Any]) -> Any:
        namespace = f"{self._prefix}:{function.__module__}.{function.__qualname__}"
        cached = lru_cache(**{"namespace": namespace, **self._options, **options})(function)
        self._made.append(getattr(cached, "__func__", cached))
        return cached
