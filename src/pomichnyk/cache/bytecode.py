"""Bytecode: what the code of a function says, and what it names.

Comments, lines, annotations, names of local variables and the docstring leave no trace in it,
since instructions are read by what they mean: a constant by its value, not by its place.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any, NamedTuple

from pomichnyk.cache.canonical import Canonical, Form

_BY_NAME = frozenset(dis.hasname) | frozenset(dis.hasfree)
_CONSTANT = frozenset(dis.hasconst)
_LOADS = {"LOAD_GLOBAL", "LOAD_NAME"}
_GLOBAL_STORES = {"STORE_GLOBAL", "DELETE_GLOBAL", "STORE_DEREF", "DELETE_DEREF"}
_ATTRIBUTE_STORES = {"STORE_ATTR", "DELETE_ATTR"}
_canonical = Canonical(typed=True)


class Import(NamedTuple):
    """What is imported: a module, so many folders up, and names that may be modules in it."""

    name: str
    level: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a code, the codes inside it among it.

    Attributes:
        form: what it does; equal for codes that do the same.
        names: the globals it names, in their order.
        attributes: the attributes it names, of whatever object.
        stored: the globals, closed-over variables and attributes that it gives a value.
        imports: what it imports when it runs.
    """

    form: Form
    names: tuple[str, ...]
    attributes: frozenset[str]
    stored: frozenset[str]
    imports: tuple[Import, ...]


@lru_cache(maxsize=1024)
def read(code: CodeType) -> Reading:
    """Read a code object."""
    steps = list(dis.get_instructions(code))
    inner = [read(step.argval) for step in steps if isinstance(step.argval, CodeType)]
    return Reading(
        form=(_header(code), *[_meaning(step, code) for step in steps]),
        names=_joined(_named(steps, _LOADS), *[one.names for one in inner]),
        attributes=_attributes(steps).union(*[one.attributes for one in inner]),
        stored=frozenset(_named(steps, _GLOBAL_STORES | _ATTRIBUTE_STORES)).union(
            *[one.stored for one in inner]
        ),
        imports=_joined(_imported(steps), *[one.imports for one in inner]),
    )


def _header(code: CodeType) -> Form:
    count = code.co_argcount + code.co_kwonlyargcount
    # What an optimized or debugged function is flagged with is no part of what it does.
    return (
        code.co_flags & 0xFFF,
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount),
        code.co_varnames[:count],
        code.co_exceptiontable,
    )


def _meaning(step: dis.Instruction, code: CodeType) -> Form:
    if isinstance(step.argval, CodeType):
        return step.opname, read(step.argval).form
    if step.opname == "KW_NAMES":  # a constant too, which dis does not say
        return step.opname, code.co_consts[step.arg or 0]
    if step.opcode in _CONSTANT:
        return step.opname, _canonical.form(step.argval)
    return step.opname, step.argval if step.opcode in _BY_NAME else step.arg


def _named(steps: list[dis.Instruction], operations: set[str]) -> Iterator[str]:
    return (step.argval for step in steps if step.opname in operations)


def _attributes(steps: list[dis.Instruction]) -> frozenset[str]:
    return frozenset(
        step.argval
        for step in steps
        if step.opcode in dis.hasname and step.opname not in _LOADS | _GLOBAL_STORES
    )


def _imported(steps: list[dis.Instruction]) -> Iterator[Import]:
    """Return what is imported; the two constants before it say whence and what."""
    return (
        Import(step.argval, steps[at - 2].argval, steps[at - 1].argval or ())
        for at, step in enumerate(steps)
        if step.opname == "IMPORT_NAME"
    )


def _joined(*parts: Any) -> tuple[Any, ...]:
    """Return what is in the parts, each once, in the order it is met."""
    return tuple(dict.fromkeys(one for part in parts for one in part))
