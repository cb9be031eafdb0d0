"""Names of files: which folder a name belongs to, and what to call a file whose name is taken."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

OTHER = "other"
"""The folder of files whose name has no ending, or none that a category claims."""
PRIVATE = ".pomichnyk-"
"""How the names of our own files begin; they are never tidied."""
LONGEST_NAME = 255
"""Bytes of a name that file systems take."""
LONGEST_ENDING = 16
KNOWN_ENDINGS = 10_000
_PACKED = frozenset(("br", "bz2", "gz", "lz", "lz4", "lzma", "lzo", "xz", "z", "zst"))
_NUMBER = re.compile(r"_([1-9][0-9]*)\Z")

CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        ending: category
        for category, endings in {
            "images": "ai arw avif bmp cr2 cr3 dng eps gif heic heif ico jfif jp2 jpe jpeg jpg jxl "
            "nef orf png psd raf raw rw2 svg tga tif tiff webp xcf",
            "video": "3gp asf avi flv m2ts m4v mkv mov mp4 mpeg mpg mts ogv ts vob webm wmv",
            "audio": "aac aif aiff alac amr ape flac m4a m4b mid midi mp3 oga ogg opus wav wma",
            "documents": "azw3 csv djvu doc docx epub fb2 htm html key md mobi numbers odp ods odt "
            "pages pdf pps ppt pptx ps rtf tex tsv txt xls xlsm xlsx",
            "archives": "7z apk br bz2 cab deb dmg gz iso jar lz lz4 lzma lzo rar rpm tar tbz2 tgz "
            "txz whl xz z zip zst",
            "code": "asm bash bat c cc clj cmd cpp cs css cxx dart diff ex exs go h hpp hs ini "
            "ipynb java js json jsx kt lua patch php pl ps1 py r rb rs scala scss sh sql swift "
            "toml tsx vue xml yaml yml zig",
        }.items()
        for ending in endings.split()
    }
)
"""The category of each ending that has one."""


def split(name: str) -> tuple[str, str]:
    """Part a name into its stem and its ending, ``.tar.gz`` being one; it may have none."""
    stem, dot, ending = name.rpartition(".")
    if not stem or not ending.isalnum() or len(ending) > LONGEST_ENDING:
        return name, ""
    if ending.lower() in _PACKED and stem[:-4] and stem[-4:].lower() == ".tar":
        return stem[:-4], name[len(stem) - 4 :]
    return stem, dot + ending


def extension(name: str) -> str:
    """Return the folder of a file's extension: ``jpg``, ``tar.gz``, or ``other`` without one."""
    return split(name)[1][1:].lower() or OTHER


def category(name: str) -> str:
    """Return the folder of a file's kind: ``images``, ``archives``, ..., or ``other``."""
    return CATEGORIES.get(extension(name).rpartition(".")[2], OTHER)


KEYS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"extension": extension, "category": category}
)
"""The ways to sort: each gives the folder that a name belongs to."""


class Endings:
    """Remembers the folders of endings, as they are asked for so often.

    Attributes:
        known: folders by what follows the last dot, if that decides alone as ``gz`` does not.
    """

    def __init__(self, key: Callable[[str], str]) -> None:
        self.known: dict[str, str] = {}
        self._key = key

    def key(self, name: str, meet: Callable[[str], object]) -> str:
        """Return the folder that a name belongs to, having told it before it is known."""
        stem, _, ending = name.rpartition(".")
        key = self._key(name)
        meet(key)
        if stem and ending.lower() not in _PACKED:
            if len(self.known) >= KNOWN_ENDINGS:
                self.known.clear()
            self.known[ending] = key
        return key


def numbered(name: str, number: int) -> str:
    """Return ``photo_1.jpg`` for ``photo.jpg``, its stem cut where the name would be too long."""
    stem, ending = split(name)
    tail = f"_{number}{ending}"
    room = LONGEST_NAME - len(os.fsencode(tail))
    raw = os.fsencode(stem)
    while room < len(raw) and raw[room] & 0xC0 == 0x80:  # noqa: PLR2004  # inside a letter of UTF-8
        room -= 1
    return os.fsdecode(raw[:room]) + tail


def is_numbered(candidate: str, name: str) -> bool:
    """Return whether a file called ``name`` may have come to be called ``candidate``."""
    number = _NUMBER.search(split(candidate)[0])
    return candidate == name or (number is not None and numbered(name, int(number[1])) == candidate)


class Names:
    """Counts the names that were taken, so that many equal ones cost no more than as many."""

    def __init__(self) -> None:
        self._next: dict[tuple[str, str], int] = {}

    def candidates(self, folder: str, name: str) -> Iterator[str]:
        """Yield the names to try for a file in a folder, until one is free."""
        if (folder, name) not in self._next:
            self._next[folder, name] = 0
            yield name
        while True:
            self._next[folder, name] += 1
            yield numbered(name, self._next[folder, name])
