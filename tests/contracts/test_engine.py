"""Every engine keeps every promise of tidying, asyncio on each library of async paths."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pomichnyk.errors import InvalidValueError, NotFoundError, UnavailableError
from pomichnyk.tidy import Engine, Failure, Reason, Report, _paths, plan, tidy, undo

Sort = Callable[..., Report]
ENGINES = [name for name in Engine.names() if name != "asyncio"]
LIBRARIES = [f"asyncio on {library}" for library, _ in _paths.LIBRARIES]


@pytest.fixture(params=[*ENGINES, *LIBRARIES])
def sort(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Sort:
    """Return ``tidy`` on one engine, and with one library."""
    engine, _, library = request.param.partition(" on ")
    if library:
        only = [one for one in _paths.LIBRARIES if one[0] == library]
        monkeypatch.setattr(_paths, "LIBRARIES", only)
    return lambda folder, **options: tidy(folder, engine, **options)


@pytest.fixture
def junk(tmp_path: Path) -> Path:
    folder = tmp_path / "junk"
    folder.mkdir()
    return folder


def grow(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Make files; a name that ends with a slash makes a folder."""
    for name, content in files.items():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def tree(root: Path) -> dict[str, str]:
    """Return what is below a folder: contents of files, targets of links, modes of folders."""
    found = {}
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_dir():
            found[name] = oct(path.stat().st_mode)
        else:
            found[name] = path.read_bytes().decode() if path.is_file() else "special"
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def files(root: Path) -> dict[str, str]:
    """Return the contents of the files below a folder, but for journals."""
    return {
        name: content
        for name, content in tree(root).items()
        if (root / name).is_file() and ".pomichnyk-" not in name
    }


def test_files_go_to_folders_of_their_extensions(sort: Sort, junk: Path) -> None:
    grow(junk, {"a.JPG": "1", "x/b.jpg": "2", "x/y/c.tar.gz": "3", "README": "4", "x/d.Gz": "5"})
    report = sort(junk)

    assert files(junk) == {
        "jpg/a.JPG": "1", "jpg/b.jpg": "2", "tar.gz/c.tar.gz": "3", "other/README": "4",
        "gz/d.Gz": "5",
    }  # fmt: skip
    assert (report.moved, report.removed, report.left, report.failed) == (5, 2, [], [])
    assert not (junk / "x").exists()


def test_files_go_to_folders_of_their_kinds(sort: Sort, junk: Path) -> None:
    grow(
        junk, {"a.JPG": "1", "b.mkv": "2", "c.tar.gz": "3", "d.py": "4", "e.odt": "5", "f.qqq": "6"}
    )
    sort(junk, by="category")

    assert sorted(files(junk)) == [
        "archives/c.tar.gz", "code/d.py", "documents/e.odt", "images/a.JPG", "other/f.qqq",
        "video/b.mkv",
    ]  # fmt: skip


def test_same_name_in_many_folders_is_kept_each_time(sort: Sort, junk: Path) -> None:
    grow(junk, {f"d{number}/photo.jpg": str(number) for number in range(50)})
    sort(junk)
    expected = ["photo.jpg", *(f"photo_{number}.jpg" for number in range(1, 50))]

    assert sorted(files(junk)) == sorted(f"jpg/{name}" for name in expected)
    assert sorted(files(junk).values()) == sorted(map(str, range(50)))


def test_taken_destination_name_is_kept(sort: Sort, junk: Path, tmp_path: Path) -> None:
    grow(tmp_path, {"out/jpg/a.jpg": "old", "out/tar.gz/a.tar.gz": "old"})
    grow(junk, {"a.jpg": "new", "a.tar.gz": "new"})
    sort(junk, into=tmp_path / "out")

    assert files(tmp_path / "out") == {
        "jpg/a.jpg": "old", "jpg/a_1.jpg": "new",
        "tar.gz/a.tar.gz": "old", "tar.gz/a_1.tar.gz": "new",
    }  # fmt: skip


def test_names_that_differ_by_case_are_kept(sort: Sort, junk: Path) -> None:
    grow(junk, {"x/A.TXT": "1", "y/a.txt": "2", "z/a.TXT": "3"})
    sort(junk)

    assert sorted(files(junk).values()) == ["1", "2", "3"]
    assert {Path(name).parent.name for name in files(junk)} == {"txt"}


