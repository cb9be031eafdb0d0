"""What was done: the reports of tidying and of undoing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why something was left alone."""

    HIDDEN = "hidden"
    EXCLUDED = "excluded"
    LINK = "link"
    SPECIAL = "special"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Left:
    """Something that was left alone: its path below the folder, and the reason."""

    path: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be done: its path below the folder, and what the system said."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A move that tidying would make: from a path below the folder, to a path."""

    source: str
    target: str


@dataclass(slots=True)
class Report:
    """What tidying did.

    Attributes:
        moved: files that were moved.
        removed: folders that were empty in the end and were removed.
        in_place: files that were where they belong already.
        left: what was left alone, and why.
        failed: what could not be moved or read, and why.
        seconds: how long it took.
    """

    moved: int = 0
    removed: int = 0
    in_place: int = 0
    left: list[Left] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: Report) -> None:
        """Add what another worker did."""
        self.moved += other.moved
        self.in_place += other.in_place
        self.left += other.left
        self.failed += other.failed

    @property
    def rate(self) -> float:
        """Files moved in a second."""
        return self.moved / self.seconds if self.seconds else 0.0

    @property
    def reasons(self) -> Counter[str]:
        """How many things were left alone for each reason."""
        return Counter(str(one.reason) for one in self.left)


def why(error: OSError) -> str:
    """Return what the system says of an error, without the paths that it repeats."""
    return error.strerror or str(error)


@dataclass(slots=True)
class Undone:
    """What undoing did.

    Attributes:
        found: whether there was a run to undo.
        restored: files that were put back.
        missing: files that are not where they were put, by their old path: removed or moved on.
        failed: what could not be put back, and why; undoing again tries again.
        seconds: how long it took.
        earlier: how many earlier runs can be undone still.
    """

    found: bool = False
    restored: int = 0
    missing: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    seconds: float = 0.0
    earlier: int = 0
