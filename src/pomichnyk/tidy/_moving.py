"""Moves a file so that nothing is ever replaced, by the best way that the file system has.

1. One step that fails if the name is taken (renameat2 with RENAME_NOREPLACE; rename on Windows).
2. A second name for the file, then its first one removed (link fails if the name is taken).
3. An empty file that takes the name, then a move over this file of ours.
4. Across devices: a copy, on disk, under a private name; this moved as above; the file removed.

No way looks first and moves then: what came between the two would be lost. Ways of several steps
are noted before they begin; the look there only keeps the note from naming somebody else's file.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from pomichnyk.tidy._copying import copy
from pomichnyk.tidy._folders import Folder
from pomichnyk.tidy._names import PRIVATE

Note = Callable[[str, int], None]
"""Is told the new name, and the inode that will appear under it."""
Way = Callable[[Folder, str, Folder, str, Note], None]

_UNSUPPORTED = (
    errno.EINVAL,
    errno.ENOSYS,
    errno.EOPNOTSUPP,
    errno.ENOTSUP,
    errno.EPERM,
    errno.EMLINK,
)


def move(source: Folder, name: str, target: Folder, new: str, note: Note) -> None:
    """Move a file from a folder to a new name in another.

    Raises:
        FileExistsError: the new name is taken; nothing was changed.
        OSError: it cannot be moved; it is where it was.
    """
    try:
        _move_within(source, name, target, new, note)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _move_across(source, name, target, new, note)


def _move_within(source: Folder, name: str, target: Folder, new: str, note: Note) -> None:
    failed = OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
    for way in _WAYS:
        try:
            way(source, name, target, new, note)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
            failed = error
        else:
            return
    raise failed


def _rename(source: Folder, name: str, target: Folder, new: str, _note: Note) -> None:
    source.rename(name, target, new)


def _link(source: Folder, name: str, target: Folder, new: str, note: Note) -> None:
    _announce(target, new, source.stat(name).st_ino, note)
    source.link(name, target, new)
    try:
        source.remove(name)
    except OSError:
        # Somebody else may have moved it meanwhile: the last name of a file is never removed.
        if target.stat(new).st_nlink > 1:
            target.remove(new)
            raise


def _replace(source: Folder, name: str, target: Folder, new: str, note: Note) -> None:
    _announce(target, new, source.stat(name).st_ino, note)
    os.close(target.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    try:
        source.replace(name, target, new)
    except OSError:
        target.remove(new)
        raise


_WAYS: tuple[Way, ...] = (_rename, _link, _replace)


def _move_across(source: Folder, name: str, target: Folder, new: str, note: Note) -> None:
    private = f"{PRIVATE}{os.urandom(8).hex()}.part"
    _announce(target, new, 0, lambda _new, inode: note(private, inode))
    inode = copy(source, name, target, private)
    try:
        _announce(target, new, inode, note)
        _move_within(target, private, target, new, note)
    except OSError:
        target.remove(private)
        raise
    target.flush()
    try:
        source.remove(name)
    except FileNotFoundError:
        return  # whoever took it away has seen the copy appear, or not: it stays
    except OSError:
        target.remove(new)
        raise


def _announce(target: Folder, new: str, inode: int, note: Note) -> None:
    if target.find(new):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
    note(new, inode)
