"""Note: Markdown text with tags and links to contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from pomichnyk.domain.contact import now
from pomichnyk.domain.fields import Tag, text
from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Text

LONGEST_TITLE = 60
LONGEST_MENTION = 4
_MENTION = re.compile(r"(?<![\w@])@(?:\"([^\"\n]+)\"|([\w'’ʼ-]+(?:[ \t]+[\w'’ʼ-]+){0,3}))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note: Markdown text, tags, and the contacts that it mentions by ``@Name``.

    Attributes:
        contacts: identifiers of the contacts that the text mentions, in the text's order.
        created: when it was first stored, UTC.
        changed: when it last changed, UTC.
    """

    text: str
    tags: tuple[Tag, ...] = ()
    contacts: tuple[UUID, ...] = ()
    id: UUID = field(default_factory=uuid4)
    created: datetime = field(default_factory=now)
    changed: datetime = field(default_factory=now)

    def __post_init__(self) -> None:
        if not text(Text("text"), self.text).strip():
            raise InvalidValueError(Text("text"), self.text, Text("some text"))

    @property
    def title(self) -> str:
        """The first line of the text without Markdown's ``#``, cut to sixty characters."""
        line = self.text.strip().splitlines()[0]
        first = line.lstrip("# ").strip() or line
        return first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1]}…"

    def searched(self) -> str:
        """Return all the text by which the note is found, a line for each value."""
        return "\n".join((self.text, *self.tags))


def mentions(markdown: str) -> Iterator[list[str]]:
    """Yield, for each ``@`` in the text, the names that may be meant, the longest first.

    ``@"Name of any length"`` means one name; without quotes up to four words are tried.
    """
    for quoted, bare in _MENTION.findall(markdown):
        words = bare.split()
        yield [quoted] if quoted else [" ".join(words[:n]) for n in range(len(words), 0, -1)]
