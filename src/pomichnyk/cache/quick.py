"""Quick: the function that stands for a cached one, written for exactly its parameters.

A look-up that is to cost no more than a few times that of ``functools.lru_cache``, which is in C,
has no time to put arguments in order. A function of the same signature, made by ``exec`` as
dataclasses make theirs, has it done by the call itself, and finds ``f(1, 2)`` and ``f(b=2, a=1)``
alike. The types of the arguments are compared too, since 1 and True are one key of a dict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from inspect import Parameter, iscoroutinefunction, signature
from time import monotonic
from typing import Any

from pomichnyk.cache.calls import Calls
from pomichnyk.cache.cell import EMPTY, MISS
from pomichnyk.cache.options import Options
from pomichnyk.cache.steps import arun, run

_KEYWORD = Parameter.KEYWORD_ONLY
_ANY_NUMBER = {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}
_FORM = """\
{define} _quick_({signature}):
    try:
        _cell_ = _find_({key}, _empty_)
    except TypeError:  # it cannot be hashed
        return {slow}
    {in_time}_value_ = _cell_.value
    if _value_ is not _miss_{same_kinds}:
        _cell_.stamp = _stamp_()
        if _cell_.clean:
            _used_(_cell_)
        return {value}
    return {slow}
"""
_RESERVED = {"_cell_", "_empty_", "_find_", "_miss_", "_now_", "_slow_", "_stamp_", "_used_"}


def quick(function: Callable[..., Any], calls: Calls, options: Options) -> Callable[..., Any]:
    """Return what is called in place of a function."""
    try:
        parameters = list(signature(function).parameters.values())
    except ValueError:  # a builtin that does not say what it takes
        return _general(function, calls, options)
    by_form = options.key is None and options.bound != 0
    if not by_form or any(_odd(parameter) for parameter in parameters):
        return _general(function, calls, options)
    return _written(function, calls, options, parameters)


def _odd(parameter: Parameter) -> bool:
    return parameter.kind in _ANY_NUMBER or parameter.name in _RESERVED | {"_value_", "_copy_"}


def _written(
    function: Callable[..., Any], calls: Calls, options: Options, parameters: Sequence[Parameter]
) -> Callable[..., Any]:
    awaited = iscoroutinefunction(function)
    names = [one.name for one in parameters]
    key = names[0] if len(names) == 1 else f"({', '.join(names)})"
    given = "".join(f"{one.name}, " for one in parameters if one.kind is not _KEYWORD)
    named = ", ".join(f"{one.name!r}: {one.name}" for one in parameters if one.kind is _KEYWORD)
    values = "".join(f"{name}, " for name in names)
    slow = f"{'await ' * awaited}_slow_(({given}), {{{named}}}, {key}, ({values}))"
    kinds = "".join(f" and type({name}) is _cell_.kinds[{at}]" for at, name in enumerate(names))
    source = _FORM.format(
        define="async def" if awaited else "def",
        signature=_signature(parameters),
        key=key,
        slow=slow,
        in_time="if _now_() >= _cell_.end:\n        return " + slow + "\n    "
        if options.ttl
        else "",
        same_kinds=kinds,
        value="_copy_(_value_)" if options.copy else "_value_",
    )
    near = calls.near
    names_of_form: dict[str, Any] = {
        "_copy_": deepcopy,
        "_empty_": EMPTY,
        "_find_": near.quick.get,
        "_miss_": MISS,
        "_now_": monotonic,
        "_slow_": _slow(calls, options, awaited=awaited),
        "_stamp_": near.stamps.add,
        "_used_": near.used,
    }
    names_of_form |= {f"_default_{at}_": one.default for at, one in enumerate(parameters)}
    exec(source, names_of_form)  # noqa: S102  # its parts are identifiers of the function's own
    made: Callable[..., Any] = names_of_form["_quick_"]
    return made


def _signature(parameters: Sequence[Parameter]) -> str:
    """Return the parameters as they are written, each default by a name."""
    words: list[str] = []
    for at, one in enumerate(parameters):
        before = parameters[at - 1].kind if at else None
        if before is Parameter.POSITIONAL_ONLY and one.kind is not before:
            words.append("/")
        if one.kind is _KEYWORD and before is not _KEYWORD:
            words.append("*")
        words.append(one.name + f"=_default_{at}_" * (one.default is not Parameter.empty))
    if parameters and parameters[-1].kind is Parameter.POSITIONAL_ONLY:
        words.append("/")
    return ", ".join(words)


def _slow(calls: Calls, options: Options, *, awaited: bool) -> Callable[..., Any]:
    """Return what answers a call that is not to be found by its plain arguments."""
    answer, copied = calls.answer, deepcopy if options.copy else _as_it_is

    def slow(*words: Any) -> Any:
        return copied(run(answer(*words)))

    async def slow_awaited(*words: Any) -> Any:
        return copied(await arun(answer(*words)))

    return slow_awaited if awaited else slow


def _as_it_is(value: Any) -> Any:
    return value


def _general(function: Callable[..., Any], calls: Calls, options: Options) -> Callable[..., Any]:
    """Return the same for a function of any number of arguments, or a key of one's own."""
    near = calls.near
    find, stamp, used, timeless = near.quick.get, near.stamps.add, near.used, options.ttl is None
    awaited = iscoroutinefunction(function)
    slow = _slow(calls, options, awaited=awaited)
    plain = timeless and options.key is None and not options.copy

    def general(*args: Any, **kwargs: Any) -> Any:
        if plain and not kwargs:
            try:
                cell = find(args, EMPTY)
            except TypeError:
                return slow(args, kwargs)
            value = cell.value
            if value is not MISS and (
                type(args[0]) is cell.kinds[0]
                if len(args) == 1
                else tuple(map(type, args)) == cell.kinds
            ):
                cell.stamp = stamp()
                if cell.clean:
                    used(cell)
                return value
            return slow(args, kwargs, args, args)
        return slow(args, kwargs)

    async def general_awaited(*args: Any, **kwargs: Any) -> Any:
        return await slow(args, kwargs)

    return general_awaited if awaited else general
