"""Sorting where the system sets limits: rights, open files, space, devices, others at work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from pomichnyk.tidy import Engine, Reason, _plan, _sorter, tidy, undo

NOBODY = 65534
RUN = """
import dataclasses, json, os, resource, sys, tempfile
from pomichnyk.tidy import tidy, undo
folder, engine, options, before = json.loads(sys.argv[1])
with tempfile.TemporaryDirectory() as warm:
    tidy(warm, engine)  # what it imports may be out of reach later on
exec(before)
print(json.dumps(dataclasses.asdict(tidy(folder, engine, **options))))
"""
DROP_RIGHTS = f"""
if os.geteuid() == 0:
    os.setgroups([]), os.setgid({NOBODY}), os.setuid({NOBODY})
"""
FEW_FILES = "resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))"
SMALL_DISK = """
import atexit, subprocess
atexit.register(lambda: print(json.dumps(os.listdir(options["into"] + "/txt"))))
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=250k", "tmpfs", options["into"]], check=True)
"""

engines = pytest.mark.parametrize("engine", Engine.names())


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a folder that any user can reach."""
    with TemporaryDirectory(dir="/var/tmp") as made:
        Path(made).chmod(0o777)
        yield Path(made)


def start(
    folder: Path, engine: str, before: str = "", *prefix: str, **options: str
) -> subprocess.Popen[str]:
    arguments = json.dumps([str(folder), engine, options, before])
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", RUN, arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Who has no rights cannot write down what was covered.
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")}
        if before == DROP_RIGHTS
        else None,
    )


