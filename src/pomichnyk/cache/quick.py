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
from pomichnyk.cache.cell import MISS
from pomichnyk.cache.options import Options
from pomichnyk.cache.steps import Steps, arun, run

_KEYWORD = Parameter.KEYWORD_ONLY
_ANY_NUMBER = {Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD}
_UNNAMED = {Parameter.VAR_POSITIONAL, Parameter.POSITIONAL_ONLY}
_FORM = """\
{define} _quick_({signature}):
    {unless}try:
        _cell_ = _near_.quick[{key}]
    except (KeyError, TypeError):  # it is not there, or cannot be hashed
        return {slow}
    {in_time}_value_ = _cell_.value
    if _value_ is not _miss_{same_kinds}:
        _cell_.stamp = _stamp_()
        if _cell_.clean:
            _used_(_cell_)
        return {value}
    return {slow}
"""
_RESERVED = {"_answer_", "_cell_", "_do_", "_miss_", "_near_", "_now_", "_stamp_"}
_KINDS = (
    " and (type(_args_[0]) is _cell_.kinds[0] if len(_args_) == 1"
    " else tuple(map(type, _args_)) == _cell_.kinds)"
)


def quick(function: Callable[..., Any], calls: Calls, options: Options) -> Callable[..., Any]:
    """Return what is called in place of a function."""
    if options.key is not None or options.bound == 0:
        return _plain(calls, _doer(options, awaited=iscoroutinefunction(function)))
    try:
        parameters = list(signature(function).parameters.values())
    except ValueError:  # a builtin that does not say what it takes
        parameters = [Parameter("any", kind) for kind in _ANY_NUMBER]
    wait = "await " * iscoroutinefunction(function)
    odd = any(_odd(parameter) for parameter in parameters)
    words = _of_any(parameters, wait) if odd else _of_these(parameters, wait)
    return _written(words, parameters, calls, options, awaited=bool(wait))


def _odd(parameter: Parameter) -> bool:
    names = _RESERVED | {"_copy_", "_used_", "_value_"}
    return parameter.kind in _ANY_NUMBER or parameter.name in names


def _of_these(parameters: Sequence[Parameter], wait: str) -> dict[str, str]:
    """Return the words of the form for parameters that each have a name."""
    names = [one.name for one in parameters]
    key = names[0] if len(names) == 1 else f"({', '.join(names)})"
    given = "".join(f"{one.name}, " for one in parameters if one.kind is not _KEYWORD)
    named = ", ".join(f"{one.name!r}: {one.name}" for one in parameters if one.kind is _KEYWORD)
    values = "".join(f"{name}, " for name in names)
    kinds = (f" and type({name}) is _cell_.kinds[{at}]" for at, name in enumerate(names))
    return {
        "signature": _signature(parameters),
        "unless": "",
        "key": key,
        "slow": f"{wait}_do_(_answer_(({given}), {{{named}}}, {key}, ({values})))",
        "same_kinds": "".join(kinds),
    }


def _of_any(parameters: Sequence[Parameter], wait: str) -> dict[str, str]:
    """Return the words of the form for any number of arguments; those by name are not quick."""
    if all(one.kind in _UNNAMED for one in parameters):
        signature, named, unless = "*_args_", "{}", ""
    else:
        signature, named = "*_args_, **_named_", "_named_"
        unless = f"if _named_:\n        return {wait}_do_(_answer_(_args_, _named_))\n    "
    return {
        "signature": signature,
        "unless": unless,
        "key": "_args_",
        "slow": f"{wait}_do_(_answer_(_args_, {named}, _args_, _args_))",
        "same_kinds": _KINDS,
    }


def _written(
    words: dict[str, str],
    parameters: Sequence[Parameter],
    calls: Calls,
    options: Options,
    *,
    awaited: bool,
) -> Callable[..., Any]:
    late = f"if _now_() >= _cell_.end:\n        return {words['slow']}\n    "
    source = _FORM.format(
        **words,
        define="async def" if awaited else "def",
        in_time=late if options.ttl else "",
        value="_copy_(_value_)" if options.copy else "_value_",
    )
    near = calls.near
    names_of_form: dict[str, Any] = {
        "_answer_": calls.answer,
        "_copy_": deepcopy,
        "_do_": _doer(options, awaited=awaited),
        "_miss_": MISS,
        "_near_": near,
        "_now_": monotonic,
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


def _doer(options: Options, *, awaited: bool) -> Callable[[Steps], Any]:
    """Return what does the steps of a call that is not to be found by its plain arguments."""
    if not options.copy:
        return arun if awaited else run

    async def copied(steps: Steps) -> Any:
        return deepcopy(await arun(steps))

    return copied if awaited else lambda steps: deepcopy(run(steps))


def _plain(calls: Calls, do: Callable[[Steps], Any]) -> Callable[..., Any]:
    """Return the same for calls that have a key of their own, or are not kept."""
    answer = calls.answer
    if iscoroutinefunction(do):

        async def awaited(*args: Any, **kwargs: Any) -> Any:
            return await do(answer(args, kwargs))

        return awaited
    return lambda *args, **kwargs: do(answer(args, kwargs))
