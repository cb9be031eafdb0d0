"""Two calls of Linux that Python lacks; elsewhere they fail as a system without them would."""

from __future__ import annotations

import ctypes
import errno
import os
from typing import Any

NO_REPLACE = 1
"""RENAME_NOREPLACE of <linux/fs.h>."""
_OPENAT2 = 437
_NO_SYMLINKS = 0x04


class _How(ctypes.Structure):
    """``struct open_how`` of <linux/openat2.h>."""

    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


def _missing(*_arguments: object) -> int:
    ctypes.set_errno(errno.ENOSYS)
    return -1


def _function(name: str, *types: Any) -> Any:
    """Return a function of the C library, or one that fails with ENOSYS.

    It is called without the interpreter's lock (CDLL, not PyDLL): an event loop runs on.
    """
    try:
        function = getattr(ctypes.CDLL(None, use_errno=True), name)
    except (AttributeError, OSError, TypeError):
        return _missing
    function.argtypes = types
    return function


renameat2 = _function(
    "renameat2", ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint
)
"""Takes two pairs of a folder's descriptor and a name, and flags; returns 0, else sets errno."""

_syscall = _function(
    "syscall", ctypes.c_long, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_size_t
)


def failure(name: str) -> OSError:
    """Return the error of the call that failed last in this thread."""
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), name)


def open_beneath(folder: int, path: str, flags: int) -> int:
    """Open what a relative path names below an open folder, following no link on the way.

    Raises:
        OSError: it cannot be opened; ENOSYS where the system has no such call.
    """
    how = _How(flags, 0, _NO_SYMLINKS)
    found: int = _syscall(
        _OPENAT2, folder, os.fsencode(path), ctypes.byref(how), ctypes.sizeof(how)
    )
    if found < 0:
        raise failure(path)
    return found
