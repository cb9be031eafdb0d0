"""The mover: takes the files of one folder where they belong, after having said so."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from pomichnyk.tidy._folders import Folder, Move
from pomichnyk.tidy._journal import Journal
from pomichnyk.tidy._moving import move
from pomichnyk.tidy._names import Names
from pomichnyk.tidy._plan import below
from pomichnyk.tidy._report import Failure, Left, Reason, Report, why
from pomichnyk.tidy._targets import Targets

ATTEMPTS = 3
"""How often a destination is made anew that others keep removing."""


class Load(NamedTuple):
    """Files, one at least, to be moved out of an open folder, which is at a path below the root."""

    folder: Folder
    path: str
    moves: Sequence[Move]


class Mover:
    """Moves files into the destinations of one run; safe to use from several threads."""

    def __init__(self, journal: Journal, targets: Targets) -> None:
        self._journal, self._targets = journal, targets
        self._names = Names()

    def carry_out(self, loads: Sequence[Load], report: Report) -> None:
        """Move files out of their folders; the report tells what became of each."""
        try:
            self._journal.moves((path, moves) for _, path, moves in loads)
        except OSError as error:
            report.failed += [Failure(path or ".", why(error)) for _, path, _ in loads]
            return
        for load in loads:
            refused = load.folder.send(load.moves, self._targets.descriptors)
            report.moved += len(load.moves) - len(refused)
            if refused:
                self._settle(load, refused, report)

    def _settle(self, load: Load, refused: Sequence[Move], report: Report) -> None:
        """Move the files that did not simply go, and record what they are called now."""
        new = {one[1]: self._settled(load, one, report) for one in refused}
        named = {name: now for name, now in new.items() if now not in ("", name)}
        # Without this record undoing finds the files by their inodes.
        with suppress(OSError):
            if named:
                self._journal.named(load.path, named)

    def _settled(self, load: Load, one: Move, report: Report) -> str:
        """Move a file that did not simply go; return its new name, or nothing if it stays."""
        where = below(load.path, one[1])
        try:
            new = self._placed(load, one)
        except OSError as error:
            report.failed.append(Failure(where, why(error)))
            return ""
        if new:
            report.moved += 1
        else:
            report.left.append(Left(where, Reason.GONE))
        return new

    def _placed(self, load: Load, one: Move) -> str:
        """Move a file, making its destination anew if need be; return nothing if it is gone."""
        _, name, key = one
        for _ in range(ATTEMPTS):
            try:
                return self._sent(load, name, key)
            except FileNotFoundError:
                if not load.folder.find(name):
                    return ""
                self._targets.forget(key)
        raise FileNotFoundError(errno.ENOENT, f"others keep removing “{key}”", name)

    def _sent(self, load: Load, name: str, key: str) -> str:
        """Move a file under the first name that is free, and return that name."""
        note = partial(self._journal.tried, load.path, name)
        names = self._names.candidates(key, name)
        with self._targets.lent(key) as target:
            while True:
                new = next(names)
                with suppress(FileExistsError):
                    move(load.folder, name, target, new, note)
                    return new
