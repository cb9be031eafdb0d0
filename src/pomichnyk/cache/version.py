"""Version: what changes when the code of a function does, so that old results are not served.

Told by what is in memory, not by the source: its bytecode, its defaults and what it closes over;
the functions, classes and modules of the same program that it names, in turn; the constants it
names. What only looks different keeps the version: comments, docstrings, lines, annotations.

A constant is what cannot change: a number, a text, a tuple of such ... A list, dict or set is
one only if its name is in capitals; whatever the code itself assigns to is none.

What cannot be found: a method of an object that comes from nowhere the code names, a function
looked up by its name in a text, what an installed package does.
"""

from __future__ import annotations

import dataclasses
import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial, partialmethod
from hashlib import blake2b
from marshal import dumps
from types import CellType, FunctionType, MethodType, ModuleType
from typing import Any

from pomichnyk.cache.bytecode import Reading, read
from pomichnyk.cache.canonical import MARSHAL, Canonical, Form, UncanonicalError
from pomichnyk.cache.program import Program

SIZE = 16
"""Bytes of a version."""
_CHANGING = (list, dict, set, bytearray, deque, OrderedDict)
_NOISE = {"__doc__", "__annotations__", "__annotate__", "__annotate_func__"}
"""Attributes of a class that say nothing of what it does."""
_DEFAULT = "DEFAULT"
"""What a default is called: it is a constant, be it a list."""


def fingerprint(function: Callable[..., Any]) -> bytes:
    """Return the version of a function: other bytes whenever its code is edited.

    It is alike in all processes of one minor version of Python, whose bytecode is no other's.
    """
    return _Walk(Program(_module(function))).version(function)


def class_fingerprint(cls: type) -> bytes:
    """Return the version of all that a class has: its methods, its bases, its constants."""
    return _Walk(Program(cls.__module__)).version(cls)