def report(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate()

    assert err == ""
    answer: dict[str, Any] = json.loads(out)
    return answer


def grow(root: Path, files: Sequence[str], owner: int = -1) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    if os.geteuid() == 0 and owner >= 0:
        for path in [root, *root.rglob("*")]:
            os.chown(path, owner, owner)


def contents(*roots: Path) -> list[str]:
    return sorted(
        path.read_text()
        for root in roots
        for path in root.rglob("*")
        if path.is_file() and ".pomichnyk-" not in path.name
    )


@engines
@pytest.mark.parametrize("mode", [0o000, 0o555])
def test_folder_without_rights_is_reported_and_the_rest_goes_on(
    open_folder: Path, engine: str, mode: int
) -> None:
    junk = open_folder / "junk"
    grow(junk, ["bad/x.txt", "ok/a.txt"], NOBODY)
    (junk / "bad").chmod(mode)
    done = report(start(junk, engine, DROP_RIGHTS))
    (junk / "bad").chmod(0o755)

    assert done["failed"] == [
        {"path": "bad" if mode == 0 else "bad/x.txt", "why": "Permission denied"}
    ]
    assert contents(junk) == ["bad/x.txt", "ok/a.txt"]
    assert (junk / "txt/a.txt").is_file()


@engines
def test_folder_that_must_not_be_written_is_refused_whole(open_folder: Path, engine: str) -> None:
    junk = open_folder / "junk"
    grow(junk, ["x/a.txt"], NOBODY)
    junk.chmod(0o555)
    process = start(junk, engine, DROP_RIGHTS)
    _, err = process.communicate()
    junk.chmod(0o755)

    assert "UnavailableError: the folder cannot be given a journal: Permission denied" in err
    assert (junk / "x/a.txt").is_file()


@engines
def test_few_open_files_are_enough_for_many_folders(tmp_path: Path, engine: str) -> None:
    junk = tmp_path / "junk"
    names = [f"d{number}/f{number}.e{number % 300}" for number in range(3000)]
    grow(junk, names)
    done = report(start(junk, engine, FEW_FILES))

    assert (done["moved"], done["removed"], done["failed"]) == (3000, 3000, [])
    assert contents(junk) == sorted(names)
    assert undo(junk).restored == 3000
    assert sorted(str(path.relative_to(junk)) for path in junk.rglob("*.e*")) == sorted(names)


@pytest.mark.parametrize("into", ["", "out"])
def test_two_runs_at_once_lose_nothing(tmp_path: Path, into: str) -> None:
    junk = tmp_path / "junk"
    names = [
        f"d{number % 97}/f{number % 700}_{number % 3}.txt"
        if number % 2
        else f"e{number % 97}/f{number}.txt"
        for number in range(3000)
    ]
    grow(junk, names)
    options = {"into": str(tmp_path / into)} if into else {}
    running = [start(junk, engine, **options) for engine in (*Engine.names(), "threads")]
    done = [report(one) for one in running]

    assert sum(one["moved"] for one in done) == len(set(names))
    assert [one["failed"] for one in done] == [[]] * 3
    assert contents(tmp_path) == sorted(set(names))
    while undo(junk).found:
        pass
    assert all((junk / name).read_text() == name for name in names)


def isolated() -> list[str]:
    """Return the words before a command by which it may mount file systems of its own."""
    words = (
        ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    )
    if subprocess.run([*words, "true"], check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here: run as root, or allow user namespaces")
    return words


@engines
def test_full_disk_leaves_what_does_not_fit(tmp_path: Path, engine: str) -> None:
    junk, out = tmp_path / "junk", tmp_path / "out"
    grow(junk, [f"x/{number}.txt" for number in range(5)])
    out.mkdir()
    for number in range(5):
        (junk / f"x/{number}.txt").write_bytes(bytes(100_000))
    process = start(junk, engine, SMALL_DISK, *isolated(), into=str(out))
    text, err = process.communicate()
    first, _, listed = text.partition("\n")
    done = json.loads(first)

    assert err == ""
    assert done["moved"] == 2
    assert {one["why"] for one in done["failed"]} == {"No space left on device"}
    assert len(list(junk.rglob("*.txt"))) == 5 - done["moved"] == len(done["failed"])
    assert len(json.loads(listed)) == done["moved"]


@engines
def test_file_systems_below_are_sorted_by_copies(tmp_path: Path, engine: str) -> None:
    junk = tmp_path / "junk"
    grow(junk, ["a.txt", "mounted/keep"])
    script = f"""
import subprocess
subprocess.run(["mount", "-t", "tmpfs", "tmpfs", {str(junk / "mounted")!r}], check=True)
for name in ("b.txt", "c.txt"):
    with open({str(junk)!r} + "/mounted/" + name, "w") as file:
        file.write(name)
"""
    done = report(start(junk, engine, script, *isolated()))

    assert (done["moved"], done["failed"]) == (3, [])
    assert contents(junk / "txt") == ["a.txt", "b.txt", "c.txt"]


@engines
@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no second file system")
def test_other_device_keeps_all_there_is_to_know(tmp_path: Path, engine: str) -> None:
    junk = tmp_path / "junk"
    grow(junk, ["x/a.txt", "y/a.txt"])
    script = junk / "x/run.sh"
    script.write_text("#!/bin/sh")
    script.chmod(0o751)
    os.utime(script, ns=(1_000_000_001, 2_000_000_002))
    facts = script.stat()
    with TemporaryDirectory(dir="/dev/shm") as out:
        done = tidy(junk, engine, into=out)
        moved = (Path(out) / "sh/run.sh").stat()

        assert (done.moved, done.failed) == (3, [])
        assert moved.st_dev != facts.st_dev
        assert (moved.st_mode, moved.st_mtime_ns) == (facts.st_mode, facts.st_mtime_ns)
        assert contents(Path(out)) == ["#!/bin/sh", "x/a.txt", "y/a.txt"]
        assert undo(junk).restored == 3
        assert [*Path(out).iterdir()] == []
    assert (script.stat().st_mode, script.stat().st_mtime_ns) == (facts.st_mode, facts.st_mtime_ns)
    assert sorted(path.name for path in junk.iterdir()) == ["x", "y"]


@engines
def test_files_that_vanish_meanwhile_are_told(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(tmp_path, ["x/a.txt", "x/b.txt", "y/c.txt"])
    planned = _plan.planned

    def overtaken(*arguments: Any) -> Any:
        batch = planned(*arguments)
        (tmp_path / "x/b.txt").unlink(missing_ok=True)
        if (tmp_path / "y/c.txt").exists():
            (tmp_path / "y/c.txt").unlink()
            (tmp_path / "y").rmdir()
        return batch

    monkeypatch.setattr(_sorter, "planned", overtaken)
    done = tidy(tmp_path, engine, workers=1)

    assert (done.moved, done.failed) == (1, [])
    assert {(one.path, one.reason) for one in done.left} <= {
        ("x/b.txt", Reason.GONE),
        ("y", Reason.GONE),
    }
    assert done.left
    assert contents(tmp_path) == ["x/a.txt"]
