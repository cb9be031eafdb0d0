"""The sorter: takes one folder after another, plans it and has the plan carried out.

Engines decide who calls ``step`` and when; all that is done is done here, alike for each.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from stat import S_IMODE
from types import TracebackType
from typing import NamedTuple, Self

from pomichnyk.tidy._folders import Folder
from pomichnyk.tidy._journal import Journal, Removal
from pomichnyk.tidy._mover import Mover
from pomichnyk.tidy._opening import open_folder
from pomichnyk.tidy._plan import Move, Rules, below, planned, unblocked
from pomichnyk.tidy._report import Failure, Left, Reason, Report, why
from pomichnyk.tidy._targets import Make, Targets, from_folder

BATCH = 500
"""Files that are journalled, then moved, at a time."""
STRETCH = 0.02
"""Seconds after which a step hands back what it has not begun, for others to take up.

To wake somebody costs as much as moving dozens of files; on a slow disk or a network folder
work is still handed round after a few files, and there it is that many workers pay.
"""


class Task(NamedTuple):
    """A folder to look into, by its path below the root; or files in it that are to be moved."""

    path: str
    moves: Sequence[Move] = ()


class Sorter:
    """One run over one folder."""

    def __init__(self, folder: str, into: str, rules: Rules) -> None:
        self._folder, self._into, self._rules = folder, into, rules
        self._report = Report()
        self._emptied: list[Removal] = []
        self._adding = threading.Lock()
        self._opened = ExitStack()
        self._stopped = False

    def begin(self, make: Make = os.mkdir) -> list[Task]:
        """Open the folder, and return the first task; ``make`` makes the destinations.

        Raises:
            OSError: the folder or the destination cannot be opened.
        """
        self._start = time.monotonic()
        hold = self._opened.enter_context
        self._root = hold(open_folder(self._folder))
        self._journal = hold(Journal(self._root, from_folder(self._folder, self._into)))
        self._targets = hold(Targets(self._into, self._journal, make))
        self._mover = Mover(self._journal, self._targets)
        return [Task("")]

    def step(self, tasks: Iterable[Task]) -> tuple[int, list[Task]]:
        """Work for a little while; return how many files were moved, and what is left to do."""
        report, waiting = Report(), [*tasks]
        until = time.monotonic() + STRETCH
        while waiting and not self._stopped:
            waiting += self._done(waiting.pop(), report)
            if time.monotonic() > until:
                break
        with self._adding:
            self._report.add(report)
        return report.moved, waiting

    def stop(self) -> None:
        """Have every step return after the batch that it is at."""
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def _done(self, task: Task, report: Report) -> list[Task]:
        """Do a task, and return those that come of it."""
        try:
            with self._root.child(task.path) as folder:
                if not task.moves:
                    return self._looked_into(folder, task.path, report)
                self._mover.carry_out(folder, task.path, task.moves, report)
        except FileNotFoundError:
            report.left.append(Left(task.path, Reason.GONE))
        except OSError as error:
            report.failed.append(Failure(task.path, why(error)))
        return []

    def _looked_into(self, folder: Folder, path: str, report: Report) -> list[Task]:
        batch = planned(
            folder.entries(), path, folder.identity, self._rules, self._targets.identities
        )
        report.left += batch.left
        report.in_place += batch.in_place
        if path and not (batch.left or batch.in_place or self._targets.is_base(folder.identity)):
            facts = folder.status
            self._emptied.append((path, S_IMODE(facts.st_mode), facts.st_uid, facts.st_gid))
        if self._targets.is_base(folder.identity):
            batch.moves = unblocked(batch.moves)
        pieces = [batch.moves[at : at + BATCH] for at in range(0, len(batch.moves), BATCH)]
        if pieces:
            self._mover.carry_out(folder, path, pieces[0], report)
        return [
            *(Task(path, piece) for piece in pieces[1:]),
            *(Task(below(path, name)) for name in batch.folders),
        ]

    def _remove(self, emptied: Sequence[Removal]) -> None:
        self._journal.removed(emptied)
        for path, *_ in emptied:
            # Most that cannot be removed are not empty; none of them is worth a word.
            with suppress(OSError):
                self._root.remove_folder(path)
                self._report.removed += 1


def shares(tasks: Sequence[Task], idle: int) -> list[Sequence[Task]]:
    """Part tasks among the workers that are idle, one at least; nobody is given none."""
    parts = max(1, min(idle, len(tasks)))
    return [share for at in range(parts) if (share := tasks[at::parts])]
