"""The sorter: takes one folder after another, plans it and has the plan carried out.

Engines decide who calls ``step`` and when; all that is done is done here, alike for each.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from stat import S_IMODE
from typing import Self

from pomichnyk.tidy._folders import Folder, Move
from pomichnyk.tidy._journal import Journal, Removal
from pomichnyk.tidy._mover import Load, Mover
from pomichnyk.tidy._opening import open_folder
from pomichnyk.tidy._plan import Rules, below, planned, unblocked
from pomichnyk.tidy._report import Failure, Left, Reason, Report, why
from pomichnyk.tidy._targets import Make, Targets, from_folder

BATCH = 500
"""Files that are journalled, then moved, at a time."""
HELD = 8
"""Folders that are held open at a time, their files being one batch; one where moves are slow."""
STRETCH = 0.02
"""Seconds after which a step hands back what it has not begun, for others to take up.

To wake somebody costs as much as moving dozens of files; on a slow disk or a network folder
work is still handed round after a few files, and there it is that many workers pay.
"""


Task = tuple[str, Sequence[Move]]
"""A folder, by its path below the root, and the files to move from it; none: to look into it."""


class Sorter:
    """One run over one folder."""

    def __init__(self, folder: str, into: str, rules: Rules) -> None:
        self.folder, self._into, self._rules = folder, into, rules
        self._report = Report()
        self._emptied: list[Removal] = []
        self._adding = threading.Lock()
        self._opened = ExitStack()
        self._held = HELD
        self._stopped = False

    def begin(self, make: Make = os.mkdir) -> list[Task]:
        """Open the folder, and return the first task.

        ``make`` makes the folder of the destinations, if there is need of it.

        Raises:
            OSError: the folder or the destination cannot be opened.
        """
        self._start = time.monotonic()
        hold = self._opened.enter_context
        self._root = hold(open_folder(self.folder))
        self._journal = hold(Journal(self._root, from_folder(self.folder, self._into)))
        self._targets = hold(Targets(self._into, self._journal, make))
        self._mover = Mover(self._journal, self._targets)
        return [("", ())]

    def step(self, tasks: Iterable[Task]) -> tuple[int, list[Task]]:
        """Work for a little while; return how many files were moved, and what is left to do."""
        report, waiting = Report(), [*tasks]
        until, first = time.monotonic() + STRETCH, True
        while waiting and not self._stopped:
            held: list[Folder] = []
            try:
                self._mover.carry_out(self._loads(waiting, held, report), report)
            finally:
                for folder in held:
                    folder.close()
            if time.monotonic() > until:
                self._held = 1 if first else HELD
                break
            first = False
        with self._adding:
            self._report.add(report)
        return report.moved, waiting

    def stop(self) -> None:
        """Have every step that still runs return after the batch that it is at."""
        self._stopped = True

    def finish(self) -> Report:
        """Remove the folders that are empty now, end the journal and return the report."""
        emptied = self._emptied[::-1]
        try:
            for at in range(0, len(emptied), BATCH):
                self._remove(emptied[at : at + BATCH])
            self._journal.end()
        except OSError as error:
            self._report.failed.append(Failure(".", why(error)))
        self._report.seconds = time.monotonic() - self._start
        return self._report

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _loads(self, waiting: list[Task], held: list[Folder], report: Report) -> list[Load]:
        """Take tasks for one batch, and put those that come of them in their place."""
        loads, files = list[Load](), 0
        while waiting and files < BATCH and len(held) < self._held:
            path, moves = waiting.pop()
            try:
                folder = self._root.child(path)
                held.append(folder)
                moves = moves or self._look(folder, path, waiting, report)
            except FileNotFoundError:
                report.left.append(Left(path, Reason.GONE))
            except OSError as error:
                report.failed.append(Failure(path or ".", why(error)))
            else:
                if moves:
                    loads.append(Load(folder, path, moves))
                    files += len(moves)
        return loads

    def _look(
        self, folder: Folder, path: str, waiting: list[Task], report: Report
    ) -> Sequence[Move]:
        """Plan a folder: return the first of its files that are to go, and put off the rest."""
        here = folder.identity
        batch = planned(folder.entries(), path, here, self._rules, self._targets.identities)
        report.left += batch.left
        report.in_place += batch.in_place
        if batch.folders:
            waiting += [(below(path, name), ()) for name in batch.folders]
        moves = batch.moves
        if self._targets.is_base(here):
            moves = unblocked(moves)
        elif path and not (batch.left or batch.in_place):
            facts = folder.status
            self._emptied.append((path, S_IMODE(facts.st_mode), facts.st_uid, facts.st_gid))
        if len(moves) <= BATCH:
            return moves
        waiting += [(path, moves[at : at + BATCH]) for at in range(BATCH, len(moves), BATCH)]
        return moves[:BATCH]

    def _remove(self, emptied: Sequence[Removal]) -> None:
        self._journal.removed(emptied)
        for removal in emptied:
            try:
                self._root.remove_folder(removal[0])
            except OSError:  # it is not empty, mostly: not worth a word
                continue
            self._report.removed += 1