def test_links_are_left_alone_and_never_followed(sort: Sort, junk: Path, tmp_path: Path) -> None:
    grow(tmp_path, {"outside/keep.txt": "keep"})
    links = {"folder": tmp_path / "outside", "l.txt": tmp_path / "outside/keep.txt",
             "dangling.txt": Path("nowhere"), "loop": Path()}  # fmt: skip
    for name, target in links.items():
        (junk / name).symlink_to(target)
    report = sort(junk)

    assert files(tmp_path / "outside") == {"keep.txt": "keep"}
    assert {name: (junk / name).readlink() for name in links} == links
    assert sorted((one.path, one.reason) for one in report.left) == [
        (name, Reason.LINK) for name in sorted(links)
    ]


def test_fifo_and_socket_are_left_alone(
    sort: Sort, junk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(junk / "p.txt")
    monkeypatch.chdir(junk)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("s.txt")
    report = sort(junk)

    assert {(one.path, one.reason) for one in report.left} == {
        ("p.txt", Reason.SPECIAL), ("s.txt", Reason.SPECIAL),
    }  # fmt: skip
    assert sorted(tree(junk)) == ["p.txt", "s.txt"]


def test_odd_names_are_kept_byte_for_byte(sort: Sort, junk: Path) -> None:
    odd = ["a\nb.txt", "-rf.txt", " lead.txt", "caf\u00e9.txt", "cafe\u0301.txt", "\U0001f600.txt",
           "звіт.TXT", "tail.", "[x]{y}%s.txt", "\u0130.TXT", "x." + "e" * 200, "q.T X T",
           os.fsdecode(b"\xff\xfe.bin"), os.fsdecode(b"x.\xff\xfe"), "\"'\\.txt"]  # fmt: skip
    for number, name in enumerate(odd):
        (junk / str(number)).mkdir()
        (junk / str(number) / name).write_text(name, errors="surrogateescape")
    sort(junk)
    kept = {os.fsencode(name) for _, _, found in os.walk(junk) for name in found}

    assert kept >= {*map(os.fsencode, odd)}
    assert undo(junk).restored == len(odd)
    assert all((junk / str(number) / name).is_file() for number, name in enumerate(odd))


def test_longest_names_are_shortened_in_the_stem(sort: Sort, junk: Path) -> None:
    latin, cyrillic = "n" * 251 + ".txt", "я" * 125 + ".txt"
    grow(
        junk, {f"{number}/{name}": str(number) for number in range(3) for name in (latin, cyrillic)}
    )
    before = tree(junk)
    report = sort(junk)

    assert (report.moved, report.failed) == (6, [])
    assert names(junk / "txt") == sorted(
        (
            latin,
            "n" * 249 + "_1.txt",
            "n" * 249 + "_2.txt",
            cyrillic,
            "я" * 124 + "_1.txt",
            "я" * 124 + "_2.txt",
        )
    )
    assert undo(junk).restored == 6
    assert tree(junk) == before


def test_hidden_is_left_alone_unless_asked_for(sort: Sort, junk: Path) -> None:
    grow(junk, {".git/config.txt": "1", "a/.env": "2", "a/.old.txt": "3"})
    report = sort(junk)

    assert report.moved == 0
    assert {(one.path, one.reason) for one in report.left} == {
        (".git", Reason.HIDDEN), ("a/.env", Reason.HIDDEN), ("a/.old.txt", Reason.HIDDEN),
    }  # fmt: skip
    assert sort(junk, hidden=True).moved == 3
    assert files(junk) == {"txt/config.txt": "1", "other/.env": "2", "txt/.old.txt": "3"}
    assert undo(junk).restored == 3
    assert tree(junk).keys() >= {".git/config.txt", "a/.env", "a/.old.txt"}


@pytest.mark.parametrize(
    ("patterns", "kept"),
    [
        (["*.iso"], ["a/b.iso", "x.iso"]),
        (["a"], ["a/b.iso", "a/c.txt"]),
        (["./a/*.txt"], ["a/c.txt"]),
        (["a/", "x.*"], ["a/b.iso", "a/c.txt", "x.iso"]),
    ],
)
def test_excluded_is_left_alone(
    sort: Sort, junk: Path, patterns: list[str], kept: list[str]
) -> None:
    grow(junk, {"a/b.iso": "1", "a/c.txt": "2", "x.iso": "3", "y.txt": "4"})
    report = sort(junk, exclude=patterns)

    assert [name for name in sorted(files(junk)) if name in {"a/b.iso", "a/c.txt", "x.iso"}] == kept
    assert {one.reason for one in report.left} == {Reason.EXCLUDED}


def test_file_named_like_a_needed_folder_makes_way(sort: Sort, junk: Path) -> None:
    grow(junk, {"txt": "0", "a.txt": "1", "b/c.txt": "2"})
    before = tree(junk)
    report = sort(junk)

    assert files(junk) == {"other/txt": "0", "txt/a.txt": "1", "txt/c.txt": "2"}
    assert report.failed == []
    assert undo(junk).failed == []
    assert tree(junk) == before


@pytest.mark.parametrize("blocker", ["file", "link"])
def test_blocked_folder_is_reported_and_the_rest_goes_on(
    sort: Sort, junk: Path, tmp_path: Path, blocker: str
) -> None:
    out = tmp_path / "out"
    grow(out, {"keep/": "", **({"txt": "blocks"} if blocker == "file" else {})})
    if blocker == "link":
        (out / "txt").symlink_to("keep")
    grow(junk, {"a.txt": "1", "b.jpg": "2"})
    report = sort(junk, into=out)

    assert report.failed == [Failure("a.txt", "“txt” is in the way: it is no folder")]
    assert files(junk) == {"a.txt": "1"}
    assert (out / "jpg/b.jpg").read_text() == "2"


def test_hard_links_keep_all_their_names(sort: Sort, junk: Path) -> None:
    grow(junk, {"1/a.txt": "same", "2/": ""})
    (junk / "2/a.txt").hardlink_to(junk / "1/a.txt")
    before = tree(junk)
    sort(junk)

    assert files(junk) == {"txt/a.txt": "same", "txt/a_1.txt": "same"}
    assert undo(junk).restored == 2
    assert tree(junk) == before


def test_deepest_file_is_reached_and_put_back(sort: Sort, junk: Path) -> None:
    above = os.open(junk, os.O_RDONLY)
    for _ in range(900):
        os.mkdir("dddd", dir_fd=above)
        below = os.open("dddd", os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(os.open("deep.txt", os.O_CREAT | os.O_WRONLY, dir_fd=above))
    os.close(above)
    report = sort(junk)

    assert (report.moved, report.removed, report.failed) == (1, 900, [])
    assert sorted(tree(junk))[1:] == ["txt", "txt/deep.txt"]
    assert undo(junk).restored == 1
    assert names(junk) == ["dddd"]


def test_second_run_changes_nothing(sort: Sort, junk: Path) -> None:
    grow(
        junk,
        {
            "txt/a3.txt": "was here",
            "jpg/deep/b.jpg": "1",
            **{f"d{n}/a{n}.txt": "" for n in range(9)},
        },
    )
    first = sort(junk)
    after = tree(junk)
    second = sort(junk)

    assert (first.moved, first.in_place) == (10, 1)
    assert (second.moved, second.removed, second.in_place) == (0, 0, 11)
    assert tree(junk) == after


def test_destination_may_be_inside(sort: Sort, junk: Path) -> None:
    grow(
        junk, {"a.txt": "1", "sorted/b.txt": "2", "sorted/txt/c.txt": "3", "sorted/jpg/d.txt": "4"}
    )
    before = tree(junk)
    sort(junk, into=junk / "sorted")
    after = {f"sorted/txt/{name}.txt": str(number) for number, name in enumerate("abcd", 1)}

    assert files(junk) == after
    assert sort(junk, into=junk / "sorted").moved == 0
    assert undo(junk).restored == 3
    assert tree(junk) == before


def test_destination_is_made_with_all_above_it_and_undone(
    sort: Sort, junk: Path, tmp_path: Path
) -> None:
    grow(junk, {"x/a.txt": "1", "empty/": ""})
    before = tree(tmp_path)
    sort(junk, into=tmp_path / "new/deep")

    assert files(tmp_path) == {"new/deep/txt/a.txt": "1"}
    assert undo(junk).restored == 1
    assert tree(tmp_path) == before


def test_empty_destination_inside_is_not_taken_for_an_emptied_folder(
    sort: Sort, junk: Path
) -> None:
    grow(junk, {"out/": "", "empty/": ""})
    report = sort(junk, into=junk / "out")

    assert (names(junk / "out"), report.removed) == ([], 1)


def test_more_destinations_than_are_held_open(sort: Sort, junk: Path) -> None:
    grow(junk, {f"{n % 7}/{m}.e{n}": str(n) for n in range(150) for m in range(2)})
    before = tree(junk)
    report = sort(junk)

    assert (report.moved, report.failed) == (300, [])
    assert len(names(junk)) == 151
    assert undo(junk).restored == 300
    assert tree(junk) == before


def test_flat_folder_is_moved_in_batches(sort: Sort, junk: Path) -> None:
    grow(junk, {f"flat/{number}.e{number % 3}": str(number) for number in range(1203)})
    before = tree(junk)
    report = sort(junk)

    assert (report.moved, report.removed) == (1203, 1)
    assert sorted(map(int, files(junk).values())) == [*range(1203)]
    assert undo(junk).restored == 1203
    assert tree(junk) == before


def test_root_may_be_named_by_a_link(sort: Sort, junk: Path, tmp_path: Path) -> None:
    grow(junk, {"a.txt": "1"})
    (tmp_path / "link").symlink_to(junk)

    assert sort(tmp_path / "link").moved == 1
    assert files(junk) == {"txt/a.txt": "1"}
    assert undo(tmp_path / "link").restored == 1


def test_missing_folder_is_refused(sort: Sort, junk: Path) -> None:
    (junk / "dangling").symlink_to("nowhere")
    for name in ("nothing", "dangling"):
        with pytest.raises(NotFoundError, match="no folder"):
            sort(junk / name)


def test_folder_that_the_system_refuses_is_unavailable(sort: Sort, junk: Path) -> None:
    with pytest.raises(UnavailableError, match="too long"):
        sort(junk / ("n" * 300))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a", {}),
        ("", {"into": "a"}),
        ("", {"by": "size"}),
        ("", {"workers": 0}),
        ("", {"workers": 999}),
    ],
)
def test_bad_choice_is_refused_and_nothing_is_moved(
    sort: Sort, junk: Path, name: str, options: dict[str, object]
) -> None:
    grow(junk, {"a": "1", "b.txt": "2"})
    if "into" in options:
        options = {"into": junk / "a"}
    with pytest.raises(InvalidValueError):
        sort(junk / name, **options)

    assert files(junk) == {"a": "1", "b.txt": "2"}
    assert tree(junk).keys() == {"a", "b.txt"}


