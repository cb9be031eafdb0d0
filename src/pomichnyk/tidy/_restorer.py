"""The restorer: puts the files of one run back.

A file is known by its inode, wherever the run was cut off: in its old place, it was not moved or
has been put back already; under its new name, it goes back. So undoing can be killed and repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from stat import S_ISREG

from pomichnyk.tidy._folders import Folder
from pomichnyk.tidy._history import Filed, History
from pomichnyk.tidy._journal import Removal
from pomichnyk.tidy._moving import move
from pomichnyk.tidy._names import PRIVATE, is_numbered
from pomichnyk.tidy._plan import below
from pomichnyk.tidy._report import Failure, Undone, why
from pomichnyk.tidy._shelf import Shelf

Back = Callable[[str, str, str, int], None]
"""Records what is to appear in an old folder: its path, the old name, the new name, the inode."""


class Restorer:
    """Puts back the files of one run, from the shelf of destinations to that of old folders."""

    def __init__(self, old: Shelf, new: Shelf, told: History, back: Back) -> None:
        self._old, self._new, self._told, self._back = old, new, told, back
        self._inodes: dict[str, defaultdict[int, list[str]]] = {}
        self.report = Undone(found=True)

    def make_folder(self, removed: Removal) -> None:
        """Make a folder that the run removed, as it was."""
        path, *facts = removed
        above, _, name = path.rpartition("/")
        with self._failing(path):
            folder = self._old.make(path)
            # One that is not empty was not removed, or has been put to use since.
            if not folder.entries() and (parent := self._old.get(above)):
                parent.change(name, (facts[0], facts[1], facts[2]))

    def restore(self, filed: Filed) -> bool:
        """Put a file back; return whether it was found and its old place was free."""
        with suppress(OSError):  # what fails is tried again at last, and reported then
            if self._is_back(filed):
                return True
            if new := self._found(filed):
                self._put_back(filed, new)
                return True
        return False

    def restore_at_last(self, filed: Filed) -> None:
        """Put back what was not found, or had no place, before all else was put back."""
        path, _, _, name = filed
        with self._failing(below(path, name)):
            if self._is_back(filed):
                return
            if new := self._found(filed) or self._replaced(filed):
                self._put_back(filed, new)
            else:
                self.report.missing.append(below(path, name))

    def _is_back(self, filed: Filed) -> bool:
        """Return whether a file is in its old place, where then nothing else of it may be."""
        path, inode, _, name = filed
        if not (source := self._old.get(path)):
            return False
        back = self._told.back.get((path, name), [])
        here = source.find(name)
        if here and here.st_ino in {inode, *(one for one, new in back if new == name)}:
            self._drop_leftovers(filed)
            return True
        for _, new in back:
            _drop(source, new, empty=True)
        return False

    def _drop_leftovers(self, filed: Filed) -> None:
        """Remove what a move in several steps that was cut off has left at its destination."""
        path, _, key, name = filed
        target = self._new.get(key)
        for inode, new in self._told.tried.get((path, name), ()):
            if target:
                _drop(target, new, inode, empty=not self._told.finished)

    def _found(self, filed: Filed) -> str:
        """Return the name under which a file is at its destination, or nothing if it is not."""
        path, inode, key, name = filed
        if not (target := self._new.get(key)):
            return ""
        sights = [*self._told.tried.get((path, name), [])]
        sights.append((inode, self._told.named.get((path, name), name)))
        for known, sight in sights:
            status = target.find(sight)
            if status and status.st_ino == known and not sight.startswith(PRIVATE):
                return sight
        alike = self._names_of(key, target)[inode]
        return next((one for one in alike if is_numbered(one, name) and target.find(one)), "")

    def _replaced(self, filed: Filed) -> str:
        """Return a file's new name if another is under it now: many programs save by replacing."""
        path, _, key, name = filed
        new = self._told.named.get((path, name), name)
        target = self._new.get(key) if self._told.finished else None
        status = target.find(new) if target else None
        return new if status and S_ISREG(status.st_mode) else ""

    def _names_of(self, key: str, target: Folder) -> defaultdict[int, list[str]]:
        """Return the names of each inode at a destination, as they were when first asked for."""
        if key not in self._inodes:
            self._inodes[key] = defaultdict(list)
            for entry in target.entries():
                self._inodes[key][entry.inode()].append(entry.name)
        return self._inodes[key]

    def _put_back(self, filed: Filed, new: str) -> None:
        path, _, key, name = filed
        source, target = self._old.make(path), self._new.make(key)
        move(target, new, source, name, partial(self._back, path, name))
        self.report.restored += 1

    @contextmanager
    def _failing(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileExistsError:
            self.report.failed.append(Failure(path, "its old place is taken"))
        except OSError as error:
            self.report.failed.append(Failure(path, why(error)))


def _drop(folder: Folder, name: str, inode: int = -1, *, empty: bool) -> None:
    """Remove a file that is ours by its inode or its private name; an empty one as well, if so."""
    status = folder.find(name)
    if status and (
        name.startswith(PRIVATE) or status.st_ino == inode or (empty and status.st_size == 0)
    ):
        folder.remove(name)
