"""History: kept for its owner alone, and done without where it cannot be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from pomichnyk.repl.history import history


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def test_lines_are_kept_for_the_next_time_and_for_nobody_else(state: Path) -> None:
    history().append_string("contact add Мар'яна")
    history().append_string("hello\nthere")

    assert [*history().load_history_strings()] == ["hello\nthere", "contact add Мар'яна"]
    assert (state / "pomichnyk/history").stat().st_mode & 0o777 == 0o600


def test_a_history_that_others_could_read_is_closed_to_them(state: Path) -> None:
    (state / "pomichnyk").mkdir(parents=True)
    (state / "pomichnyk/history").touch(mode=0o644)

    history()

    assert (state / "pomichnyk/history").stat().st_mode & 0o777 == 0o600


def test_without_a_place_for_it_lines_are_remembered_this_time(state: Path) -> None:
    state.write_text("a file where the folder should be")
    lines = history()

    lines.append_string("hello")

    assert lines.get_strings() == ["hello"]


def test_a_line_that_cannot_be_kept_is_no_failure(state: Path) -> None:
    lines = history()
    (state / "pomichnyk/history").unlink()
    (state / "pomichnyk").rmdir()

    lines.append_string("hello")

    assert lines.get_strings() == ["hello"]
