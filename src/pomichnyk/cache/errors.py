"""What can go wrong in a cache; its callers see only what they asked for wrongly."""

from __future__ import annotations

from pomichnyk.errors import SerializationError, UnavailableError


class BadValueError(SerializationError):
    """Bytes in the cache are not what this cache wrote: foreign, cut or forged."""


class CacheUnavailableError(UnavailableError):
    """The cache server does not answer; only ``on_error="raise"`` lets a caller see it."""
