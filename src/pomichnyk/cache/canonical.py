"""Canonical: the form by which a value is known in every process, whatever its address.

A form is made of None, int, bool, float, str, bytes and tuples; a tuple begins with the name of
what it stands for, so that no two values of different kinds have one form. ``marshal`` writes
forms: it is the fastest there is, and its version 2 says an exact int, str or bytes in one way
only, on every machine, without regard to what is interned or shared. Nothing is ever read by it.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property, partial
from marshal import dumps
from pathlib import PosixPath, PurePosixPath, PureWindowsPath, WindowsPath
from types import EllipsisType, NoneType
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

Form = Any
"""None, int, bool, float, str, bytes, or a tuple of forms that begins with a name."""
FormOf = Callable[[Any], Form]

UNTYPED = frozenset({int, str, bytes, NoneType})
"""What is its own form where equal numbers are one."""
TYPED = UNTYPED | {bool}
"""What is its own form where types are told apart."""
MARSHAL = 2
_HEAP_TYPE = 1 << 9
"""The flag of a class that was made by a ``class`` statement (``Py_TPFLAGS_HEAPTYPE``)."""


class UncanonicalError(TypeError):
    """A value is known by nothing but its address, or might be more than can be seen of it."""


class Canonical:
    """Gives the forms of values; forms are equal only if values are.

    Typed, no two types have one form at any depth, nor have 0.0 and -0.0. Otherwise numbers of
    the types bool, int, float and complex that are equal have one form, as they have one entry
    in ``functools.lru_cache``; all other types are told apart all the same.
    """

    def __init__(self, *, typed: bool, code: Callable[[type], bytes] | None = None) -> None:
        """Tell types apart or not; ``code`` gives what else than its name tells a class."""
        self.leaves = TYPED if typed else UNTYPED
        self._code = code or _no_code
        self._forms = _FORMS | (_TYPED_NUMBERS if typed else _NUMBERS)
        self._own: WeakKeyDictionary[type, FormOf] = WeakKeyDictionary()
        self._names: WeakKeyDictionary[type, tuple[str, str, bytes]] = WeakKeyDictionary()

    def dumps(self, values: Iterable[Any]) -> bytes:
        """Return the forms of values as bytes.

        Raises:
            UncanonicalError: one of them has no form.
        """
        return dumps(tuple(map(self.form, values)), MARSHAL)

    def form(self, value: Any) -> Form:
        """Return the form of a value.

        Raises:
            UncanonicalError: it has none; the message names its type.
        """
        cls = type(value)
        if cls in self.leaves:
            return value
        if form := self._forms.get(cls):
            return form(self.form, value)
        return (self._own.get(cls) or self._learned(cls))(value)

    def name(self, cls: type) -> tuple[str, str, bytes]:
        """Return what a class is known by: its module, its name there, and its code."""
        if (known := self._names.get(cls)) is None:
            known = self._names[cls] = cls.__module__, cls.__qualname__, self._code(cls)
        return known

    def _learned(self, cls: type) -> FormOf:
        form = self._own[cls] = self._form_of(cls)
        return form

    def _form_of(self, cls: type) -> FormOf:
        if hasattr(cls, "__cache_key__"):
            return partial(self._keyed, self.name(cls))
        if issubclass(cls, type):
            return self._class
        if issubclass(cls, Enum):
            return partial(self._member, self.name(cls))
        if dataclasses.is_dataclass(cls):
            names = [field.name for field in dataclasses.fields(cls)]
            compared = [field.name for field in dataclasses.fields(cls) if field.compare]
            return partial(self._record, self.name(cls), _seen(cls, names), tuple(compared))
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            return partial(self._named_tuple, self.name(cls))
        raise UncanonicalError(f"{_described(cls)} is known by nothing but its address")

    def _keyed(self, name: Form, value: Any) -> Form:
        key = value.__cache_key__
        return "key", name, self.form(key() if callable(key) else key)

    def _class(self, value: Any) -> Form:
        return "class", *self.name(value)

    def _member(self, name: Form, value: Enum) -> Form:
        try:
            worth = self.form(value._value_)
        except UncanonicalError:  # a member that is only a name
            worth = None
        return "member", name, value._name_, worth

    def _record(
        self, name: Form, seen: frozenset[str], compared: tuple[str, ...], value: Any
    ) -> Form:
        _check_attributes(value, seen)
        return "record", name, compared, *[self.form(getattr(value, one)) for one in compared]

    def _named_tuple(self, name: Form, value: tuple[Any, ...]) -> Form:
        _check_attributes(value, frozenset())
        return "record", name, *map(self.form, value)


def _no_code(_cls: type) -> bytes:
    return b""


def _described(cls: type) -> str:
    return f"a value of the type {cls.__module__}.{cls.__qualname__}"


def _seen(cls: type, fields: Iterable[str]) -> frozenset[str]:
    """Return the attributes that a record may have: what else it had could change an answer."""
    slots = {name for base in cls.__mro__ for name in _slots(base)}
    if hidden := slots - {*fields, "__dict__", "__weakref__"}:
        raise UncanonicalError(_more(cls, min(hidden)))
    if builtin := [base for base in cls.__mro__[:-1] if not base.__flags__ & _HEAP_TYPE]:
        raise UncanonicalError(f"{_described(cls)} is a {builtin[0].__name__} besides its fields")
    computed = {
        name
        for base in cls.__mro__
        for name, value in vars(base).items()
        if isinstance(value, cached_property)
    }
    return frozenset(computed.union(fields))


def _slots(cls: type) -> tuple[str, ...]:
    slots = vars(cls).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _check_attributes(value: Any, seen: frozenset[str]) -> None:
    if more := getattr(value, "__dict__", {}).keys() - seen:
        raise UncanonicalError(_more(type(value), min(more)))


def _more(cls: type, name: str) -> str:
    return f"{_described(cls)} has an attribute “{name}” that is not one of its fields"


def _items(form: FormOf, value: Mapping[Any, Any]) -> list[Form]:
    return [(form(key), form(one)) for key, one in value.items()]


def _ordered(forms: Iterable[Form]) -> list[Form]:
    return sorted(forms, key=_bytes)


def _bytes(form: Form) -> bytes:
    return dumps(form, MARSHAL)


def _float(_form: FormOf, value: float) -> Form:
    if value.is_integer():
        return int(value)
    return _typed_float(_form, value)


def _typed_float(_form: FormOf, value: float) -> Form:
    return value if value == value else ("nan",)  # noqa: PLR0124  # how NaN is told


def _complex(form: FormOf, value: complex) -> Form:
    return _typed_complex(form, value) if value.imag else form(value.real)


def _typed_complex(form: FormOf, value: complex) -> Form:
    return "complex", form(value.real), form(value.imag)


def _datetime(form: FormOf, value: datetime) -> Form:
    return "datetime", value.replace(tzinfo=None).isoformat(), value.fold, form(value.tzinfo)


def _time(form: FormOf, value: time) -> Form:
    return "time", value.replace(tzinfo=None).isoformat(), value.fold, form(value.tzinfo)


def _zone(_form: FormOf, value: ZoneInfo) -> Form:
    if value.key is None:
        raise UncanonicalError("a time zone that was read from a file has no name")
    return "zone", value.key


def _path(_form: FormOf, value: PurePosixPath | PureWindowsPath) -> Form:
    return "path", type(value).__name__, str(value)


_FORMS: dict[type, Callable[[FormOf, Any], Form]] = {
    EllipsisType: lambda *_: ("...",),
    bytearray: lambda _, value: ("bytearray", bytes(value)),
    tuple: lambda form, value: ("tuple", *map(form, value)),
    list: lambda form, value: ("list", *map(form, value)),
    deque: lambda form, value: ("deque", value.maxlen, *map(form, value)),
    set: lambda form, value: ("set", *_ordered(map(form, value))),
    frozenset: lambda form, value: ("frozenset", *_ordered(map(form, value))),
    dict: lambda form, value: ("dict", *_ordered(_items(form, value))),
    OrderedDict: lambda form, value: ("ordered", *_items(form, value)),
    range: lambda _, value: ("range", value.start, value.stop, value.step),
    Decimal: lambda _, value: ("decimal", str(value)),
    Fraction: lambda _, value: ("fraction", value.numerator, value.denominator),
    datetime: _datetime,
    date: lambda _, value: ("date", value.isoformat()),
    time: _time,
    timedelta: lambda _, value: ("timedelta", value.days, value.seconds, value.microseconds),
    timezone: lambda _, value: ("timezone", repr(value)),
    ZoneInfo: _zone,
    UUID: lambda _, value: ("uuid", value.bytes),
    **dict.fromkeys((PosixPath, PurePosixPath, WindowsPath, PureWindowsPath), _path),
}
_NUMBERS: dict[type, Callable[[FormOf, Any], Form]] = {
    bool: lambda _, value: int(value),
    float: _float,
    complex: _complex,
}
_TYPED_NUMBERS: dict[type, Callable[[FormOf, Any], Form]] = {
    float: _typed_float,
    complex: _typed_complex,
}
