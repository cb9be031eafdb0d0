"""Open folders: names are always taken inside one, so nothing on the way to it can be swapped.

Where the system can, a folder is held by its descriptor; elsewhere by its path.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Self

Identity = tuple[int, int]
"""Device and inode: which folder or file it is, whatever it is called."""
Move = tuple[int, str, str]
"""A file's inode and name, and the key of the destination that it is to go to."""


def identity(status: os.stat_result) -> Identity:
    """Return which folder or file a status is of."""
    return status.st_dev, status.st_ino


class Folder(ABC):
    """A folder; every method takes names inside it, and raises OSError as the system does.

    Attributes:
        descriptor: what it is held by, if the system can.
        status: what was known of it when it was opened.
        identity: which folder it is.
    """

    descriptor = -1
    status: os.stat_result
    identity: Identity

    @abstractmethod
    def entries(self) -> list[os.DirEntry[str]]:
        """Return all that is in it."""

    @abstractmethod
    def child(self, path: str) -> Folder:
        """Open a folder below, by its path from here; links are never followed."""

    @abstractmethod
    def stat(self, name: str) -> os.stat_result:
        """Return the status of a file, or of a link itself."""

    @abstractmethod
    def open(self, name: str, flags: int) -> int:
        """Open a file of that name, no link, and return its descriptor; new ones are private."""

    @abstractmethod
    def make(self, name: str) -> None:
        """Make a folder."""

    @abstractmethod
    def change(self, name: str, status: tuple[int, int, int]) -> None:
        """Give a folder a mode and, where that is allowed, an owner and a group."""

    @abstractmethod
    def remove_folder(self, path: str) -> None:
        """Remove an empty folder, by its path from here."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Remove a file."""

    @abstractmethod
    def rename(self, name: str, target: Self, new: str) -> None:
        """Move a file in one step that never replaces another; ENOSYS where there is none."""

    @abstractmethod
    def link(self, name: str, target: Self, new: str) -> None:
        """Give a file a second name, which must be free."""

    @abstractmethod
    def replace(self, name: str, target: Self, new: str) -> None:
        """Move a file in place of another."""

    @abstractmethod
    def flush(self) -> None:
        """Have the names in it on disk, where the system can be asked for that."""

    @abstractmethod
    def close(self) -> None:
        """Let go of it."""

    def send(self, moves: Sequence[Move], targets: Mapping[str, int]) -> list[Move]:
        """Move files under their own names to the targets of their keys, never replacing any.

        ``targets`` are descriptors of open folders. Those that did not simply go are returned:
        whoever asked must find out why.
        """
        del targets  # only descriptors make it worth while to move many at once
        return [*moves]

    def find(self, name: str) -> os.stat_result | None:
        """Return the status of a file, or None if there is none."""
        with suppress(FileNotFoundError):
            return self.stat(name)
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
