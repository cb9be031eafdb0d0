"""Operations: what a program may ask for, declared once for the routes and for the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from pomichnyk.web.api.call import Call

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: JSON's own types, or None for an answer without a body."""

    content: Any
    status: int = 200
    headers: Headers = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for.

    Attributes:
        method: ``GET``, ``POST``, ``PUT``, ``PATCH`` or ``DELETE``.
        path: below ``/api``, such as ``/notes/{id:uuid}``.
        run: does it, in a thread; a PomichnykError that it raises is told as a problem.
        summary: what it does, in one sentence.
        query: the struct of what may stand behind the question mark.
        body: the struct of what must be sent.
        answer: the type of what is answered, to be described.
        status: the status when it is done.
        refusals: the statuses by which it may be refused, besides those any operation may have.
    """

    method: str
    path: str
    run: Callable[[Call], Answer]
    summary: str
    query: type[Struct] | None = None
    body: type[Struct] | None = None
    answer: Any = None
    status: int = 200
    refusals: Sequence[int] = ()

    @property
    def noun(self) -> str:
        """What it is about: the first word of its path."""
        return self.path.split("/")[1]
