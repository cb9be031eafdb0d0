"""Places: where in a value something is, as a path such as ``$.contacts[3].photo``."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from itertools import count, repeat
from typing import Any

from pomichnyk.serialization._kinds import UnkeepableError
from pomichnyk.serialization._known import PLAIN, Known
from pomichnyk.text import Text

_LONGEST = 40


def unkeepable(root: Any, known: Known) -> tuple[str, Any, Text] | None:
    """Return the path of the first value that cannot be kept, the value and the reason."""
    way: list[tuple[Iterator[tuple[str, Any]], str]] = [(iter([("$", root)]), "")]
    seen: set[int] = set()
    while way:
        for label, value in way[-1][0]:
            if reason := _reason(value, known):
                return "".join([*(step for _, step in way), label]), value, reason
            if type(value) not in known.leaves and id(value) not in seen:
                seen.add(id(value))
                way.append((_steps(value, known), label))
                break
        else:
            way.pop()
    return None


def _reason(value: Any, known: Known) -> Text | None:
    if type(value) in PLAIN:
        return None
    if (kind := known.by_class.get(type(value))) is None:
        return Text("its type is not known")
    try:
        kind.take(value)
        if kind.inside:
            kind.inside(value)
    except UnkeepableError as error:
        return error.reason
    return None


def _steps(value: Any, known: Known) -> Iterator[tuple[str, Any]]:
    """Yield what is inside a value, each with the step that leads to it."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield f"{{{_short(key)}}}", key
            yield _step(key), one
        return
    inside = known.by_class[type(value)].inside
    yield from zip(_labels(value), inside(value) if inside else (), strict=False)


def _labels(value: Any) -> Iterator[str]:
    if is_dataclass(value):
        return (f".{field.name}" for field in fields(value))
    if hasattr(value, "_fields"):
        return (f".{name}" for name in value._fields)
    if isinstance(value, AbstractSet):
        return repeat("{}")
    return (f"[{place}]" for place in count())


def _step(key: Any) -> str:
    return f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{_short(key)}]"


def _short(key: Any) -> str:
    is_long = type(key) is int and key.bit_length() > _LONGEST * 3
    text = f"<{type(key).__name__}>" if is_long or type(key) not in PLAIN else repr(key)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
