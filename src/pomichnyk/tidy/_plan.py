"""The plan: what of a folder's content goes where, decided without touching anything."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Protocol

from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Text
from pomichnyk.tidy._folders import Identity, Move
from pomichnyk.tidy._names import KEYS, PRIVATE, Endings
from pomichnyk.tidy._report import Left, Reason
from pomichnyk.tidy._targets import Identities


class Entry(Protocol):
    """What a plan must know of something in a folder; ``os.DirEntry`` knows it without asking."""

    @property
    def name(self) -> str:
        """Its name."""

    def inode(self) -> int:
        """Return its number on the file system."""

    def is_file(self, *, follow_symlinks: bool) -> bool:
        """Return whether it is a regular file."""

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        """Return whether it is a folder."""

    def is_symlink(self) -> bool:
        """Return whether it is a link."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What to tidy, and by what.

    Attributes:
        key: gives the destination folder of a name.
        hidden: whether hidden files and folders are tidied too.
        excluded: tells whether a name, or a path below the folder, is to be left alone.
        endings: the keys that are known of the endings of names.
    """

    key: Callable[[str], str]
    hidden: bool = False
    excluded: Callable[[str], object] | None = None
    endings: Endings = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "endings", Endings(self.key))


@dataclass(slots=True)
class Batch:
    """What is to be done with the content of one folder.

    Attributes:
        moves: the files to move.
        folders: names of the folders to look into.
        left: what stays, by path, and why.
        in_place: how many files are where they belong already.
    """

    moves: list[Move]
    folders: list[str]
    left: list[Left]
    in_place: int


def rules(by: str, exclude: Sequence[str], *, hidden: bool) -> Rules:
    """Return the rules that a person chose.

    Raises:
        InvalidValueError: there is no such way to sort.
    """
    if by not in KEYS:
        raise InvalidValueError(Text("sort by"), by, Text("{names}", names=", ".join(KEYS)))
    return Rules(KEYS[by], hidden, _matcher(exclude) if exclude else None)


def planned(
    entries: Iterable[Entry],
    path: str,
    here: Identity,
    rules: Rules,
    keys: Identities,
) -> Batch:
    """Return what is to be done with the entries of the folder at a path below the root.

    ``keys`` tells which folder each destination is, so that a file which lies there stays.
    """
    moves: list[Move] = []
    folders: list[str] = []
    left: list[Left] = []
    excluded, known, key_of = rules.excluded, rules.endings.known, rules.endings.key
    meet = keys.__getitem__
    for entry in entries:
        name = entry.name
        if (name[0] == "." or excluded) and (reason := _passed_over(name, path, rules)):
            if not name.startswith(PRIVATE):
                left.append(Left(below(path, name), reason))
        elif entry.is_file(follow_symlinks=False):
            stem, _, ending = name.rpartition(".")
            key = (stem and known.get(ending)) or key_of(name, meet)
            moves.append((entry.inode(), name, key))
        elif entry.is_dir(follow_symlinks=False):
            folders.append(name)
        else:
            left.append(Left(below(path, name), _kind(entry)))
    found = len(moves)
    if here in keys.homes:
        moves = [one for one in moves if keys[one[2]] != here]
    return Batch(moves, folders, left, found - len(moves))


def unblocked(moves: list[Move]) -> list[Move]:
    """Return the moves, those first of files that have the name of a folder to be made."""
    keys = {key for _, _, key in moves}
    return sorted(moves, key=lambda one: one[1] not in keys)


def below(path: str, name: str) -> str:
    """Return the path of a name in the folder at a path."""
    return f"{path}/{name}" if path else name


def _passed_over(name: str, path: str, rules: Rules) -> Reason | None:
    if name.startswith(PRIVATE) or (name[0] == "." and not rules.hidden):
        return Reason.HIDDEN
    if rules.excluded and (rules.excluded(name) or rules.excluded(below(path, name))):
        return Reason.EXCLUDED
    return None


def _kind(entry: Entry) -> Reason:
    return Reason.LINK if entry.is_symlink() else Reason.SPECIAL


def _matcher(patterns: Sequence[str]) -> Callable[[str], object]:
    """Return a test for names and paths; a pattern matches as a shell's does, ``*`` also ``/``."""
    cleaned = (PurePath(pattern).as_posix().removeprefix("./") for pattern in patterns)
    return re.compile("|".join(fnmatch.translate(one) for one in cleaned)).match
