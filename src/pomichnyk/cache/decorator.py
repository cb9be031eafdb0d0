"""The decorator: what a program sees of the cache."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from contextlib import suppress
from functools import update_wrapper
from inspect import iscoroutinefunction
from typing import Any, overload

from pomichnyk.cache.cached import Cached, P, R_co
from pomichnyk.cache.calls import Calls
from pomichnyk.cache.errors import CacheUnavailableError
from pomichnyk.cache.options import OnError, Options, Stampede
from pomichnyk.cache.quick import quick
from pomichnyk.cache.steps import Steps, arun, run

_METHODS = (classmethod, staticmethod)


@overload
def lru_cache(maxsize: Callable[P, R_co], /) -> Cached[P, R_co]: ...
@overload
def lru_cache(
    maxsize: int | None = 128,
    typed: bool = False,
    *,
    redis: Any = None,
    ttl: float | None = None,
    jitter: float = 0.1,
    namespace: str | None = None,
    key: Callable[..., Any] | None = None,
    version: str | None = "auto",
    near: bool | int = True,
    strict: bool = False,
    stampede: Stampede = "global",
    on_error: OnError = "call",
    serializer: Any = "json",
    secret: str | bytes | None = None,
    copy: bool = False,
    clear_on_exit: bool = False,
) -> Callable[[Callable[P, R_co]], Cached[P, R_co]]: ...
def lru_cache(maxsize: Any = 128, typed: bool = False, **options: Any) -> Any:
    """Keep what a function returns, for all processes that share a Redis server.

    Used as ``functools.lru_cache`` is, bare or with options, on functions, coroutine functions and
    methods; ``Cached`` says what the function gets beside. Without a server it keeps values in
    the process alone. Exceptions are not kept; None is.

    Options:
        maxsize: keep at most so many values, those used last; None: any number; 0: none.
        typed: tell 1, 1.0 and True apart.
        redis: a URL, or a client of redis-py, sync or asyncio; None: the URL in the environment's
            POMICHNYK_REDIS, read at the first call, if it is there.
        ttl: seconds after which a value expires; None: never.
        jitter: by up to what part of ``ttl`` it expires sooner, so that not all do at once.
        namespace: what values go under; by default the name of the function's module and its own.
        key: makes of the arguments what stands for all of them.
        version: what tells results of older code; ``"auto"``: what the code is; None: nothing.
        near: keep values in the process too, told of changes by the server; or how many of them.
        strict: tell the server of every use at once, for an order of uses exact among processes;
            nothing is kept near.
        stampede: who computes when many want one value: one of all processes (``"global"``), one
            of each (``"local"``), or everyone (None).
        on_error: what to do when the server is lost: call the function (``"call"``), return the
            last value known here, else call it (``"stale"``), or raise (``"raise"``).
        serializer: ``"json"``, ``"binary"``, ``"pickle"``, or an object with dumps and loads.
        secret: signs values, so that no others are read; must be given for pickle.
        copy: return a deep copy of what is kept in the process, so that callers may change it.
        clear_on_exit: drop all values, for all processes, when this one ends.

    Raises:
        ValueError: an option has no meaning; said when the function is decorated.
        TypeError: said at a call: an argument has no form that is alike in all processes.
        SerializationError: said at a call: a result cannot be kept by the serializer.
        DriverMissingError: said at the first call: there is a server, but no redis package.
        CacheUnavailableError: said at a call: the server is lost; with ``on_error="raise"`` alone.
    """
    if callable(maxsize) or isinstance(maxsize, _METHODS):
        return _decorated(maxsize, Options(typed=typed, **options))
    made = Options(maxsize=maxsize, typed=typed, **options)
    return lambda function: _decorated(function, made)


def _decorated(function: Any, options: Options) -> Any:
    if isinstance(function, _METHODS):
        bound = isinstance(function, classmethod)
        return type(function)(_cached(function.__func__, options, bound=bound))
    return _cached(function, options, bound=_is_method(function))


def _is_method(function: Any) -> bool:
    """Return whether a function stands in a class: its first argument is the instance."""
    outer: list[str] = function.__qualname__.split(".")[:-1]
    return outer[-1:] not in ([], ["<locals>"])


def _cached(function: Callable[..., Any], options: Options, *, bound: bool) -> Any:
    calls = Calls(function, options, bound=bound)
    wrapper: Any = update_wrapper(quick(function, calls, options), function)
    do: Callable[[Steps], Any] = arun if iscoroutinefunction(function) else run
    wrapper.cache_info = lambda: run(calls.info())
    wrapper.cache_clear = lambda: run(calls.clear())
    wrapper.cache_parameters = lambda: {"maxsize": options.bound, "typed": options.typed}
    wrapper.cache_stats = calls.stats
    wrapper.cache_key = lambda *args, **kwargs: calls.key(args, kwargs)
    wrapper.cache_peek = lambda *args, **kwargs: do(calls.peek(args, kwargs))
    wrapper.cache_discard = lambda *args, **kwargs: do(calls.discard(args, kwargs))
    wrapper.cache_refresh = lambda *args, **kwargs: do(calls.refresh(args, kwargs))
    if options.clear_on_exit:
        atexit.register(_cleared, calls)
    return wrapper


def _cleared(calls: Calls) -> None:
    with suppress(CacheUnavailableError):
        run(calls.clear())
