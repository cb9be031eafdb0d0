"""Files written whole: what was there stays until all of the new content is safely on disk."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pomichnyk.errors import InvalidValueError, NotFoundError, UnavailableError
from pomichnyk.text import Text


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Give a binary file whose content takes the place of the path's when the block ends well.

    The content is written to a draft beside the path, synced, renamed over the path, and the
    folder is synced: at every moment, also after a power cut, the path holds all of the old
    content or all of the new. If the block raises, the draft is removed and the path untouched.

    The permissions of the old file are kept. A symbolic link stays a link: the file it points
    to is replaced. What is no regular file, such as ``/dev/stdout`` or a pipe, is written to.

    Raises:
        OSError: it cannot be written: a directory, a read-only file, a full disk, ...
    """
    target = Path(os.path.realpath(path))
    mode = _mode(target)
    if mode is not None and not stat.S_ISREG(mode):
        with target.open("wb") as file:
            yield file
        return
    draft = target.with_name(f".{secrets.token_hex(8)}.draft")
    try:
        with _opened(draft, mode) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on disk, where the system lets a folder be synced."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def told(path: str | os.PathLike[str]) -> Iterator[None]:
    """Tell what the system says of a file in words for a person.

    Raises:
        NotFoundError: there is no such file.
        InvalidValueError: it is a directory.
        UnavailableError: it cannot be read or written; the message has the system's reason.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise NotFoundError(Text("there is no {path}", path=error.filename or path)) from error
    except IsADirectoryError as error:
        raise InvalidValueError(Text("file"), path, Text("a file, not a folder")) from error
    except OSError as error:
        raise UnavailableError(
            Text("{path}: {reason}", path=path, reason=error.strerror or error)
        ) from error


def _mode(target: Path) -> int | None:
    """Return the mode of what is there, None if nothing is."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    # A rename asks no leave of the file it replaces: what its owner protects stays protected.
    if not stat.S_ISDIR(mode) and not os.access(target, os.W_OK):
        raise PermissionError(13, os.strerror(13), str(target))
    return mode


def _opened(draft: Path, mode: int | None) -> BinaryIO:
    """Make the draft, never readable by more people than the file it replaces."""
    permissions = 0o666 if mode is None else 0o600
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    descriptor = os.open(draft, flags, permissions)
    if mode is not None:
        draft.chmod(stat.S_IMODE(mode))
    return os.fdopen(descriptor, "wb")
