"""Two calls of Linux that Python lacks; elsewhere they fail as a system without them would."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from struct import Struct
from typing import Any

# Windows has none of these, and only imports them.
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | NO_FOLLOW | getattr(os, "O_CLOEXEC", 0)
"""Flags that open a folder, and no link to one."""
NO_REPLACE = 1
"""RENAME_NOREPLACE of <linux/fs.h>."""
_OPENAT2 = 437
_NO_SYMLINKS = 0x04
_HOW = Struct("@QQQ").pack(FOLDER, 0, _NO_SYMLINKS)
"""``struct open_how`` of <linux/openat2.h>: flags, mode, resolve."""
_HOW_SIZE = ctypes.c_size_t(len(_HOW))


def _missing(*_arguments: object) -> int:
    ctypes.set_errno(errno.ENOSYS)
    return -1


def _function(name: str) -> Any:
    """Return a function of the C library, or one that fails with ENOSYS.

    It is called without the interpreter's lock (CDLL, not PyDLL): an event loop runs on. The
    types of its arguments are not declared, as numbers and bytes pass twice as fast without.
    """
    if sys.platform != "linux":
        return _missing
    return getattr(ctypes.CDLL(None, use_errno=True), name, _missing)


renameat2 = _function("renameat2")
"""Takes two pairs of a folder's descriptor and a name, and flags; returns 0, else sets errno."""

_syscall = _function("syscall")


def failure(name: str) -> OSError:
    """Return the error of the call that failed last in this thread."""
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), name)


def open_beneath(folder: int, path: str) -> int:
    """Open the folder at a relative path below an open one, following no link on the way.

    Raises:
        OSError: it cannot be opened; ENOSYS where the system has no such call.
    """
    found: int = _syscall(_OPENAT2, folder, os.fsencode(path), _HOW, _HOW_SIZE)
    if found < 0:
        raise failure(path)
    return found