def test_nothing_to_do_leaves_no_trace(sort: Sort, junk: Path) -> None:
    grow(junk, {"txt/a.txt": "1", ".hidden": "2"})
    before = tree(junk)
    sort(junk)

    assert tree(junk) == before
    assert not undo(junk).found


def test_runs_are_undone_one_by_one_the_latest_first(sort: Sort, junk: Path) -> None:
    grow(junk, {"x/a.txt": "1"})
    first = tree(junk)
    sort(junk)
    grow(junk, {"y/a.txt": "2"})
    second = files(junk)
    sort(junk)

    assert files(junk) == {"txt/a.txt": "1", "txt/a_1.txt": "2"}
    assert undo(junk).earlier == 1
    assert files(junk) == second
    (junk / "y/a.txt").unlink()
    (junk / "y").rmdir()
    assert undo(junk).earlier == 0
    assert tree(junk) == first


def test_every_move_is_seen_by_whoever_tracks_it(sort: Sort, junk: Path) -> None:
    grow(junk, {f"{number % 9}/{number}.txt": "" for number in range(60)})
    seen: list[object] = []

    def track(items: object, doing: object, total: int | None = None) -> object:
        seen.append(total)
        for item in items:  # type: ignore[attr-defined]  # any iterable
            seen.append(item)
            yield item

    sort(junk, track=track)

    assert seen == [60, *[None] * 60]


