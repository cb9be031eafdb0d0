"""Kills sorting at random moments, undoes it, and compares the tree; a program of its own.

Usage: tidy_killer.py FOLDER ENGINE WAY POINTS SEED. WAY is the one that files are moved in:
rename, link, replace or copy. It forks a child for each point; the child dies by SIGKILL after a
random number of steps: moves, folders made or removed, files opened, halves of journal lines.
Half of the undoings are killed as well, and done again. Prints how many children died.
"""

from __future__ import annotations

import ctypes
import errno
import os
import random
import signal
import stat
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest.mock import patch

from pomichnyk.tidy import _described, tidy, undo

WATCHED = frozenset(("os.mkdir", "os.rmdir", "os.remove", "os.rename", "os.link", "open"))
MOST_STEPS = {"rename": 190, "link": 400, "replace": 400, "copy": 700}
UNDOING = 300


class Countdown:
    """Kills the process at its last step."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self) -> None:
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(self, event: str, _arguments: object) -> None:
        if event in WATCHED:
            self.step()


def grow(root: Path) -> None:
    for number in range(72):
        folder = root / "junk" / f"d{number % 7}" / f"e{number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        name = (
            "photo.jpg" if number % 4 == 0 else f"f{number}.{('txt', 'jpg', 'tar.gz')[number % 3]}"
        )
        (folder / name).write_text(str(number))
    (root / "junk" / "jpg").mkdir()
    (root / "junk" / "jpg" / "photo.jpg").write_text("was here")
    (root / "junk" / "d0" / "empty").mkdir(mode=0o700)
    os.link(root / "junk" / "d1" / "e1" / "f1.jpg", root / "junk" / "d2" / "f1.jpg")


def facts(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return mode, time of change and content of everything below; of a folder its mode."""
    found = {}
    for path in root.rglob("*"):
        status = path.lstat()
        content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[str(path)] = status.st_mode, status.st_mtime_ns if content else 0, content
    return found


def doomed(steps: int, work: Callable[[], object]) -> bool:
    """Do some work in a child that dies after so many steps; return whether it died."""
    child = os.fork()
    if child == 0:
        countdown = Countdown(steps)
        watch(countdown)
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


def watch(countdown: Countdown) -> None:
    sys.addaudithook(countdown.hear)
    rename, write = vars(_described)["renameat2"], os.write

    def renaming(*arguments: object) -> int:
        done: int = rename(*arguments)
        countdown.step()
        return done

    def writing(file: int, data: bytes) -> int:
        if countdown.left == 1:
            write(file, data[: len(data) // 2])
        countdown.step()
        return write(file, data)

    patch.object(_described, "renameat2", renaming).start()
    patch.object(os, "write", writing).start()


def without(way: str) -> None:
    """Take away the better ways to move a file."""
    if way == "rename":
        return
    real = vars(_described)["renameat2"]
    number = errno.EXDEV if way == "copy" else errno.ENOSYS

    def renaming(source: int, name: bytes, target: int, new: bytes, flags: int) -> int:
        if way == "copy" and os.path.sameopenfile(source, target):
            return int(real(source, name, target, new, flags))
        ctypes.set_errno(number)
        return -1

    patch.object(_described, "renameat2", renaming).start()
    if way == "replace":
        patch.object(_described.DescribedFolder, "link", refuse).start()  # as on FAT


def refuse(_folder: object, name: str, *_: object) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), name)


def main(root: Path, engine: str, way: str, points: int, seed: int) -> None:
    chance = random.Random(seed)
    tidy(root, engine)  # imports what it needs, which shall not count as steps
    grow(root)
    before = facts(root)
    without(way)
    sort = partial(tidy, root / "junk", engine, workers=2)
    died = 0
    for point in range(points):
        steps = chance.randint(1, MOST_STEPS[way])
        died += doomed(steps, sort)
        if chance.random() < 0.5:
            doomed(chance.randint(1, UNDOING), partial(undo, root / "junk"))
        done = undo(root / "junk")
        again = undo(root / "junk")
        after = facts(root)
        if after != before or done.failed or done.missing or again.found:
            changed = sorted(set(before.items()) ^ set(after.items()))
            sys.exit(f"point {point}, killed after {steps} steps: {changed} {done} {again}")
    sys.stdout.write(f"{died}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
