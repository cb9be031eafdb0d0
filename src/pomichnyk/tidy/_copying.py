"""Copies a file to another device, with all there is to know of it, and has it on disk."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import suppress

from pomichnyk.tidy._folders import Folder

_PIECE = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0)
_UNWAITING = getattr(os, "O_NONBLOCK", 0)
"""A fifo that took the file's place must not be waited for."""


def copy(source: Folder, name: str, target: Folder, new: str) -> int:
    """Copy a file to a new one, durably, and return the inode of that.

    Raises:
        OSError: it cannot be copied, or it was changed meanwhile; there is no new file.
    """
    original = source.open(name, os.O_RDONLY | _UNWAITING | _BINARY)
    try:
        made = target.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY)
        try:
            _fill(original, made, name)
            return os.fstat(made).st_ino
        except OSError:
            target.remove(new)
            raise
        finally:
            os.close(made)
    finally:
        os.close(original)


def _fill(original: int, made: int, name: str) -> None:
    before = os.fstat(original)
    if not stat.S_ISREG(before.st_mode):
        raise OSError(errno.EINVAL, "it is no longer a file", name)
    with open(original, "rb", closefd=False) as old, open(made, "wb", closefd=False) as new:
        shutil.copyfileobj(old, new, _PIECE)
    _keep_facts(original, made, before)
    os.fsync(made)
    after = os.fstat(original)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise OSError(errno.EBUSY, "it was changed while it was being copied", name)


def _keep_facts(original: int, made: int, status: os.stat_result) -> None:
    """Give the copy the owner, extended attributes, mode and times of the original.

    Not every device can keep all of them, and only the content is never given up.
    """
    if hasattr(os, "fchown"):
        with suppress(OSError):
            os.fchown(made, status.st_uid, status.st_gid)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for one in os.listxattr(original):
                os.setxattr(made, one, os.getxattr(original, one))
    if hasattr(os, "fchmod"):
        with suppress(OSError):
            os.fchmod(made, stat.S_IMODE(status.st_mode))
    if os.utime in os.supports_fd:
        os.utime(made, ns=(status.st_atime_ns, status.st_mtime_ns))