class _Walk:
    """Visits what can be reached from a function, each once, in the order it is met."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._things: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._canonical = Canonical(typed=True, code=self._code_of)

    def version(self, start: Any) -> bytes:
        """Return the digest of all that is reached."""
        state = blake2b(str(sys.implementation.cache_tag).encode(), digest_size=SIZE)
        self._number(start)
        for thing in self._things:  # to which more are added meanwhile
            state.update(dumps(self._described(thing), MARSHAL))
        return state.digest()

    def _number(self, thing: Any) -> int:
        """Return the number of a thing, which will be visited."""
        if id(thing) not in self._numbers:
            self._numbers[id(thing)] = len(self._things)
            self._things.append(thing)
        return self._numbers[id(thing)]

    def _described(self, thing: Any) -> Form:
        if isinstance(thing, FunctionType):
            return "function", *self._function(thing)
        if isinstance(thing, type):
            return "class", *self._class(thing)
        return "parts", _name(thing), *[self._reference("", part) for part in _parts(thing)]

    def _function(self, function: FunctionType) -> Iterator[Form]:
        if hasattr(function, "cache_parameters"):  # a cache changes no answers
            yield self._reference("", vars(function)["__wrapped__"])
            return
        reading = read(function.__code__)
        yield reading.form
        yield from [self._reference(_DEFAULT, one) for one in function.__defaults__ or ()]
        for name, value in sorted((function.__kwdefaults__ or {}).items()):
            yield name, self._reference(_DEFAULT, value)
        if hasattr(function, "__wrapped__"):
            yield self._reference("", function.__wrapped__)
        for cls, one in getattr(function, "registry", {}).items():  # of singledispatch
            yield _name(cls), self._reference("", one)
        for name, value in self._named(function, reading):
            yield name, self._reference(name, value)

    def _named(self, function: FunctionType, reading: Reading) -> Iterator[tuple[str, Any]]:
        """Return what a function names and does not assign to, as far as it can be found."""
        known = function.__globals__
        named = {name: known[name] for name in reading.names if name in known}
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        named |= {name: cell.cell_contents for name, cell in cells if not _is_empty(cell)}
        yield from [(name, named[name]) for name in sorted(named.keys() - reading.stored)]
        names = sorted(reading.attributes - reading.stored)
        modules = [one for one in named.values() if isinstance(one, ModuleType)]
        modules += self._imported(reading, known.get("__package__"))
        for module in modules:
            yield from self._members_of_module(module, names)
        for cls in _owner(function):
            yield from [(name, value) for name in names for value in _inherited(cls, name)]

    def _imported(self, reading: Reading, package: str | None) -> list[ModuleType]:
        modules = [self._program.imported(one, package) for one in reading.imports]
        return [module for module in modules if module]

    def _members_of_module(
        self, module: ModuleType, names: Iterable[str]
    ) -> Iterator[tuple[str, Any]]:
        """Return what is named of a module of the program, and of the modules in it."""
        modules = [module] if self._program.has(module.__name__) else []
        for one in modules:  # to which those in it are added meanwhile
            members = [(name, vars(one)[name]) for name in names if name in vars(one)]
            inner = (member for _, member in members if isinstance(member, ModuleType))
            modules += [m for m in inner if m not in modules and self._program.has(m.__name__)]
            yield from members

    def _class(self, cls: type) -> Iterator[Form]:
        for one in (type(cls), *cls.__bases__):
            yield self._reference("", one)
        members = vars(cls)
        stored = {name for member in members.values() for name in _stored(member)}
        for name in sorted(members.keys() - stored - _NOISE):
            if callable(members[name]) or not (name.startswith("__") and name.endswith("__")):
                yield name, self._reference(name, members[name])

    def _reference(self, name: str, value: Any) -> Form:
        """Return what is said of a value where it is named."""
        if isinstance(value, (FunctionType, type)):
            return _name(value), self._code_of(value)
        if isinstance(value, ModuleType) or (_changes(value) and not name.isupper()):
            return _name(value)
        if _is_made_of_code(value):
            return "at", self._number(value)
        return self._constant(value)

    def _constant(self, value: Any) -> Form:
        try:
            return "is", self._canonical.form(value)
        except (UncanonicalError, RecursionError):
            if isinstance(value, (list, tuple, dict)):  # which hold functions, for example
                return "at", self._number(value)
        if hasattr(value, "__qualname__"):  # a builtin
            return _name(value)
        return "a", *self._reference("", type(value))

    def _code_of(self, thing: Any) -> bytes:
        """Return the number of a function or class of the program, nothing for others."""
        ours = self._program.has(thing.__module__)
        return b"%d" % self._number(thing) if ours else b""


def _name(thing: Any) -> Form:
    """Return a name of a thing, or of its type, that does not depend on where it lies."""
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    return "named", str(getattr(named, "__module__", "")), str(named.__qualname__)


_PARTS: list[tuple[type | tuple[type, ...], Callable[[Any], list[Any]]]] = [
    (property, lambda one: [one.fget, one.fset, one.fdel]),
    ((partial, partialmethod), lambda one: [one.func, one.args, tuple(one.keywords.items())]),
    (cached_property, lambda one: [one.func]),
    (MethodType, lambda one: [one.__func__, one.__self__]),
    (dict, lambda one: [*one, *one.values()]),
    ((list, tuple), list),
]
_MADE_OF_CODE = (property, partial, partialmethod, cached_property, MethodType)


def _parts(thing: Any) -> list[Any]:
    """Return what a thing that is no function and no class is made of."""
    for kinds, parts in _PARTS:
        if isinstance(thing, kinds):
            return parts(thing)
    return [thing.__wrapped__] if _has_wrapped(thing) else []


def _is_made_of_code(value: Any) -> bool:
    return isinstance(value, _MADE_OF_CODE) or _has_wrapped(value)


def _has_wrapped(thing: Any) -> bool:
    """Tell whether it wraps something, without asking objects that answer to any name."""
    return "__wrapped__" in getattr(thing, "__dict__", ()) or hasattr(type(thing), "__wrapped__")


def _changes(value: Any) -> bool:
    if dataclasses.is_dataclass(value):
        parameters: Any = vars(type(value)).get("__dataclass_params__")
        return not (parameters and parameters.frozen)
    return isinstance(value, _CHANGING) or hasattr(type(value), "__cache_key__")


def _stored(member: Any) -> frozenset[str]:
    function = getattr(member, "__func__", member)
    return read(function.__code__).stored if isinstance(function, FunctionType) else frozenset()


def _is_empty(cell: CellType) -> bool:
    try:
        return cell.cell_contents is cell
    except ValueError:
        return True


def _module(function: Any) -> str:
    while isinstance(function, (partial, MethodType)):
        function = function.func if isinstance(function, partial) else function.__func__
    return str(getattr(function, "__module__", ""))


def _owner(function: FunctionType) -> list[type]:
    """Return the class that a method stands in, if it can be found by its name."""
    *path, _ = function.__qualname__.split(".")
    found: Any = sys.modules.get(function.__module__)
    for name in path:
        found = getattr(found, name, None)
    return [found] if isinstance(found, type) else []


def _inherited(cls: type, name: str) -> list[Any]:
    """Return what instances of a class have by that name, not asked for: found."""
    return [vars(base)[name] for base in cls.__mro__ if name in vars(base)][:1]
