"""Undoing: takes the journal of the latest run, puts everything back, and drops the journal."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from pomichnyk.text import Text
from pomichnyk.tidy._folders import Folder
from pomichnyk.tidy._history import history
from pomichnyk.tidy._journal import Recorded, journals, reading
from pomichnyk.tidy._opening import open_folder
from pomichnyk.tidy._report import Undone
from pomichnyk.tidy._restorer import Restorer
from pomichnyk.tidy._shelf import Shelf
from pomichnyk.tidy._track import Track


def undone(folder: str | os.PathLike[str], track: Track) -> Undone:
    """Undo the latest run over a folder; see ``pomichnyk.tidy.undo``."""
    start = time.monotonic()
    here = os.path.realpath(folder)
    with open_folder(here) as root:
        names = journals(root)
        report = _undo_one(root, here, names[-1], track) if names else Undone()
    report.earlier = len(names[:-1])
    report.seconds = time.monotonic() - start
    return report


def _undo_one(root: Folder, here: str, name: str, track: Track) -> Undone:
    with reading(root, name) as recorded:
        report = _undo(root, here, recorded, track)
        if not report.failed:
            root.remove(name)
    return report


def _undo(root: Folder, here: str, recorded: Recorded, track: Track) -> Undone:
    told = history(recorded.records)
    into = str(Path(here, told.into))
    with ExitStack() as opened:
        base: Folder | None = None
        with suppress(FileNotFoundError, NotADirectoryError):
            base = opened.enter_context(open_folder(into))
        old, new = (opened.enter_context(Shelf(one)) for one in (root, base))
        restorer = Restorer(old, new, told, recorded.back)
        for folder in reversed(told.removed):
            restorer.make_folder(folder)
        files = track(reversed(told.moves), Text("Putting back"), len(told.moves))
        later = [filed for filed in files if not restorer.restore(filed)]
        _remove_made(into, told.made)
        for filed in later:
            restorer.restore_at_last(filed)
    _remove_made(into, told.made)
    return restorer.report


def _remove_made(into: str, made: Sequence[str]) -> None:
    """Remove the destinations that the run made, if nobody has put anything there since."""
    for key in reversed(made):
        with suppress(OSError):
            Path(os.path.normpath(Path(into, key))).rmdir()