def test_plan_foretells_the_run(sort: Sort, junk: Path) -> None:
    grow(junk, {"jpg/a.jpg": "0", "x/a.jpg": "1", "y/z/b.txt": "2", "txt": "3", ".h": "4"})
    before = tree(junk)
    foretold = {one.source: one.target for one in plan(junk)}

    assert foretold == {"x/a.jpg": "jpg/a_1.jpg", "y/z/b.txt": "txt/b.txt", "txt": "other/txt"}
    assert tree(junk) == before
    contents = {target: before[source] for source, target in foretold.items()}
    sort(junk)
    assert files(junk) == {**contents, "jpg/a.jpg": "0", ".h": "4"}


def test_many_workers_do_the_same(sort: Sort, junk: Path) -> None:
    grow(junk, {f"d{number}/photo.jpg": str(number) for number in range(120)})
    report = sort(junk, workers=32)

    assert (report.moved, report.removed, report.failed) == (120, 120, [])
    assert sorted(map(int, files(junk).values())) == [*range(120)]


def test_folder_without_a_place_for_the_journal_is_left_alone(
    sort: Sort, junk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(junk, {"x/a.txt": "1"})
    before = tree(junk)
    monkeypatch.setattr("pomichnyk.tidy._journal._PREFIX", "x" * 300)
    with pytest.raises(UnavailableError, match="journal"):
        sort(junk)

    assert tree(junk) == before


def test_report_tells_how_fast_it_was(sort: Sort, junk: Path) -> None:
    grow(junk, {"a.txt": "1"})
    report = sort(junk)

    assert report.rate == report.moved / report.seconds > 0
    assert Report().rate == 0
