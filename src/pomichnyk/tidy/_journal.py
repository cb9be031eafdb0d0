"""The journal: what tidying is about to do, on disk before it does it, so that it can be undone.

A run writes one file into the folder it tidies: a line for the moves out of each folder, those of
a batch written by one call before the first of them. What a killed run has written is therefore all
that it can have done. A line that was cut off stands for nothing: none of its moves had begun.

Records, each a line of JSON, an array that begins with its kind:
    run VERSION INTO            the destination, by its path from the folder
    made KEY                    the folder of that key (empty: the destination) will be made
    named PATH {NAME: NEW}      these of them got other names
    tried PATH NAME INODE NEW   the file will appear under this name, with this inode
    removed [PATH, MODE, OWNER, GROUP]...   these folders will be removed if they are empty
    done                        the run came to its end
    back PATH NAME INODE NEW    undoing: the file will appear in its old folder in the same way

All but one, which is plain as it is nearly all of a journal, and ends with its kind:
    PATH//INODE/KEY/NAME//INODE/KEY/NAME//moves     these files of the folder at PATH will be moved
No name has a slash, so that none looks like an end; nor NUL, which stands for a line break in one.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Self

from pomichnyk.errors import ConflictError, UnavailableError
from pomichnyk.text import Text
from pomichnyk.tidy._folders import Folder, Move
from pomichnyk.tidy._names import PRIVATE

VERSION = 1
DURABLE_AFTER = 1000
"""Files whose moves may be lost to a journal when the power fails; SIGKILL loses none."""
_PREFIX = f"{PRIVATE}tidy-"
_SUFFIX = ".jsonl"
_encode = json.JSONEncoder(separators=(",", ":")).encode
Removal = tuple[str, int, int, int]
"""A folder's path, mode, owner and group."""


class Journal:
    """The record of one run; its file is made when there is something to write."""

    def __init__(self, folder: Folder, into: str) -> None:
        self._folder, self._into = folder, into
        self._file = -1
        self._unsafe = 0
        self._writing = threading.Lock()

    def moves(self, folders: Iterable[tuple[str, Sequence[Move]]]) -> None:
        """Record moves out of folders, given by their paths.

        Raises:
            OSError: they cannot be recorded, so they must not be made.
        """
        records, count = [], 0
        for path, moves in folders:
            files = [f"{inode}/{key}/{name}" for inode, name, key in moves]
            records.append(("moves", path, "//".join(files)))
            count += len(files)
        if records:
            self._write(*records)
        self._unsafe += count
        if self._unsafe >= DURABLE_AFTER:
            self._unsafe = 0
            _flush(self._file)

    def named(self, path: str, names: Mapping[str, str]) -> None:
        """Record which files got other names, as their own were taken."""
        self._write(("named", path, names))

    def tried(self, path: str, name: str, new: str, inode: int) -> None:
        """Record that a file will take more than one step to get to its new name."""
        self._write(("tried", path, name, inode, new))

    def made(self, key: str) -> None:
        """Record that a destination will be made."""
        self._write(("made", key))

    def removed(self, folders: Sequence[Removal]) -> None:
        """Record the folders that will be removed, those inside others first."""
        self._write(("removed", *folders))

    def end(self) -> None:
        """Record that the run came to its end, and have it all on disk."""
        if self._file >= 0:
            self._write(("done",))
            _flush(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, *records: Sequence[object]) -> None:
        with self._writing:
            if self._file < 0:
                self._begin()
            _append(self._file, *records)

    def _begin(self) -> None:
        try:
            while self._file < 0:
                self._file = self._made()
            _append(self._file, ("run", VERSION, self._into))
            self._folder.flush()
        except OSError as error:
            raise UnavailableError(
                Text("the folder cannot be given a journal: {reason}", reason=error.strerror)
            ) from error

    def _made(self) -> int:
        """Make the file and lock it; return -1 if somebody who undoes has taken it before that."""
        name = f"{_PREFIX}{time.time_ns():020d}-{os.getpid()}-{threading.get_ident()}{_SUFFIX}"
        file = self._folder.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND)
        with ExitStack() as giving_up:
            giving_up.callback(os.close, file)
            if lock(file) and self._folder.find(name):
                giving_up.pop_all()
                return file
        return -1


class Recorded:
    """The journal of an earlier run, open for undoing it."""

    def __init__(self, name: str, file: int) -> None:
        self.name, self._file = name, file
        with open(file, "rb", closefd=False) as whole:
            data = whole.read()
        self.records = [*filter(None, map(_parsed, data.split(b"\n")))]
        if self.records and self.records[0][:2] != ["run", VERSION]:
            raise UnavailableError(Text("the journal was written by another version"))
        if data and not data.endswith(b"\n"):
            os.write(file, b"\n")

    def back(self, path: str, name: str, new: str, inode: int) -> None:
        """Record that a file will take more than one step to get back to its old place."""
        _append(self._file, ("back", path, name, inode, new))


def journals(folder: Folder) -> list[str]:
    """Return the names of the journals in a folder, the latest last."""
    names = (entry.name for entry in folder.entries())
    return sorted(one for one in names if one.startswith(_PREFIX) and one.endswith(_SUFFIX))


@contextmanager
def reading(folder: Folder, name: str) -> Iterator[Recorded]:
    """Open a journal for as long as the run is being undone.

    Raises:
        ConflictError: the run has not ended, or somebody else is undoing it or just has.
        UnavailableError: another version of the program wrote it.
    """
    busy = ConflictError(Text("the folder is being tidied right now; try again later"))
    try:
        file = folder.open(name, os.O_RDWR | os.O_APPEND)
    except FileNotFoundError:
        raise busy from None
    try:
        if not lock(file) or not folder.find(name):  # removed before it was locked
            raise busy
        yield Recorded(name, file)
    finally:
        os.close(file)


def lock(file: int) -> bool:
    """Take the lock of an open file until it is closed; return whether it was free."""
    try:
        import fcntl
    except ImportError:  # Windows does not let an open file be removed, which serves as well
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _append(file: int, *records: Sequence[Any]) -> None:
    """Write records wholly, or not at all."""
    line = os.fsencode("".join([f"{_line(*record)}\n" for record in records]))
    written = os.write(file, line)
    try:
        while written < len(line):
            written += os.write(file, line[written:])
    except OSError:
        os.ftruncate(file, os.fstat(file).st_size - written)
        raise


def _line(kind: str, *rest: Any) -> str:
    """Return the line of a record."""
    if kind == "moves":
        return "//".join((*rest, kind)).replace("\n", "\0")
    return _encode((kind, *rest))


def _parsed(line: bytes) -> list[Any]:
    """Return the record of a line; nothing for one that was cut off."""
    if line.endswith(b"//moves"):
        path, _, files = os.fsdecode(line).replace("\0", "\n").partition("//")
        return ["moves", path, files.removesuffix("//moves")]
    try:
        record = json.loads(line)
    except ValueError:
        return []
    return record if isinstance(record, list) else []


def _flush(file: int) -> None:
    """Have what was written to a file on disk."""
    getattr(os, "fdatasync", os.fsync)(file)
