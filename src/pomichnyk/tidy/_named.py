"""A folder held by its path, where the system knows no other way, as on Windows."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Self

from pomichnyk.tidy._folders import Folder, identity

RENAME_KEEPS = os.name == "nt"
"""Whether the system's ``rename`` refuses to replace a file."""
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class NamedFolder(Folder):
    """A folder held by its path, where the system knows no other way."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self.status = self._path.stat()
        self.identity = identity(self.status)
        if not stat.S_ISDIR(self.status.st_mode):
            raise _no_folder(path)

    def entries(self) -> list[os.DirEntry[str]]:
        with os.scandir(self._path) as entries:
            return [*entries]

    def child(self, path: str) -> NamedFolder:
        at = self._path
        for name in filter(None, path.split("/")):
            at /= name
            status = at.lstat()
            # A junction of Windows is a folder by its mode, and a link by its tag.
            if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", False):
                raise _no_folder(at)
        return NamedFolder(at)

    def stat(self, name: str) -> os.stat_result:
        return (self._path / name).lstat()

    def open(self, name: str, flags: int) -> int:
        return os.open(self._path / name, flags | _FLAGS, 0o600)

    def make(self, name: str) -> None:
        (self._path / name).mkdir()

    def change(self, name: str, status: tuple[int, int, int]) -> None:
        (self._path / name).chmod(status[0])

    def remove_folder(self, path: str) -> None:
        (self._path / path).rmdir()

    def remove(self, name: str) -> None:
        (self._path / name).unlink()

    def rename(self, name: str, target: Self, new: str) -> None:
        if not RENAME_KEEPS:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
        (self._path / name).rename(target._path / new)

    def link(self, name: str, target: Self, new: str) -> None:
        (target._path / new).hardlink_to(self._path / name)

    def replace(self, name: str, target: Self, new: str) -> None:
        (self._path / name).replace(target._path / new)

    def flush(self) -> None:
        """Do nothing: such systems cannot be asked."""

    def close(self) -> None:
        """Do nothing: nothing is held."""


def _no_folder(path: str | Path) -> NotADirectoryError:
    return NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
