"""Moves: each way never replaces a file, and cleans up behind itself when it fails."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pomichnyk.tidy._described import DescribedFolder
from pomichnyk.tidy._moving import move

Patch = pytest.MonkeyPatch
Folders = tuple[DescribedFolder, DescribedFolder]


def failing(number: int) -> Callable[..., Any]:
    def fail(_folder: object, name: str, *_: object) -> None:
        raise OSError(number, os.strerror(number), name)

    return fail


def across(patch: Patch) -> None:
    rename = DescribedFolder.rename

    def renaming(self: DescribedFolder, name: str, target: DescribedFolder, new: str) -> None:
        if self.identity != target.identity:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), name)
        rename(self, name, target, new)

    patch.setattr(DescribedFolder, "rename", renaming)


def linking(patch: Patch) -> None:
    patch.setattr(DescribedFolder, "rename", failing(errno.EINVAL))


def replacing(patch: Patch) -> None:
    linking(patch)
    patch.setattr(DescribedFolder, "link", failing(errno.EPERM))


WAYS: dict[str, Callable[[Patch], None]] = {
    "rename": lambda _: None,
    "link": linking,
    "replace": replacing,
    "copy": across,
}


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[Folders]:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    (tmp_path / "old/a").write_text("mine")
    with (
        DescribedFolder.at(str(tmp_path / "old")) as old,
        DescribedFolder.at(str(tmp_path / "new")) as new,
    ):
        yield old, new


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: Patch) -> str:
    WAYS[request.param](monkeypatch)
    return str(request.param)


def below(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*/*")}


def silent(_new: str, _inode: int) -> None:
    pass


def test_file_gets_its_new_place(way: str, folders: Folders, tmp_path: Path) -> None:
    noted: list[str] = []
    move(folders[0], "a", folders[1], "b", lambda new, _: noted.append(new))

    assert below(tmp_path) == {"new/b": "mine"}
    assert noted[-1:] == ([] if way == "rename" else ["b"])


def test_taken_name_is_never_replaced(way: str, folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "new/b").write_text("theirs")
    with pytest.raises(FileExistsError):
        move(folders[0], "a", folders[1], "b", silent)

    assert below(tmp_path) == {"new/b": "theirs", "old/a": "mine"}


def test_name_that_is_taken_at_the_last_moment_is_not_replaced(
    way: str, folders: Folders, tmp_path: Path, monkeypatch: Patch
) -> None:
    (tmp_path / "new/b").write_text("theirs")
    monkeypatch.setattr(DescribedFolder, "find", lambda *_: None)
    with pytest.raises(FileExistsError):
        move(folders[0], "a", folders[1], "b", silent)

    assert below(tmp_path) == {"new/b": "theirs", "old/a": "mine"}


def test_source_that_cannot_be_removed_stays_alone(
    way: str, folders: Folders, tmp_path: Path, monkeypatch: Patch
) -> None:
    remove = DescribedFolder.remove

    def removing(self: DescribedFolder, name: str) -> None:
        if name == "a":
            raise PermissionError(errno.EACCES, "no")
        remove(self, name)

    monkeypatch.setattr(DescribedFolder, "remove", removing)
    monkeypatch.setattr(DescribedFolder, "replace", failing(errno.EACCES))
    if way == "rename":
        monkeypatch.setattr(DescribedFolder, "rename", failing(errno.EACCES))
    with pytest.raises(PermissionError):
        move(folders[0], "a", folders[1], "b", silent)

    assert below(tmp_path) == {"old/a": "mine"}


def test_last_name_of_a_file_is_never_removed(
    folders: Folders, tmp_path: Path, monkeypatch: Patch
) -> None:
    linking(monkeypatch)
    link = DescribedFolder.link

    def overtaken(self: DescribedFolder, name: str, target: DescribedFolder, new: str) -> None:
        link(self, name, target, new)
        (tmp_path / "old/a").unlink()

    monkeypatch.setattr(DescribedFolder, "link", overtaken)
    move(folders[0], "a", folders[1], "b", silent)

    assert below(tmp_path) == {"new/b": "mine"}


def test_second_of_two_links_gives_way_to_the_first(
    folders: Folders, tmp_path: Path, monkeypatch: Patch
) -> None:
    linking(monkeypatch)
    link = DescribedFolder.link

    def overtaken(self: DescribedFolder, name: str, target: DescribedFolder, new: str) -> None:
        link(self, name, target, new)
        (tmp_path / "old/a").rename(tmp_path / "new/theirs")

    monkeypatch.setattr(DescribedFolder, "link", overtaken)
    with pytest.raises(FileNotFoundError):
        move(folders[0], "a", folders[1], "b", silent)

    assert below(tmp_path) == {"new/theirs": "mine"}


def test_copy_stays_when_the_original_is_taken_away(
    folders: Folders, tmp_path: Path, monkeypatch: Patch
) -> None:
    across(monkeypatch)
    monkeypatch.setattr(DescribedFolder, "flush", lambda _: (tmp_path / "old/a").unlink())
    move(folders[0], "a", folders[1], "b", silent)

    assert below(tmp_path) == {"new/b": "mine"}


def test_file_that_changes_while_it_is_copied_stays(
    folders: Folders, tmp_path: Path, monkeypatch: Patch
) -> None:
    across(monkeypatch)

    def changing(old: Any, new: Any, _size: int) -> None:
        new.write(old.read())
        (tmp_path / "old/a").write_text("mine, changed")

    monkeypatch.setattr(shutil, "copyfileobj", changing)
    with pytest.raises(OSError, match="changed while"):
        move(folders[0], "a", folders[1], "b", silent)

    assert below(tmp_path) == {"old/a": "mine, changed"}


def test_fifo_that_takes_the_files_place_is_not_copied(
    folders: Folders, tmp_path: Path, monkeypatch: Patch
) -> None:
    across(monkeypatch)
    (tmp_path / "old/a").unlink()
    os.mkfifo(tmp_path / "old/a")
    with pytest.raises(OSError, match="no longer a file"):
        move(folders[0], "a", folders[1], "b", silent)

    assert [path.name for path in tmp_path.rglob("*/*")] == ["a"]


def test_copy_keeps_extended_attributes(
    folders: Folders, tmp_path: Path, monkeypatch: Patch
) -> None:
    across(monkeypatch)
    try:
        os.setxattr(tmp_path / "old/a", "user.colour", b"red")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    move(folders[0], "a", folders[1], "b", silent)

    assert os.getxattr(tmp_path / "new/b", "user.colour") == b"red"


def test_copy_does_without_what_the_system_lacks(
    folders: Folders, tmp_path: Path, monkeypatch: Patch
) -> None:
    across(monkeypatch)
    for name in ("fchown", "listxattr", "fchmod"):
        monkeypatch.delattr(os, name)
    monkeypatch.setattr(os, "supports_fd", frozenset())
    move(folders[0], "a", folders[1], "b", silent)

    assert below(tmp_path) == {"new/b": "mine"}


def test_no_way_at_all_is_an_error(folders: Folders, tmp_path: Path, monkeypatch: Patch) -> None:
    replacing(monkeypatch)
    monkeypatch.setattr(DescribedFolder, "replace", failing(errno.EPERM))
    with pytest.raises(PermissionError):
        move(folders[0], "a", folders[1], "b", silent)

    assert below(tmp_path) == {"old/a": "mine"}
