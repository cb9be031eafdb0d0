"""The tidy commands, as lines that a person types."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pomichnyk.commands.tidy import ENGINES, SHOWN, WAYS
from pomichnyk.tidy import Engine
from pomichnyk.tidy._names import KEYS

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def junk(tmp_path: Path) -> Path:
    for name in ("x/a.JPG", "x/y/b.tar.gz", ".hidden", "x/c.iso"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "link").symlink_to("x")
    return tmp_path


def test_choices_are_what_there_is() -> None:
    assert sorted(ENGINES) == Engine.names()
    assert tuple(KEYS) == WAYS


def test_plan_is_shown_and_nothing_is_moved(run: Run, junk: Path) -> None:
    code, out, err = run("tidy", str(junk), "--dry-run", "--by", "category")

    assert (code, err) == (0, "")
    assert sorted(out.splitlines()) == [
        "x/a.JPG\timages/a.JPG", "x/c.iso\tarchives/c.iso", "x/y/b.tar.gz\tarchives/b.tar.gz",
    ]  # fmt: skip
    assert (junk / "x/y/b.tar.gz").is_file()


@pytest.mark.parametrize("engine", ENGINES)
def test_report_tells_what_was_done(run: Run, junk: Path, engine: str) -> None:
    code, out, err = run(
        "tidy", str(junk), "--engine", engine, "--exclude", "*.iso", "--workers", "2"
    )
    lines = out.splitlines()

    assert (code, err) == (0, "")
    assert lines[:6] == [
        f"Sorted {junk}", "moved\t2 files", "removed\t1 empty folder", "left alone\t1 hidden",
        "left alone\t1 excluded", "left alone\t1 link",
    ]  # fmt: skip
    assert lines[6].startswith("took\t")
    assert lines[6].endswith(" files per second")


def test_second_run_says_that_all_is_in_place(run: Run, junk: Path) -> None:
    run("tidy", str(junk), "--hidden")

    assert "left alone\t4 in place already" in run("tidy", str(junk), "--hidden")[1]
    assert run("tidy", str(junk), "--hidden", "--dry-run")[1] == ""


def test_failures_make_an_exit_code_of_their_own(run: Run, junk: Path) -> None:
    out = junk / "out"
    out.mkdir()
    (out / "txt").write_text("in the way")
    for number in range(SHOWN + 2):
        (junk / f"{number:02}.txt").write_text("")
    code, text, _ = run("tidy", str(junk), "--into", str(out), "--exclude", "out")

    assert code == 7
    assert "failed\t00.txt: “txt” is in the way: it is no folder" in text
    assert "failed\tand 2 more" in text


def test_undo_puts_everything_back(run: Run, junk: Path) -> None:
    run("tidy", str(junk))
    run("tidy", str(junk), "--hidden")
    code, out, _ = run("tidy", "undo", str(junk))

    assert code == 0
    assert out.splitlines() == [
        f"Undid the sorting of {junk}", "put back\t1 file",
        "history\t1 earlier sorting can be undone",
    ]  # fmt: skip
    assert run("tidy", "undo", str(junk))[1].splitlines()[1:] == ["put back\t3 files"]
    assert run("tidy", "undo", str(junk))[:2] == (0, f"there is nothing to undo in {junk}\n")
    assert (junk / "x/y/b.tar.gz").read_text() == "x/y/b.tar.gz"


def test_undo_tells_what_it_cannot_find(run: Run, junk: Path) -> None:
    run("tidy", str(junk))
    (junk / "iso/c.iso").unlink()
    code, out, _ = run("tidy", "undo", str(junk))

    assert code == 7
    assert "not found\tx/c.iso" in out


@pytest.mark.parametrize(
    ("words", "code"),
    [(["nothing"], 3), (["x/a.JPG"], 4), ([".", "--workers", "0"], 4), ([".", "--by", "size"], 2)],
)
def test_what_cannot_be_done_is_one_line(run: Run, junk: Path, words: list[str], code: int) -> None:
    exit_code, out, err = run("tidy", str(junk / words[0]), *words[1:])

    assert (exit_code, out, err.count("\n")) == (code, "", 1)
    assert (junk / "x/a.JPG").is_file()


def test_program_reads_one_document(run: Run, junk: Path) -> None:
    plan = json.loads(run("tidy", str(junk), "--dry-run", view="json")[1])
    record = json.loads(run("tidy", str(junk), view="json")[1])
    undone = json.loads(run("tidy", "undo", str(junk), view="json")[1])

    assert {"from": "x/a.JPG", "to": "jpg/a.JPG"} in plan
    assert (record["moved"], record["removed"], record["failed"]) == (3, 2, [])
    assert {"path": "link", "reason": "link"} in record["left"]
    assert record["rate"] == pytest.approx(3 / record["seconds"], rel=0.01)
    assert (undone["restored"], undone["missing"], undone["earlier"]) == (3, [], 0)
