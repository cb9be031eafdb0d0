"""Classes of the caller's own: dataclasses, enums, named tuples and kinds of text.

A frozen dataclass is made by its constructor, so what is read has passed the checks that
everything made so passes; any other gets its fields back as they were.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum, Flag
from operator import attrgetter
from typing import Any

from pomichnyk.serialization._kinds import DamagedError, Kind, UnkeepableError, bare
from pomichnyk.text import Text

_MADE_IN_PYTHON = 1 << 9
"""The flag of classes whose instances hold nothing but attributes (Py_TPFLAGS_HEAPTYPE)."""


def kind_of(tag: str, known: type[Any]) -> Kind:
    """Return the kind of a class.

    Raises:
        TypeError: instances of the class cannot be kept.
    """
    if issubclass(known, Enum):
        return _enum(tag, known)
    if is_dataclass(known) and _builtins(known) == set():
        return _dataclass(tag, known)
    if _builtins(known) == {tuple} and hasattr(known, "_fields"):
        return _named_tuple(tag, known)
    if _builtins(known) == {str}:
        return _text(tag, known)
    raise TypeError(f"{known.__qualname__} is no dataclass, enum, named tuple or kind of str")


def _builtins(known: type[Any]) -> set[type[Any]]:
    return {
        base
        for base in known.__mro__
        if base is not object and not base.__flags__ & _MADE_IN_PYTHON
    }


def _enum(tag: str, known: type[Enum]) -> Kind:
    if issubclass(known, Flag):
        return _flag(tag, known)
    return Kind(tag, known, attrgetter("name"), known.__members__.__getitem__, whole=True)


def _flag(tag: str, known: type[Flag]) -> Kind:
    every = 0
    for flag in known:
        every |= flag.value

    def take(value: Flag) -> str:
        # An enum remembers every value it was asked for: bits of nobody could fill its table.
        if value.value & ~every:
            raise UnkeepableError(Text("it has bits that are no members"))
        return str(value.value)

    def make(body: str) -> Flag:
        if (value := int(body)) & ~every:
            raise DamagedError
        return known(value)

    return Kind(tag, known, take, make, whole=True)


def _text(tag: str, known: type[str]) -> Kind:
    def make(body: str) -> str:
        if type(body) is not str:
            raise DamagedError
        made = known(body)
        if type(made) is not known or str.__ne__(made, body):
            raise DamagedError
        return made

    def take(value: str) -> str:
        body = str.__str__(bare(value))
        try:
            make(body)
        except Exception as error:
            raise UnkeepableError(Text("its class does not take its text")) from error
        return body

    return Kind(tag, known, take, make, whole=True)


def _named_tuple(tag: str, known: type[Any]) -> Kind:
    names = known._fields

    def take(value: Any) -> dict[str, Any]:
        return dict(zip(names, bare(value), strict=True))

    def make(body: dict[str, Any]) -> Any:
        if [*_only(body, names)] != [*names]:
            raise DamagedError
        return tuple.__new__(known, body.values())

    return Kind(tag, known, take, make, inside=iter, whole=True)


def _dataclass(tag: str, known: type[Any]) -> Kind:
    names = [field.name for field in fields(known)]
    _check_slots(known, names)

    def inside(value: Any) -> Iterable[Any]:
        return [getattr(value, name, None) for name in names]

    def take(value: Any) -> dict[str, Any]:
        bare(value, *names)
        try:
            return {name: getattr(value, name) for name in names}
        except AttributeError as error:
            raise UnkeepableError(Text("its field “{name}” is missing", name=error.name)) from error

    def new() -> Any:
        return object.__new__(known)

    def fill(empty: Any, value: Any) -> None:
        for name in names:
            object.__setattr__(empty, name, getattr(value, name))

    make = _maker(known)
    if known.__dataclass_params__.frozen:
        return Kind(tag, known, take, make, inside=inside, whole=True)
    return Kind(tag, known, take, make, inside=inside, whole=True, new=new, fill=fill)


def _maker(known: type[Any]) -> Callable[[dict[str, Any]], Any]:
    every = fields(known)
    taken = [field.name for field in every if field.init]
    by_constructor = (
        known.__dataclass_params__.frozen and [*inspect.signature(known).parameters] == taken
    )

    def make(body: dict[str, Any]) -> Any:
        values = _values(body, every)
        made = known(**{n: values[n] for n in taken}) if by_constructor else object.__new__(known)
        for name, value in values.items():
            if not by_constructor or getattr(made, name, MISSING) is not value:
                object.__setattr__(made, name, value)
        return made

    return make


def _values(body: dict[str, Any], every: Sequence[Field[Any]]) -> dict[str, Any]:
    """Return what the fields have, in their order."""
    _only(body, [field.name for field in every])
    return {
        field.name: body[field.name] if field.name in body else _default(field) for field in every
    }


def _default(field: Field[Any]) -> Any:
    """Return what a field has when a file older than the field says nothing of it."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    if field.default is MISSING:
        raise DamagedError(Text("it has no field “{name}”", name=field.name))
    return field.default


def _check_slots(known: type[Any], names: list[str]) -> None:
    slots = {slot for base in known.__mro__ for slot in _slots(base)}
    if extra := slots - {*names, "__weakref__", "__dict__"}:
        raise TypeError(f"{known.__qualname__} has slots that are no fields: {sorted(extra)}")


def _slots(base: type[Any]) -> Iterable[str]:
    slots = base.__dict__.get("__slots__", ())
    return [slots] if isinstance(slots, str) else slots


def _only(body: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return a body that has fields of these names alone."""
    if type(body) is not dict:
        raise DamagedError
    if unknown := body.keys() - set(names):
        name = str(min(unknown, key=str))[:60] if set(map(type, unknown)) == {str} else ""
        raise DamagedError(
            Text("its field “{name}” is not known here, but may be later", name=name)
        )
    return body
