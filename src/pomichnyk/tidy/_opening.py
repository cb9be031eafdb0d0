"""Opens the folder that a person named, in the best way that the system has."""

from __future__ import annotations

import os

from pomichnyk.tidy._described import DescribedFolder
from pomichnyk.tidy._folders import Folder
from pomichnyk.tidy._named import NamedFolder

DESCRIPTORS = os.scandir in os.supports_fd and os.open in os.supports_dir_fd


def open_folder(path: str) -> Folder:
    """Open a folder; a link to one will do.

    Raises:
        OSError: it is not there, not a folder, or must not be read.
    """
    return DescribedFolder.at(path) if DESCRIPTORS else NamedFolder(path)
