"""The mover: takes the files of one folder where they belong, after having said so."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from pomichnyk.tidy._folders import Folder
from pomichnyk.tidy._journal import Journal
from pomichnyk.tidy._moving import move
from pomichnyk.tidy._names import Names
from pomichnyk.tidy._plan import Move, below
from pomichnyk.tidy._report import Failure, Left, Reason, Report, why
from pomichnyk.tidy._targets import Targets

ATTEMPTS = 3
"""How often a destination is made anew that others keep removing."""


class Mover:
    """Moves files into the destinations of one run; safe to use from several threads."""

    def __init__(self, journal: Journal, targets: Targets) -> None:
        self._journal, self._targets = journal, targets
        self._names = Names()

    def carry_out(self, folder: Folder, path: str, moves: Sequence[Move], report: Report) -> None:
        """Move files out of the folder at a path; the report tells what became of each."""
        try:
            self._journal.moves(path, moves)
        except OSError as error:
            report.failed.append(Failure(path or ".", why(error)))
            return
        kept, named = self._targets.kept, {}
        for one in moves:
            _, name, key = one
            try:
                folder.rename(name, kept[key], name)
            except (KeyError, OSError):
                if new := self._settled(folder, path, one, report):
                    named[name] = new
            else:
                report.moved += 1
        self._record(path, {name: new for name, new in named.items() if new != name})

    def _settled(self, folder: Folder, path: str, one: Move, report: Report) -> str:
        """Move a file that did not simply go; return its new name, or nothing if it stays."""
        _, name, key = one
        where = below(path, name)
        failure = Failure(where, f"“{key}” is being removed by others")
        for _ in range(ATTEMPTS):
            try:
                new = self._placed(folder, path, one)
            except FileNotFoundError:
                if not folder.find(name):
                    report.left.append(Left(where, Reason.GONE))
                    return ""
                self._targets.forget(key)
            except OSError as error:
                failure = Failure(where, why(error))
                break
            else:
                report.moved += 1
                return new
        report.failed.append(failure)
        return ""

    def _placed(self, folder: Folder, path: str, one: Move) -> str:
        """Move a file under the first name that is free, and return that name."""
        _, name, key = one
        note = partial(self._journal.tried, path, name)
        with self._targets.lent(key) as target:
            for new in self._names.candidates(key, name):
                with suppress(FileExistsError):
                    move(folder, name, target, new, note)
                    return new
        raise AssertionError  # there is no last number

    def _record(self, path: str, named: dict[str, str]) -> None:
        # Without this record undoing finds the files by their inodes.
        with suppress(OSError):
            if named:
                self._journal.named(path, named)
