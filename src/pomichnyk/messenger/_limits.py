"""How many connections a process may hold, and what it says when it may hold no more."""

from __future__ import annotations

import errno
import sys

CONNECTIONS = 10_000
"""Connections held at once, where the system lets a process have so many files."""
SPARE = 64
"""Files left for everything else: the store, its journal, the terminal."""
_SELECT = 500
"""Sockets that ``select`` of Windows watches."""
CROWDED = frozenset(
    getattr(errno, name)
    for name in ("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "WSAEMFILE", "WSAENOBUFS")
    if hasattr(errno, name)
)
"""Errors by which a system says that it has no socket left to give."""


def connections(wanted: int | None = None) -> int:
    """Return how many connections to hold at once: as many as wanted, as far as files suffice.

    The limit of files that the process sets itself is raised as far as it may be.
    """
    most = wanted or CONNECTIONS
    try:
        import resource
    except ImportError:
        return min(most, _SELECT)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return most
    files = most + SPARE if hard == resource.RLIM_INFINITY else min(most + SPARE, hard)
    if files > soft:
        soft = _raised(soft, files, hard)
    return max(1, min(most, soft - SPARE))


def _raised(soft: int, files: int, hard: int) -> int:
    """Raise the limit of files; return what it is now."""
    assert sys.platform != "win32"
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    except (OSError, ValueError):  # macOS has a lower limit than the one it names
        return soft
    return files
