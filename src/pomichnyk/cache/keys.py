"""Keys: what tells one call of a function from another, alike in every process.

A call is its arguments in the order of the parameters, so that ``f(1, 2)``, ``f(1, b=2)`` and
``f(b=2, a=1)`` are one, also where a default is left out. How a call of some shape is put in
order is worked out once; after that, small plain arguments cost about a microsecond.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from functools import lru_cache
from hashlib import blake2b
from inspect import Parameter, Signature, signature
from itertools import count
from marshal import dumps
from operator import itemgetter
from typing import Any

from pomichnyk.cache.canonical import MARSHAL, Canonical, UncanonicalError

Arguments = tuple[Any, ...]
KeyMaker = Callable[[Arguments, dict[str, Any]], bytes]
Taker = Callable[[Arguments], Any]
DIGEST = 16
"""Bytes of a digest: among 2**40 entries two are taken for one with a chance of 2**-49."""
_SHAPES = 256
"""How many shapes of calls are known at a time: a function of any keywords has no end of them."""
_INSTANCE = "what a method returns depends on its instance: "
_ADVICE = "make it a dataclass, give it __cache_key__(), or cache with key="


_NUMBERS = frozenset({bool, float, complex})
_BY_PLACE = {Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD}
_MARKS: dict[Any, str] = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}
_ABSENT: dict[Any, Any] = {Parameter.VAR_POSITIONAL: (), Parameter.VAR_KEYWORD: {}}


class _Omitted:
    """Stands for a default that has no form of its own, such as ``object()``."""


def keymaker(
    function: Callable[..., Any],
    *,
    typed: bool,
    key: Callable[..., Any] | None,
    bound: bool,
    code: Callable[[type], bytes] | None = None,
) -> KeyMaker:
    """Return what gives the bytes of a call: equal for equal calls, and for no others.

    Args:
        function: what is called; its defaults are arguments too.
        typed: tell ``f(1)``, ``f(1.0)`` and ``f(True)`` apart, at any depth; otherwise equal
            numbers of these types and complex are one argument, as in ``functools.lru_cache``;
            which, too, tells an int from the others if it is all that the function takes, or all
            that is given to one that takes any number.
        key: makes of the arguments what stands for all of them.
        bound: the first argument is the instance or the class.
        code: gives the version of the code of a class whose instance is an argument.

    What is returned raises ``TypeError`` for an argument without a form, and for a call that the
    function would not take.
    """
    canonical = Canonical(typed=typed, code=code)
    if key is not None:
        return _by_key(function, key, canonical)
    shapes = _Shapes(_signature(function), canonical)
    leaves, every, arranged = canonical.leaves, shapes.every, shapes.arranged
    joined = frozenset() if typed else _NUMBERS
    complaint = _Complaint(function, shapes.names, bound=bound)

    def made(args: Arguments, kwargs: dict[str, Any]) -> bytes:
        values = args if not kwargs and len(args) == every else arranged(args, kwargs)
        for value in values:
            if type(value) not in leaves:
                break
        else:
            return dumps(values, MARSHAL)
        try:
            lone = values if every == 1 else args if shapes.loose and not kwargs else ()
            apart = len(lone) == 1 and type(lone[0]) in joined
            return canonical.dumps(("", *values) if apart else values)
        except (UncanonicalError, RecursionError) as error:
            raise complaint.about(values, canonical) from error

    return made


def digest(call: bytes, version: bytes) -> bytes:
    """Return the 16 bytes that a call of a function of some version is stored under."""
    state = _begun(version).copy()
    state.update(call)
    made: bytes = state.digest()
    return made


@lru_cache(maxsize=4096)
def _begun(version: bytes) -> Any:
    return blake2b(len(version).to_bytes(4, "big") + version, digest_size=DIGEST)


def _by_key(
    function: Callable[..., Any], key: Callable[..., Any], canonical: Canonical
) -> KeyMaker:
    complaint = _Complaint(function, ["what key= returned"], bound=False)

    def made(args: Arguments, kwargs: dict[str, Any]) -> bytes:
        values = (key(*args, **kwargs),)
        try:
            return canonical.dumps(values)
        except (UncanonicalError, RecursionError) as error:
            raise complaint.about(values, canonical) from error

    return made


def _signature(function: Callable[..., Any]) -> Signature:
    try:
        return signature(function)
    except ValueError:  # a builtin that does not say what it takes
        return Signature([Parameter(kind.name, kind) for kind in _ABSENT])


class _Shapes:
    """Puts arguments in the order of the parameters, whatever shape the call has.

    Attributes:
        names: how each of the values is told to a person.
        every: how many arguments by position are all there are; -1 if there is no such number.
        loose: whether no parameter has a name of its own.
    """

    def __init__(self, taken: Signature, canonical: Canonical) -> None:
        self._signature = taken
        parameters = taken.parameters.values()
        self.names = [_MARKS.get(one.kind, "") + one.name for one in parameters]
        self.every = len(parameters) if all(one.kind in _BY_PLACE for one in parameters) else -1
        self.loose = all(one.kind in _ABSENT for one in parameters)
        self._defaults = {one.name: _default(one, canonical) for one in parameters}
        self._plans: dict[tuple[Any, ...], list[Taker]] = {}

    def arranged(self, args: Arguments, kwargs: Mapping[str, Any]) -> Arguments:
        """Return the values of all parameters.

        Raises:
            TypeError: the function does not take such arguments.
        """
        shape = (len(args), *kwargs)
        plan = self._plans.get(shape) or self._planned(shape)
        given = (*args, *kwargs.values())
        return tuple([take(given) for take in plan])

    def _planned(self, shape: tuple[Any, ...]) -> list[Taker]:
        number, *names = shape
        # It is not the arguments that are bound, but where they are among all that are given.
        places = self._signature.bind(*range(number), **dict(zip(names, count(number))))
        plan = [
            _taker(places.arguments[name]) if name in places.arguments else default
            for name, default in self._defaults.items()
        ]
        if len(self._plans) >= _SHAPES:
            self._plans.clear()
        self._plans[shape] = plan
        return plan


def _default(parameter: Parameter, canonical: Canonical) -> Taker:
    """Return what takes the value of a parameter that is not given."""
    if parameter.kind in _ABSENT:
        return lambda _: _ABSENT[parameter.kind]
    try:
        canonical.form(parameter.default)
    except (UncanonicalError, RecursionError):
        return lambda _: _Omitted
    default = deepcopy(parameter.default)  # a function may use a list of its own as a memory
    return lambda _: default


def _taker(place: Any) -> Taker:
    """Return what takes a value from that place: one, several in a row, or several by name."""
    if isinstance(place, int):
        return itemgetter(place)
    if isinstance(place, tuple):
        return itemgetter(slice(place[0], place[-1] + 1))
    return lambda given: {name: given[one] for name, one in place.items()}


class _Complaint:
    """Says which argument has no form."""

    def __init__(self, function: Callable[..., Any], names: Sequence[str], *, bound: bool) -> None:
        self._function = getattr(function, "__qualname__", repr(function))
        self._names, self._bound = names, bound

    def about(self, values: Arguments, canonical: Canonical) -> TypeError:
        """Return the error about the first of the values that has no form."""
        for name, value in zip(self._names, values, strict=True):
            try:
                canonical.form(value)
            except RecursionError:
                return self._error(name, "it is nested too deeply, or holds itself")
            except UncanonicalError as error:
                whose = _INSTANCE if self._bound and value is values[0] else ""
                return self._error(name, f"{error}; {whose}{_ADVICE}")
        return self._error(", ".join(self._names), "it changed while it was looked at")

    def _error(self, name: str, reason: str) -> TypeError:
        return TypeError(f"{self._function}(): the argument “{name}” cannot be a key: {reason}")
