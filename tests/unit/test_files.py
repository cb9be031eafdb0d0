"""Files: replaced wholly or not at all."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from pomichnyk.errors import InvalidValueError, NotFoundError, PomichnykError, UnavailableError
from pomichnyk.files import replacing, told

OLD, NEW = b"the old content", b"the new content, which is longer"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.json"
    path.write_bytes(OLD)
    return path


def test_new_content_takes_the_place_of_the_old(book: Path) -> None:
    with replacing(book) as file:
        file.write(NEW)

        assert book.read_bytes() == OLD

    assert book.read_bytes() == NEW
    assert [*book.parent.iterdir()] == [book]


def test_a_file_that_was_not_there_is_made(tmp_path: Path) -> None:
    with replacing(str(tmp_path / "book.json")) as file:
        file.write(NEW)

    assert (tmp_path / "book.json").read_bytes() == NEW


@pytest.mark.parametrize("problem", [ValueError, KeyboardInterrupt])
def test_a_block_that_raises_leaves_the_old_file_and_nothing_else(
    book: Path, problem: type[BaseException]
) -> None:
    def write_half() -> None:
        with replacing(book) as file:
            file.write(NEW)
            raise problem

    with pytest.raises(problem):
        write_half()

    assert book.read_bytes() == OLD
    assert [*book.parent.iterdir()] == [book]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_permissions_of_the_old_file_are_kept(book: Path, mode: int) -> None:
    book.chmod(mode)

    with replacing(book) as file:
        draft = next(path for path in book.parent.iterdir() if path != book)
        draft_mode = draft.stat().st_mode & 0o777
        file.write(NEW)

    assert draft_mode == book.stat().st_mode & 0o777 == mode


def test_permissions_of_a_new_file_are_the_usual_ones(tmp_path: Path) -> None:
    (tmp_path / "usual").write_bytes(b"")

    with replacing(tmp_path / "ours") as file:
        file.write(NEW)

    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_link_stays_and_the_file_it_points_to_is_replaced(book: Path, tmp_path: Path) -> None:
    link = tmp_path / "folder" / "link"
    link.parent.mkdir()
    link.symlink_to("../book.json")

    with replacing(link) as file:
        file.write(NEW)

    assert link.is_symlink()
    assert book.read_bytes() == NEW
    assert [*link.parent.iterdir()] == [link]


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()

    with replacing(pipe) as file:
        file.write(NEW)
    reader.join()

    assert read == [NEW]
    assert pipe.is_fifo()


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), replacing(tmp_path):
        pytest.fail("nothing can be written there")


def test_a_file_whose_owner_protects_it_is_refused(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # who runs this may be root

    with pytest.raises(PermissionError, match=r"book\.json"), replacing(book):
        pytest.fail("nothing may be written there")

    assert book.read_bytes() == OLD


def test_content_is_synced_before_the_rename_and_the_folder_after_it(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[str, bytes]] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(descriptor: int) -> None:
        steps.append((Path(f"/proc/self/fd/{descriptor}").readlink().suffix, book.read_bytes()))
        real_sync(descriptor)

    def replace(draft: Path, target: Path) -> Path:
        steps.append(("rename", draft.read_bytes()))
        return real_replace(draft, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    with replacing(book) as file:
        file.write(NEW)

    assert steps == [(".draft", OLD), ("rename", NEW), ("", NEW)]


def test_where_a_folder_cannot_be_synced_the_file_is_written_all_the_same(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_DIRECTORY")

    with replacing(book) as file:
        file.write(NEW)

    assert book.read_bytes() == NEW


@pytest.mark.parametrize(
    ("error", "ours", "words"),
    [
        (FileNotFoundError(errno.ENOENT, "no", "/a/b"), NotFoundError, "there is no /a/b"),
        (FileNotFoundError(), NotFoundError, "there is no book"),
        (IsADirectoryError(), InvalidValueError, "a file, not a folder"),
        (PermissionError(13, "Permission denied"), UnavailableError, "book: Permission denied"),
        (OSError("odd"), UnavailableError, "book: odd"),
    ],
)
def test_what_the_system_says_is_told(
    error: OSError, ours: type[PomichnykError], words: str
) -> None:
    with pytest.raises(ours, match=words), told("book"):
        raise error
