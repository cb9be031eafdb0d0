"""The password and the tokens: kept as hashes, in files that nobody else may read."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from pomichnyk.errors import ConflictError, InvalidValueError, NotFoundError, UnavailableError
from pomichnyk.services import access
from pomichnyk.services.access import PREFIX, Access, JsonFile

PASSWORD = "Правильний кінь 1"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Access:
    """Return access kept in a folder that is not there yet; its hash is cheap."""
    monkeypatch.setattr(access, "COST", {"n": 2, "r": 8, "p": 1})
    return Access(tmp_path / "a" / "b")


def test_a_password_is_known_again_and_no_other_is(kept: Access, tmp_path: Path) -> None:
    assert not kept.guarded
    assert not kept.right("")

    kept.set_password(PASSWORD)

    assert kept.guarded
    assert kept.right(PASSWORD)
    assert Access(tmp_path / "a" / "b").right(PASSWORD)
    for wrong in ("", PASSWORD[:-1], PASSWORD + " ", PASSWORD.lower(), "\ud800", "x" * 10**6):
        assert not kept.right(wrong)


def test_what_is_kept_is_a_salted_hash_for_the_owner_alone(kept: Access, tmp_path: Path) -> None:
    kept.set_password(PASSWORD)
    file = tmp_path / "a/b/password.json"
    first = file.read_text()
    assert PASSWORD not in json.loads(first).values()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    mark = kept.mark

    kept.set_password(PASSWORD)

    assert file.read_text() != first
    assert kept.mark != mark
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [*file.parent.iterdir()] == [file]


def test_a_dear_hash_is_still_known_when_the_cost_has_changed(
    kept: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.set_password(PASSWORD)
    monkeypatch.setattr(access, "COST", {"n": 4, "r": 8, "p": 2})

    assert kept.right(PASSWORD)


def test_the_real_cost_is_taken_by_this_machine(tmp_path: Path) -> None:
    kept = Access(tmp_path)
    kept.set_password(PASSWORD)

    assert kept.right(PASSWORD)
    assert access.COST["n"] * access.COST["p"] >= 1 << 16


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1001])
def test_a_password_too_short_or_too_long_is_refused_and_not_shown(
    kept: Access, password: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        kept.set_password(password)

    assert str(refused.value) == "password: '…' is not valid; expected: 8 to 1000 characters"
    assert not kept.guarded


def test_a_token_is_told_once_and_known_until_revoked(kept: Access, tmp_path: Path) -> None:
    token = kept.new_token("phone")
    other = kept.new_token("watch")
    assert token.startswith(PREFIX)
    assert token != other
    assert token not in (tmp_path / "a/b/tokens.json").read_text()

    found = kept.known(token)
    assert found
    assert found.name == "phone"
    assert [one.name for one in kept.tokens()] == ["phone", "watch"]
    assert kept.known(token + "x") is None
    assert kept.known("") is None
    assert kept.known("\ud800") is None

    kept.revoke_token("phone")
    assert kept.known(token) is None
    assert kept.known(other)


def test_names_of_tokens_are_told_apart(kept: Access) -> None:
    kept.new_token("phone")

    with pytest.raises(ConflictError):
        kept.new_token(" phone ")
    with pytest.raises(InvalidValueError):
        kept.new_token("a\nb")
    with pytest.raises(NotFoundError):
        kept.revoke_token("watch")


def test_what_another_process_writes_holds_at_once(kept: Access, tmp_path: Path) -> None:
    other = Access(tmp_path / "a" / "b")
    kept.set_password(PASSWORD)
    assert other.right(PASSWORD)

    kept.set_password("another one")
    assert other.right("another one")

    (tmp_path / "a/b/password.json").unlink()
    assert not other.guarded


@pytest.mark.parametrize("content", ["{", "[]", "\xff"])
def test_a_damaged_file_lets_nobody_in(tmp_path: Path, content: str) -> None:
    (tmp_path / "password.json").write_text(content, "latin-1")

    with pytest.raises(UnavailableError, match="is damaged"):
        _ = Access(tmp_path).guarded


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UnavailableError):
        JsonFile(tmp_path / "file" / "x.json").write({})
    with pytest.raises(UnavailableError, match="Not a directory"):
        JsonFile(tmp_path / "file" / "x.json").read()


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.json").touch()
    os.utime(tmp_path / "x.json", ns=(1, 1))

    assert JsonFile(tmp_path / "x.json").read() == {}
