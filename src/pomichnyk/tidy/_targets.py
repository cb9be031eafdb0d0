"""The destinations: the folder of each key, made when the first file needs it."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from stat import S_ISDIR

from pomichnyk.tidy._folders import Folder, Identity, identity
from pomichnyk.tidy._journal import Journal
from pomichnyk.tidy._opening import open_folder

KEPT_OPEN = 64
"""How many destinations are held open: a system's limit on open files may be low."""
Make = Callable[[str], None]
"""Makes one folder, as ``os.mkdir`` does."""


class Identities(dict[str, Identity | None]):
    """Which folder each destination is; None for those that are not there yet.

    Attributes:
        base: the folder that they are in, once it is there.
        homes: all that ever were one of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.base: Folder | None = None
        self.homes: set[Identity | None] = set()

    def __missing__(self, key: str) -> Identity | None:
        found = self.base.find(key) if self.base else None
        self.settle(key, identity(found) if found and S_ISDIR(found.st_mode) else None)
        return self[key]

    def settle(self, key: str, folder: Identity | None) -> None:
        """Remember which folder a destination is."""
        self.homes.add(folder)
        self[key] = folder


class Targets(ExitStack):
    """The folders that files are moved into, below one destination.

    Attributes:
        kept: those held open, by their key.
        descriptors: what these are held by.
        identities: which folder each destination is.
    """

    def __init__(self, into: str, journal: Journal, make: Make) -> None:
        super().__init__()
        self._into, self._journal, self._make = into, journal, make
        self._opening = threading.Lock()
        self.identities = Identities()
        self.kept: dict[str, Folder] = {}
        self.descriptors: dict[str, int] = {}
        with suppress(FileNotFoundError):
            self._open_base()

    @contextmanager
    def lent(self, key: str) -> Iterator[Folder]:
        """Open the folder of a key for as long as it is used, making it if it is not there.

        Raises:
            OSError: it cannot be made, or something that is no folder has its name.
        """
        with ExitStack() as borrowed:
            with self._opening:
                folder = self.kept.get(key) or self._kept(key, self._open(key), borrowed)
            yield folder

    def forget(self, key: str) -> None:
        """Open the folder of a key anew when it is asked for next: somebody removed it."""
        self.descriptors.pop(key, None)
        self.kept.pop(key, None)

    def is_base(self, folder: Identity) -> bool:
        """Return whether a folder is the one that destinations are made in."""
        return self.identities.base is not None and self.identities.base.identity == folder

    def _kept(self, key: str, folder: Folder, borrowed: ExitStack) -> Folder:
        """Hold a folder open for good, or as long as it is borrowed if there are too many."""
        if len(self.kept) >= KEPT_OPEN:
            return borrowed.enter_context(folder)
        self.kept[key] = self.enter_context(folder)
        self.descriptors[key] = folder.descriptor
        return folder

    def _open(self, key: str) -> Folder:
        base = self.identities.base or self._make_base()
        try:
            folder = self._child(base, key)
        except FileNotFoundError:
            self._journal.made(key)
            with suppress(FileExistsError):
                base.make(key)
            folder = self._child(base, key)
        self.identities.settle(key, folder.identity)
        return folder

    def _child(self, base: Folder, key: str) -> Folder:
        try:
            return base.child(key)
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise
            raise OSError(error.errno, f"“{key}” is in the way: it is no folder", key) from error

    def _make_base(self) -> Folder:
        into = Path(self._into)
        missing = [*takewhile(lambda path: not path.exists(), (into, *into.parents))]
        for path in reversed(missing):
            self._journal.made(os.path.relpath(path, into))
            with suppress(FileExistsError):
                self._make(str(path))
        return self._open_base()

    def _open_base(self) -> Folder:
        base = self.enter_context(open_folder(self._into))
        self.identities.base = base
        return base


def from_folder(folder: str, path: str) -> str:
    """Return a path as it is from a folder, if it is inside: the two may be moved together."""
    relative = os.path.relpath(path, folder)
    if relative.partition(os.sep)[0] == os.pardir:
        return path
    return "" if relative == os.curdir else relative
