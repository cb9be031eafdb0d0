"""Kinds: how each type of value is taken apart to be written, and made again when it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pomichnyk.text import Text

Body = str | bytes | list[Any] | dict[str, Any]
"""What is written of a value: a text, bytes, or parts that may be of any kind themselves."""


_MALFORMED = Text("a part is not as it was written")


class UnkeepableError(Exception):
    """A value cannot be kept; the reason is for a person."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


class DamagedError(Exception):
    """What is read is not what was written; the reason is for a person.

    It holds nothing of what is read: merely to show that might take for ever.
    """

    def __init__(self, reason: Text = _MALFORMED) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A type that a format does not have of its own, or that may hold others.

    Attributes:
        tag: its name in files.
        cls: the class itself; a subclass is another kind.
        take: gives the body of a value.
        make: gives the value of a body whose parts are made already.
        code: its number in binary files, never to be given to another; 0 if it goes by its tag.
        inside: gives what a value holds, the very objects; None if it can hold no containers.
        new: makes an empty value, to be referred to before it is filled; None if immutable.
        fill: moves what a value holds to an empty one.
        whole: its body is one part, not a list of parts.
        hashed: it puts what it holds in a hash table.
        raw: its body is bytes.
    """

    tag: str
    cls: type[Any]
    take: Callable[[Any], Body]
    make: Callable[[Any], Any]
    code: int = 0
    inside: Callable[[Any], Iterable[Any]] | None = None
    new: Callable[[], Any] | None = None
    fill: Callable[[Any, Any], object] | None = None
    whole: bool = False
    hashed: bool = False
    raw: bool = False

    @property
    def is_leaf(self) -> bool:
        """Whether neither its identity nor anything inside it needs to be followed."""
        return self.inside is None and self.new is None

    @property
    def has_parts(self) -> bool:
        """Whether its body is a list of what it holds."""
        return self.inside is not None and not self.whole


def exact(body: Any, *types: type[Any] | None) -> list[Any]:
    """Return the parts of a body if they are of exactly these types; None stands for any.

    Raises:
        DamagedError: they are not.
    """
    if type(body) is not list or len(body) != len(types):
        raise DamagedError
    if any(wanted and type(part) is not wanted for part, wanted in zip(body, types, strict=True)):
        raise DamagedError
    return body


def bare(value: Any, *known: str) -> Any:
    """Return the value if it has no attributes of its own beyond the known ones.

    Raises:
        UnkeepableError: it has.
    """
    extra = getattr(value, "__dict__", {}).keys() - set(known)
    if extra:
        raise UnkeepableError(
            Text("its attribute “{name}” is not one of its fields", name=next(iter(extra)))
        )
    return value
