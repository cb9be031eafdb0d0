"""A run's journal, read: what is known of each file that it was about to move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pomichnyk.tidy._journal import Removal

Filed = tuple[str, int, str, str]
"""A file that was to be moved: path of its old folder, inode, key of its destination, old name."""
Place = tuple[str, str]
"""The path of an old folder below the root, and an old name in it."""
Sight = tuple[int, str]
"""An inode, and a name under which it may be found."""


@dataclass(slots=True)
class History:
    """What a run did, or was about to do when it ended.

    Attributes:
        into: the destination, by its path from the folder.
        finished: whether the run came to its end.
        moves: the files, those of one folder together.
        made: the destinations that were made, in order.
        removed: folders that were removed if they were empty, those inside others first.
        named: new names of those files whose own was taken.
        tried: what may be in the destination of a file that was moved in several steps.
        back: the same in its old folder, since it was to be put back.
    """

    into: str = ""
    finished: bool = False
    moves: list[Filed] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    removed: list[Removal] = field(default_factory=list)
    named: dict[Place, str] = field(default_factory=dict)
    tried: dict[Place, list[Sight]] = field(default_factory=dict)
    back: dict[Place, list[Sight]] = field(default_factory=dict)


def history(records: Sequence[list[Any]]) -> History:
    """Return what the records of a journal tell."""
    told = History()
    for kind, *rest in records:
        match kind, rest:
            case "run", [_, into]:
                told.into = into
            case "moves", [path, files]:
                told.moves += _moves(path, files)
            case "named", [path, names]:
                told.named.update(((path, name), new) for name, new in names.items())
            case "tried" | "back", [path, name, inode, new]:
                sights = {"tried": told.tried, "back": told.back}[kind]
                sights.setdefault((path, name), []).append((inode, new))
            case "made", [key]:
                told.made.append(key)
            case "removed", folders:
                told.removed += folders
            case "done", _:
                told.finished = True
    return told


def _moves(path: str, files: str) -> Iterator[Filed]:
    for one in files.split("//"):
        inode, key, name = one.split("/", 2)
        yield path, int(inode), key, name
