"""Systems that lack what Linux has: the same promises are kept in other ways."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pomichnyk.tidy import _described, _linux, _named, _opening, tidy, undo
from pomichnyk.tidy._described import DescribedFolder
from pomichnyk.tidy._named import NamedFolder
from pomichnyk.tidy._opening import open_folder

Patch = pytest.MonkeyPatch


def no_such_call(*_: object) -> int:
    ctypes.set_errno(errno.ENOSYS)
    return -1


def refuse(_folder: object, name: str, *_: object) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), name)


def no_links(patch: Patch) -> None:
    patch.setattr(_described, "renameat2", no_such_call)
    patch.setattr(DescribedFolder, "link", refuse)


def by_names(patch: Patch) -> None:
    patch.setattr(_opening, "DESCRIPTORS", False)


def by_names_on_windows(patch: Patch) -> None:
    by_names(patch)
    patch.setattr(_named, "RENAME_KEEPS", True)
    rename = Path.rename

    def keeping(self: Path, target: Path) -> Path:
        if target.exists():
            raise FileExistsError(errno.EEXIST, "exists", str(target))
        return rename(self, target)

    patch.setattr(Path, "rename", keeping)


def by_names_without_links(patch: Patch) -> None:
    by_names(patch)
    patch.setattr(NamedFolder, "link", refuse)


WAYS: dict[str, Callable[[Patch], None]] = {
    "no openat2": lambda patch: patch.setattr(_linux, "_syscall", no_such_call),
    "no renameat2": lambda patch: patch.setattr(_described, "renameat2", no_such_call),
    "no links": no_links,
    "no descriptors": by_names,
    "no descriptors, no links": by_names_without_links,
    "Windows": by_names_on_windows,
}


def tree(root: Path) -> dict[str, object]:
    return {
        str(path.relative_to(root)): path.stat().st_mode if path.is_dir() else path.read_bytes()
        for path in root.rglob("*")
    }


@pytest.fixture(params=WAYS)
def junk(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: Patch) -> Path:
    WAYS[request.param](monkeypatch)
    for number in range(40):
        folder = tmp_path / f"d{number % 7}/e{number % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ("a.jpg" if number % 4 == 0 else f"{number}.txt")).write_text(str(number))
    (tmp_path / "jpg").mkdir(mode=0o750)
    (tmp_path / "jpg/a.jpg").write_text("was here")
    (tmp_path / "d0/empty").mkdir(mode=0o700)
    return tmp_path


def test_sorting_and_undoing_keep_everything(junk: Path) -> None:
    before = tree(junk)
    done = tidy(junk)
    after = {name: content for name, content in tree(junk).items() if ".pomichnyk" not in name}

    assert (done.moved, done.failed, done.removed) == (40, [], 29)
    assert sorted(content for content in after.values() if isinstance(content, bytes)) == sorted(
        content for content in before.values() if isinstance(content, bytes)
    )
    assert after["jpg/a.jpg"] == b"was here"
    assert tidy(junk).moved == 0
    assert undo(junk).restored == 40
    assert tree(junk) == before


def test_links_to_folders_are_not_walked_through(junk: Path, tmp_path: Path) -> None:
    (junk / "d1/link").symlink_to(junk / "d2")
    with open_folder(str(junk)) as folder:
        for path in ("d1/link", "d1/link/e0"):
            with pytest.raises(OSError, match="link") as raised:
                folder.child(path)
            assert raised.value.errno in (errno.ENOTDIR, errno.ELOOP)


def test_folder_by_name_must_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        NamedFolder(tmp_path / "file")


def test_system_without_a_call_is_told_so(monkeypatch: Patch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    missing: Any = _linux._function("renameat2")

    assert missing(1, b"a", 2, b"b", 0) == -1
    assert _linux.failure("a").errno == errno.ENOSYS


def test_other_errors_of_opening_are_passed_on(tmp_path: Path) -> None:
    with open_folder(str(tmp_path)) as folder, pytest.raises(FileNotFoundError):
        folder.child("nothing")
