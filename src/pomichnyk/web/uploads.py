"""Uploads: files that a person has sent and was shown a preview of, until they say what to do.

They lie in a folder that goes with the process. Each is known by a random name, and only to the
browser that sent it.
"""

from __future__ import annotations

import secrets
import shutil
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock

from pomichnyk.errors import NotFoundError
from pomichnyk.text import Text

MOST = 10
"""How many wait at once; the oldest makes room."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits: whose it is, and the name that it had, for people alone."""

    owner: str
    name: str
    path: Path


class Uploads:
    """The files that wait."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Upload] = OrderedDict()
        self._lock = Lock()

    def keep(self, owner: str, name: str, path: Path) -> str:
        """Take a file over, and return the key by which its owner finds it again.

        ``owner`` is the cookie of whoever sent it.
        """
        key = secrets.token_urlsafe(16)
        kept = Path(mkdtemp(prefix="pomichnyk-"), path.name)
        shutil.move(path, kept)
        with self._lock:
            self._waiting[key] = Upload(owner, name, kept)
            while len(self._waiting) > MOST:
                _forget(self._waiting.popitem(last=False)[1])
        return key

    def get(self, owner: str, key: str) -> Upload:
        """Return a file that waits.

        Raises:
            NotFoundError: it waits no more, or is somebody else's.
        """
        found = self._waiting.get(key)
        if found is None or found.owner != owner:
            raise NotFoundError(Text("the file is not here any more; send it again"))
        return found

    def forget(self, key: str) -> None:
        """Remove a file that was taken or is not wanted."""
        with self._lock:
            found = self._waiting.pop(key, None)
        if found:
            _forget(found)

    def close(self) -> None:
        """Remove all of them."""
        for key in [*self._waiting]:
            self.forget(key)


def _forget(upload: Upload) -> None:
    shutil.rmtree(upload.path.parent, ignore_errors=True)
