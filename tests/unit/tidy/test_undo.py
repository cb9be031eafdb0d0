"""Undoing: after the user changed things, after a journal was cut off, while others are at work."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pomichnyk.errors import ConflictError, NotFoundError, UnavailableError
from pomichnyk.tidy import Failure, _journal, _undo, tidy, undo


@pytest.fixture
def junk(tmp_path: Path) -> Path:
    for name in ("x/a.txt", "y/b.txt", "z/a.txt"):
        path = tmp_path / "junk" / name
        path.parent.mkdir(parents=True)
        path.write_text(name)
    return tmp_path / "junk"


def files(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): path.read_text()
        for path in root.rglob("*")
        if path.is_file() and ".pomichnyk-" not in path.name
    }


def journal(junk: Path) -> Path:
    return next(junk.glob(".pomichnyk-tidy-*"))


def test_nothing_to_undo_is_no_error(junk: Path) -> None:
    before = files(junk)

    assert not undo(junk).found
    assert files(junk) == before


def test_missing_folder_is_refused(junk: Path) -> None:
    with pytest.raises(NotFoundError):
        undo(junk / "nothing")


def test_file_that_was_removed_is_told_and_the_rest_is_put_back(junk: Path) -> None:
    tidy(junk)
    (junk / "txt/b.txt").unlink()
    done = undo(junk)

    assert (done.restored, done.missing, done.failed) == (2, ["y/b.txt"], [])
    assert files(junk) == {"x/a.txt": "x/a.txt", "z/a.txt": "z/a.txt"}
    assert not undo(junk).found


def test_file_that_a_program_saved_anew_is_put_back(junk: Path) -> None:
    tidy(junk)
    (junk / "new").write_text("edited")
    (junk / "new").replace(junk / "txt/b.txt")
    done = undo(junk)

    assert (done.restored, done.missing) == (3, [])
    assert files(junk)["y/b.txt"] == "edited"


def test_file_whose_old_place_is_taken_waits(junk: Path) -> None:
    tidy(junk)
    (junk / "y").mkdir()
    (junk / "y/b.txt").write_text("mine")
    done = undo(junk)

    assert (done.restored, done.failed) == (2, [Failure("y/b.txt", "its old place is taken")])
    assert files(junk) == {
        "x/a.txt": "x/a.txt", "z/a.txt": "z/a.txt", "y/b.txt": "mine", "txt/b.txt": "y/b.txt",
    }  # fmt: skip
    (junk / "y/b.txt").unlink()
    assert (undo(junk).restored, undo(junk).found) == (1, False)
    assert files(junk)["y/b.txt"] == "y/b.txt"


def test_folder_whose_place_is_taken_by_a_file_is_told(junk: Path) -> None:
    tidy(junk)
    (junk / "y").write_text("mine")
    done = undo(junk)

    assert {one.path for one in done.failed} == {"y", "y/b.txt"}
    assert files(junk) == {
        "x/a.txt": "x/a.txt", "z/a.txt": "z/a.txt", "y": "mine", "txt/b.txt": "y/b.txt",
    }  # fmt: skip


def test_new_files_in_a_destination_stay(junk: Path) -> None:
    tidy(junk)
    (junk / "txt/new.txt").write_text("new")
    undo(junk)

    assert files(junk)["txt/new.txt"] == "new"
    assert len(files(junk)) == 4


def test_destinations_may_be_gone(junk: Path, tmp_path: Path) -> None:
    tidy(junk, into=tmp_path / "out")
    (tmp_path / "out").rename(tmp_path / "away")
    done = undo(junk)

    assert sorted(done.missing) == ["x/a.txt", "y/b.txt", "z/a.txt"]
    assert sorted(files(tmp_path / "away")) == ["txt/a.txt", "txt/a_1.txt", "txt/b.txt"]


def test_folder_may_have_been_moved_with_its_destinations(junk: Path, tmp_path: Path) -> None:
    tidy(junk)
    junk.rename(tmp_path / "elsewhere")

    assert undo(tmp_path / "elsewhere").restored == 3
    assert sorted(files(tmp_path / "elsewhere")) == ["x/a.txt", "y/b.txt", "z/a.txt"]


def test_journal_may_be_cut_off_anywhere(junk: Path) -> None:
    before = files(junk)
    tidy(junk)
    whole = journal(junk).read_bytes()
    undo(junk)
    intent = whole.rindex(b"//moves\n") + len(b"//moves\n")
    for length in range(intent, len(whole)):
        tidy(junk)
        journal(junk).write_bytes(journal(junk).read_bytes()[:length])
        done = undo(junk)

        assert (done.missing, done.failed) == ([], [])
        assert files(junk) == before
        for folder in [path for path in junk.iterdir() if path.name not in ("x", "y", "z")]:
            folder.rmdir()


@pytest.mark.parametrize("name", [b"a\nb.txt", b"\xff.txt", b"moves", b'"[.txt', b"\n"])
def test_any_name_can_be_put_back(tmp_path: Path, name: bytes) -> None:
    place = tmp_path / os.fsdecode(b"[moves\n\xfe") / os.fsdecode(name)
    place.parent.mkdir()
    place.write_text("text")
    tidy(tmp_path)

    assert not place.exists()
    assert undo(tmp_path).restored == 1
    assert place.read_text() == "text"


@pytest.mark.parametrize("cut", [b"x", b"x//1/tx", b"x//1/txt/a.txt", b"x//1/txt/a.txt//move"])
def test_moves_that_were_not_recorded_whole_were_not_made(junk: Path, cut: bytes) -> None:
    name = ".pomichnyk-tidy-1-1-1.jsonl"
    (junk / name).write_bytes(b'["run",1,""]\n' + cut)
    before = files(junk)
    done = undo(junk)

    assert (done.found, done.restored, done.missing) == (True, 0, [])
    assert files(junk) == before
    assert not (junk / name).exists()


@pytest.mark.parametrize("line", [b"{}", b"5", b"\xff\xfe", b"[]", b'["unheard"]'])
def test_lines_that_say_nothing_are_passed_over(junk: Path, line: bytes) -> None:
    tidy(junk)
    with journal(junk).open("ab") as file:
        file.write(line + b"\n")

    assert undo(junk).restored == 3


def test_journal_of_another_version_is_refused(junk: Path) -> None:
    tidy(junk)
    text = journal(junk).read_text()
    journal(junk).write_text(text.replace('["run",1', '["run",2', 1))
    after = files(junk)
    with pytest.raises(UnavailableError, match="version"):
        undo(junk)

    assert files(junk) == after


def test_run_that_goes_on_is_not_undone(junk: Path) -> None:
    tidy(junk)
    with journal(junk).open("rb") as file:
        assert _journal.lock(file.fileno())
        with pytest.raises(ConflictError, match="right now"):
            undo(junk)

    assert undo(junk).restored == 3


def test_system_without_locks_undoes_all_the_same(
    junk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    tidy(junk)

    assert undo(junk).restored == 3


def test_journal_that_cannot_be_written_stops_only_what_it_is_about(
    junk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(junk)
    append = _journal._append

    def full(file: int, *records: Any) -> None:
        if records[0][0] in ("moves", "removed"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        append(file, *records)

    monkeypatch.setattr(_journal, "_append", full)
    done = tidy(junk)

    assert done.moved == done.removed == 0
    assert {one.path for one in done.failed} == {"x", "y", "z", "."}
    assert {one.why for one in done.failed} == {"No space left on device"}
    assert files(junk) == before


def test_new_names_that_cannot_be_recorded_are_found(
    junk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(junk)
    append = _journal._append

    def full(file: int, *records: Any) -> None:
        if records[0][0] in ("named", "done"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        append(file, *records)

    monkeypatch.setattr(_journal, "_append", full)
    tidy(junk)
    monkeypatch.undo()

    assert undo(junk).restored == 3
    assert files(junk) == before


def test_record_is_written_wholly_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b"before\n")
    pieces: Iterator[int | OSError] = iter([3, OSError(errno.ENOSPC, "full")])
    write = os.write

    def writing(file: int, data: bytes) -> int:
        piece: int | OSError = next(pieces, len(data))
        if isinstance(piece, OSError):
            raise piece
        return write(file, data[:piece])

    monkeypatch.setattr(os, "write", writing)
    file = os.open(path, os.O_WRONLY | os.O_APPEND)
    with pytest.raises(OSError, match="full"):
        _journal._append(file, ("done",))
    assert path.read_bytes() == b"before\n"
    _journal._append(file, ("done",))
    os.close(file)

    assert path.read_bytes() == b'before\n["done"]\n'


@pytest.mark.parametrize("step", [(_undo, "journals"), (_journal, "lock")])
def test_who_undoes_a_moment_later_undoes_no_other_run(
    junk: Path, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str]
) -> None:
    """Somebody else is done after the journal was found, or before it was locked."""
    tidy(junk)
    (junk / "later.pdf").touch()
    before = files(junk)
    tidy(junk)
    taken = getattr(*step)

    def after_another(argument: Any) -> Any:
        found = taken(argument) if step[0] is _undo else None
        monkeypatch.undo()
        assert undo(junk).restored == 1
        return found or taken(argument)

    monkeypatch.setattr(*step, after_another)
    with pytest.raises(ConflictError, match="try again later"):
        undo(junk)
    assert files(junk) == before


def test_a_run_whose_journal_is_undone_before_it_begins_writes_another(
    junk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(junk)

    def after_undoing(file: int) -> bool:
        monkeypatch.undo()
        assert undo(junk).restored == 0
        return _journal.lock(file)

    monkeypatch.setattr(_journal, "lock", after_undoing)
    assert tidy(junk).moved == 3

    assert undo(junk).restored == 3
    assert files(junk) == before


def test_undoing_at_once_is_done_once(junk: Path) -> None:
    tidy(junk)
    code = "import sys; from pomichnyk.tidy import undo; print(undo(sys.argv[1]).restored)"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, junk],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [one.communicate() for one in both]

    assert sum(int(out or 0) for out, _ in said) == 3
    assert all(not err or "ConflictError" in err for _, err in said)
    assert sorted(files(junk)) == ["x/a.txt", "y/b.txt", "z/a.txt"]
