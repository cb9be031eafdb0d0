"""The image's recipe, as far as it can be proved without an engine to build it."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from pomichnyk import cli
from pomichnyk.commands.web import PORT
from pomichnyk.storage import Storage

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def said(instruction: str, recipe: str = RECIPE) -> list[str]:
    """Return what stands behind each instruction of that name."""
    return re.findall(rf"^{instruction} +(.+)$", recipe, re.MULTILINE)


def sent(path: str) -> bool:
    """Tell whether a file is sent to the engine, by the last rule that fits it."""
    verdict = True
    for rule in IGNORED:
        pattern = rule.removeprefix("!").removeprefix("**/")
        if (
            rule
            and not rule.startswith("#")
            and (
                fnmatch(path, pattern)
                or path.startswith(f"{pattern}/")
                or (
                    rule.startswith("**/")
                    and any(fnmatch(part, pattern) for part in path.split("/"))
                )
            )
        ):
            verdict = rule.startswith("!")
    return verdict


def test_every_stage_starts_from_one_image_of_a_stated_version() -> None:
    images = {image.split(" AS ")[0] for image in said("FROM")}

    assert len(images) == 1
    assert re.fullmatch(r"python:3\.11-slim-[a-z]+", images.pop())


def test_image_runs_the_program_as_nobody_in_particular_with_its_data_in_a_volume() -> None:
    last = RECIPE.rpartition("\nFROM ")[2]

    assert said("ENTRYPOINT", last) == ['["pomichnyk"]']
    assert said("USER", last) == ["pomichnyk"]
    assert said("VOLUME", last) == ["/data"]
    assert "POMICHNYK_STORAGE=sqlite:////data/" in last


def test_health_check_is_a_command_of_ours_that_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POMICHNYK_STORAGE", f"sqlite:///{tmp_path / 'book.db'}")
    program, *words = json.loads(said("HEALTHCHECK")[0].partition("CMD ")[2])

    assert program == "pomichnyk"
    assert cli.main(words) == 0


def test_dependencies_are_installed_by_their_hashes_alone() -> None:
    installs = [line for line in said("RUN") if "uv pip install" in line]

    assert "--require-hashes" in installs[0]
    assert "requirements.lock" in installs[0]
    assert all("--require-hashes" in line or "--no-deps" in line for line in installs)


def test_what_the_image_is_built_from_is_sent() -> None:
    project = PROJECT["project"]
    hook = PROJECT["tool"]["hatch"]["build"]["hooks"]["custom"]["path"]
    copied = [word for line in said("COPY") for word in shlex.split(line)[:-1]]
    needed = [project["readme"], *project["license-files"], hook, "src/pomichnyk/cli.py"]
    needed += [word for word in copied if not word.startswith(("--", ".", "/"))]

    assert [path for path in needed if not sent(path)] == []
    assert [path for path in needed if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    "path", [".env", ".git/config", ".venv/pyvenv.cfg", "book.db", "tests/conftest.py"]
)
def test_what_the_image_must_not_hold_is_not_sent(path: str) -> None:
    assert not sent(path)


def test_compose_pins_every_image_and_asks_for_every_password() -> None:
    images = re.findall(r"^ +image: (.+)$", COMPOSE, re.MULTILINE)
    passwords = re.findall(r"^ +\w*(?:PASSWORD|AUTH): (.+)$", COMPOSE, re.MULTILINE)
    urls = re.findall(r"://pomichnyk:(.+?)@", COMPOSE)

    assert all(
        re.search(r":\d+\.\d+\.?\d*-\w+$", image) for image in images if image != "pomichnyk"
    )
    assert len(passwords) == 3
    assert len(urls) == 2
    assert all(re.fullmatch(r"\$\{\w+:-\}", value) for value in (*passwords, *urls))


def test_compose_keeps_everything_in_storages_that_exist() -> None:
    kinds = re.findall(r"POMICHNYK_STORAGE: (\w+)://", COMPOSE)

    assert "postgresql" in kinds
    assert {*kinds} <= {*Storage.names()}


def test_compose_asks_for_extras_that_exist() -> None:
    extras = re.findall(r"EXTRAS: (.+)", COMPOSE)[0].split(",")

    assert set(extras) <= set(PROJECT["project"]["optional-dependencies"])


def test_compose_serves_browsers_of_this_computer_alone_and_asks_how_the_site_is() -> None:
    service = COMPOSE.partition("\n  web:\n")[2].partition("\n\n")[0]
    (words,) = re.findall(r"command: \[(.+)\]", service)
    ports = re.findall(r'- "(.+)"', service)

    assert words.split(", ") == ["web", "--host", "0.0.0.0"]
    assert ports == [f"127.0.0.1:{PORT}:{PORT}"]
    assert f"127.0.0.1:{PORT}/health" in service
    assert "--extra=web" in RECIPE
