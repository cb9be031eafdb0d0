"""The Redis LRU cache: what a function returned, shared by processes and machines.

``from pomichnyk.cache import lru_cache`` takes the place of the one of functools.
"""

from __future__ import annotations

import sys

from pomichnyk.cache.cached import Cached
from pomichnyk.cache.decorator import lru_cache
from pomichnyk.cache.errors import BadValueError, CacheUnavailableError
from pomichnyk.cache.info import CacheInfo, CacheStats
from pomichnyk.cache.redislru import RedisLRU

__all__ = [
    "BadValueError",
    "CacheInfo",
    "CacheStats",
    "CacheUnavailableError",
    "Cached",
    "RedisLRU",
    "close",
    "lru_cache",
]


def close() -> None:
    """Close all connections to servers and end their threads; later calls open them anew."""
    if server := sys.modules.get("pomichnyk.cache.server"):  # else there are none
        server.close()
