"""A folder held by its descriptor: what Linux, macOS and their kin can do."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Self

from pomichnyk.tidy._folders import Folder, Move, identity
from pomichnyk.tidy._linux import FOLDER, NO_FOLLOW, NO_REPLACE, failure, open_beneath, renameat2

LONGEST = 1000
"""Characters of a path that a system surely takes at once; longer ones are walked in steps."""
_NO_SUCH_CALL = (errno.ENOSYS, errno.EPERM, errno.EINVAL, errno.E2BIG)


class DescribedFolder(Folder):
    """A folder held by its descriptor."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.status = os.fstat(descriptor)
        self.identity = identity(self.status)

    @classmethod
    def at(cls, path: str) -> Self:
        """Open a folder by its path; a link to one will do."""
        return cls(os.open(path, FOLDER & ~NO_FOLLOW))

    def entries(self) -> list[os.DirEntry[str]]:
        return [*os.scandir(self.descriptor)]

    def child(self, path: str) -> DescribedFolder:
        down = _open if len(path) < LONGEST else _descend
        return DescribedFolder(down(self.descriptor, path or "."))

    def stat(self, name: str) -> os.stat_result:
        return os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)

    def open(self, name: str, flags: int) -> int:
        return os.open(name, flags | NO_FOLLOW, 0o600, dir_fd=self.descriptor)

    def make(self, name: str) -> None:
        os.mkdir(name, dir_fd=self.descriptor)

    def change(self, name: str, status: tuple[int, int, int]) -> None:
        mode, owner, group = status
        with self.child(name) as folder:
            with suppress(OSError):
                os.fchown(folder.descriptor, owner, group)
            os.fchmod(folder.descriptor, mode)

    def remove_folder(self, path: str) -> None:
        if len(path) < LONGEST:
            os.rmdir(path, dir_fd=self.descriptor)
            return
        above, _, name = path.rpartition("/")
        with self.child(above) as folder:
            os.rmdir(name, dir_fd=folder.descriptor)

    def remove(self, name: str) -> None:
        os.unlink(name, dir_fd=self.descriptor)

    def send(self, moves: Sequence[Move], targets: Mapping[str, int]) -> list[Move]:
        here, refused = self.descriptor, []
        for one in moves:
            _, name, key = one
            raw = name.encode("utf-8", "surrogateescape")
            # Whose target is not open is sent to where it is, which is refused.
            if renameat2(here, raw, targets.get(key, here), raw, NO_REPLACE):
                refused.append(one)
        return refused

    def rename(self, name: str, target: Self, new: str) -> None:
        names = os.fsencode(name), os.fsencode(new)
        if renameat2(self.descriptor, names[0], target.descriptor, names[1], NO_REPLACE):
            raise failure(name)

    def link(self, name: str, target: Self, new: str) -> None:
        os.link(
            name,
            new,
            src_dir_fd=self.descriptor,
            dst_dir_fd=target.descriptor,
            follow_symlinks=False,
        )

    def replace(self, name: str, target: Self, new: str) -> None:
        os.replace(name, new, src_dir_fd=self.descriptor, dst_dir_fd=target.descriptor)

    def flush(self) -> None:
        os.fsync(self.descriptor)

    def close(self) -> None:
        os.close(self.descriptor)


def _descend(folder: int, path: str) -> int:
    """Return a descriptor of a folder below, reached through folders alone."""
    at = folder
    while path:
        # No name is so long that there is none to cut before.
        end = len(path) if len(path) < LONGEST else path.rindex("/", 0, LONGEST)
        try:
            below = _open(at, path[:end])
        finally:
            if at != folder:
                os.close(at)
        at, path = below, path[end + 1 :]
    return at


def _open(folder: int, path: str) -> int:
    try:
        return open_beneath(folder, path)
    except OSError as error:
        if error.errno not in _NO_SUCH_CALL:
            raise
    return _walk_down(folder, path)


def _walk_down(folder: int, path: str) -> int:
    """Do what ``open_beneath`` does, where the system cannot: one folder after another."""
    at = folder
    for name in path.split("/"):
        try:
            below = os.open(name, FOLDER, dir_fd=at)
        finally:
            if at != folder:
                os.close(at)
        at = below
    return at
