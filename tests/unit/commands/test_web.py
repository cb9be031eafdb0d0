"""The web command: what it asks of the server, the password, the tokens."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.services import access
from pomichnyk.services.access import Access

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the password in a folder of the test, by a cheap hash; return the folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(access, "COST", {"n": 2, "r": 8, "p": 1})
    return tmp_path / "pomichnyk" / "web"


def test_the_server_gets_the_address(run: Run, app: App) -> None:
    served: list[dict[str, Any]] = []

    def serve(served_app: App, kept: Access, **options: Any) -> int:
        assert served_app is app
        assert not kept.guarded
        served.append(options)
        return 0

    app.serve_web = serve
    assert run("web") == (0, "", "")
    run("web", "--host", "::1", "--port", "0", "--certificate", "c", "--key", "k", "--open")

    assert served == [
        {"host": "127.0.0.1", "port": 8765, "certificate": "", "key": "", "show": False},
        {"host": "::1", "port": 0, "certificate": "c", "key": "k", "show": True},
    ]


@pytest.mark.parametrize("port", ["-1", "65536", "http", "", "1.5", "٣", "9" * 5000])
def test_a_port_is_a_port(run: Run, port: str) -> None:
    code, out, err = run("web", f"--port={port}")

    assert (code, out) == (4, "")
    assert "expected: a number from 0 to 65535" in err


def test_a_key_is_of_a_certificate(run: Run) -> None:
    assert run("web", "--key", "x")[0] == 2


def test_a_password_is_read_from_a_pipe(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse\nanother line"))

    code, out, _ = run("web", "--set-password")

    assert code == 0
    assert "correct" not in out
    assert Access(folder).right("correct horse")


def test_a_bad_password_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("short"))

    code, out, err = run("web", "--set-password")

    assert (code, out) == (4, "")
    assert "short" not in err


def test_tokens_are_made_listed_and_revoked(run: Run, folder: Path) -> None:
    code, out, _ = run("web", "--new-token", "phone", view="json")
    made = json.loads(out)
    assert (code, made["name"]) == (0, "phone")
    assert Access(folder).known(made["token"])

    assert run("web", "--new-token", "phone")[0] == 5
    assert [one["name"] for one in json.loads(run("web", "--tokens", view="json")[1])] == ["phone"]
    assert run("web", "--revoke-token", "phone")[0] == 0
    assert run("web", "--revoke-token", "phone")[0] == 3
    assert run("web", "--tokens") == (0, "", "")
    assert Access(folder).known(made["token"]) is None
