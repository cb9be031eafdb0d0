"""Tidy: sorts the files of a folder into folders by extension or kind, and can undo it.

Nothing is ever overwritten, and everything is journalled before it is done, so that ``undo`` has
the exact tree again after a run that ended, was interrupted, or was killed at any moment.

Terms: the *folder* is what is tidied, with all below it; a *destination* is the folder of one
*key* (``jpg``, ``images``) that files are moved into; an *engine* decides where the work is run.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice, repeat
from typing import ClassVar, Unpack

from pomichnyk.meta import Meta
from pomichnyk.plugs import plug
from pomichnyk.text import Text
from pomichnyk.tidy._crew import Crew
from pomichnyk.tidy._options import Options, Path, opening, places, prepared
from pomichnyk.tidy._preview import preview
from pomichnyk.tidy._report import Failure, Left, Planned, Reason, Report, Undone
from pomichnyk.tidy._sorter import Sorter
from pomichnyk.tidy._track import Track, untracked
from pomichnyk.tidy._undo import undone

__all__ = [
    "Engine",
    "Failure",
    "Left",
    "Options",
    "Planned",
    "Reason",
    "Report",
    "Track",
    "Undone",
    "plan",
    "tidy",
    "undo",
]

Moved = Callable[[int], object]
"""Is told how many files were moved since it was told last."""


class Engine(metaclass=Meta):
    """Decides where the steps of a run are done; what they do is the sorter's."""

    name: ClassVar[str]

    @abstractmethod
    def run(self, sorter: Sorter, crew: Crew, moved: Moved) -> None:
        """Begin the sorter and run its steps until no task is left, as many as the crew allows.

        ``moved`` is called, in the thread that called this, with the count of each step. An
        interruption stops the other steps after the batch they are at, and is then passed on.
        """


def tidy(
    folder: Path,
    engine: str = "threads",
    *,
    workers: int | None = None,
    track: Track | None = None,
    **options: Unpack[Options],
) -> Report:
    """Move every file below a folder to the folder of its extension or kind.

    A file that cannot be moved is reported and stays; it never ends the run. Folders that are
    empty in the end are removed. ``workers`` is how many steps run at once (1 to 256); if it is
    not given, one, or several where moves are slow. ``track`` shows the progress.

    Raises:
        NotFoundError: there is no such folder.
        InvalidValueError: an option has a value that it must not.
        UsageError: there is no such engine.
        UnavailableError: the folder must not be read, or the journal not be written.
    """
    run, crew = plug(Engine, engine)().run, Crew(workers)
    ticks = _ticks(folder, track, options) if track else iter(())
    with opening(folder), prepared(folder, **options) as sorter:
        run(sorter, crew, lambda moved: deque(islice(ticks, moved), maxlen=0))
        deque(ticks, maxlen=0)
        return sorter.finish()


def plan(folder: Path, **options: Unpack[Options]) -> Iterator[Planned]:
    """Yield the moves that tidying would make, and change nothing.

    Raises:
        NotFoundError: there is no such folder.
        InvalidValueError: an option has a value that it must not.
        UnavailableError: the folder must not be read.
    """
    chosen = places(folder, options)
    with opening(folder):
        yield from preview(*chosen)


def undo(folder: Path, *, track: Track | None = None) -> Undone:
    """Put back what the latest run moved out of its place; without one, do nothing.

    Files that are no longer where they were put are reported, as are those whose old place is
    taken: nothing is overwritten. Undoing may be killed too, and done again.

    Raises:
        NotFoundError: there is no such folder.
        ConflictError: the folder is being tidied right now.
        UnavailableError: the folder must not be read.
    """
    with opening(folder):
        return undone(folder, track or untracked)


def _ticks(folder: Path, track: Track, options: Options) -> Iterator[None]:
    """Return a bar that moves on by one for each item taken."""
    total = sum(1 for _ in plan(folder, **options))
    return track(repeat(None, total), Text("Tidying"), total)
