"""What ``lru_cache`` makes of a function, as type checkers and readers see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, Protocol, Self, TypeVar, overload

from pomichnyk.cache.info import CacheInfo, CacheStats

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class Cached(Protocol[P, R_co]):
    """A function whose results are kept.

    What takes arguments takes those of the function; of a method, the instance too:
    ``Shop.price.cache_discard(shop, "tea")``. Of a coroutine function, ``cache_peek``,
    ``cache_discard`` and ``cache_refresh`` are awaited as the function is; the others are not.
    """

    @property
    def __wrapped__(self) -> Callable[P, R_co]:
        """The function itself."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Return what the function returns."""

    @overload
    def __get__(self, instance: None, owner: type | None = None, /) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None, /) -> Callable[..., R_co]: ...

    def cache_info(self) -> CacheInfo:
        """Return hits, misses, the bound and the size, as functools tells them."""

    def cache_stats(self) -> CacheStats:
        """Return what happened in this process, in more detail."""

    def cache_parameters(self) -> dict[str, Any]:
        """Return ``maxsize`` and ``typed``."""

    def cache_clear(self) -> None:
        """Drop all values, for all processes: whoever calls after that gets no older result.

        Raises:
            CacheUnavailableError: the server is lost, so that nothing could be promised.
        """

    def cache_key(self, *args: P.args, **kwargs: P.kwargs) -> str:
        """Return the key that the result of a call has on the server."""

    def cache_peek(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Return the result of a call if it is kept, without computing or touching it.

        Raises:
            KeyError: it is not kept.
            CacheUnavailableError: the server is lost.
        """

    def cache_discard(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Drop the result of one call, for all processes; return whether there was one.

        Raises:
            CacheUnavailableError: the server is lost, so that nothing could be promised.
        """

    def cache_refresh(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Compute the result of a call anew, for all processes, and return it.

        Raises:
            CacheUnavailableError: the server is lost, so that nothing could be promised.
        """
