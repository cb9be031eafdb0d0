"""A shelf of folders held open, a few at a time, for whoever asks for the same ones again."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, suppress

from pomichnyk.tidy._folders import Folder

ROOM = 64
"""How many folders are held open: a system's limit on open files may be low."""


class Shelf(ExitStack):
    """The folders below a root, which may not be there; one is good until the next is asked for."""

    def __init__(self, root: Folder | None) -> None:
        super().__init__()
        self._root = root
        self._held: dict[str, Folder] = {}

    def get(self, path: str) -> Folder | None:
        """Return the folder at a path below the root, or None if there is none."""
        if path not in self._held and self._root:
            if len(self._held) >= ROOM:
                self.close()
                self._held.clear()
            with suppress(FileNotFoundError, NotADirectoryError):
                self._held[path] = self.enter_context(self._root.child(path))
        return self._held.get(path)

    def make(self, path: str) -> Folder:
        """Return the folder at a path below the root, making it and those above it if needed.

        Raises:
            OSError: it cannot be made.
        """
        if found := self.get(path):
            return found
        above, _, name = path.rpartition("/")
        with suppress(FileExistsError):
            self.make(above).make(name)
        if found := self.get(path):
            return found
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
