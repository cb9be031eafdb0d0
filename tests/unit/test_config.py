"""Config: flags win over the environment, that over the file, and that over the defaults."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from pomichnyk.config import Config, default_storage, language, read
from pomichnyk.errors import InvalidValueError


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(tmp_path), "LANG": "C.UTF-8"}


def settings_file(environ: dict[str, str]) -> Path:
    path = Path(environ["XDG_CONFIG_HOME"]) / "pomichnyk" / "config.toml"
    path.parent.mkdir()
    return path


def test_nothing_chosen_gives_the_defaults(environ: dict[str, str]) -> None:
    config = read({}, environ)

    assert config == Config(config.storage, lang="en", view="", region="UA", redis="")
    assert config.storage.startswith("sqlite:///")
    assert config.storage.endswith("pomichnyk.db")


@pytest.mark.parametrize("chosen", ["", "{folder}"])
def test_default_storage_is_in_the_platforms_folder(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    environ["XDG_DATA_HOME"] = chosen.format(folder=tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", environ["XDG_DATA_HOME"])
    folder = platformdirs.user_data_dir("pomichnyk")
    here = default_storage(environ)
    monkeypatch.setattr("sys.platform", "elsewhere")

    assert here == default_storage(environ) == f"sqlite:///{folder}/pomichnyk.db"


def test_relative_folder_is_passed_over(environ: dict[str, str]) -> None:
    url = default_storage(environ | {"XDG_DATA_HOME": "here"})

    assert url == f"sqlite:///{Path.home()}/.local/share/pomichnyk/pomichnyk.db"


def test_flags_win_over_environment_and_environment_over_file(environ: dict[str, str]) -> None:
    settings_file(environ).write_text(
        'storage = "sqlite:///file.db"\nlang = "uk"\nregion = "pl"\nredis = "redis://file"\n'
        'unknown = "passed over"\n'
    )
    environ |= {"POMICHNYK_STORAGE": "sqlite:///environ.db", "POMICHNYK_LANG": "en"}
    config = read({"storage": "memory:", "lang": None}, environ)

    assert config == Config("memory:", lang="en", view="", region="PL", redis="redis://file")


def test_file_may_be_named(environ: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('view = "json"')

    assert read({}, environ | {"POMICHNYK_CONFIG": str(path)}).view == "json"


@pytest.mark.parametrize("content", [b"storage = ", b'lang = "\xff"'])
def test_file_that_is_not_toml_is_told(environ: dict[str, str], content: bytes) -> None:
    settings_file(environ).write_bytes(content)
    with pytest.raises(InvalidValueError, match=r"config\.toml.*readable TOML"):
        read({}, environ)


def test_folder_for_a_file_is_told(environ: dict[str, str]) -> None:
    settings_file(environ).mkdir()
    with pytest.raises(InvalidValueError, match="settings file"):
        read({}, environ)


def test_file_that_was_named_must_be_there(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"settings file .*No such file"):
        read({}, environ | {"POMICHNYK_CONFIG": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("flags", "what"),
    [({"lang": "de"}, "language"), ({"region": "UKR"}, "region"), ({"region": "1Я"}, "region")],
)
def test_setting_that_is_not_valid_is_refused(
    environ: dict[str, str], flags: dict[str, str | None], what: str
) -> None:
    with pytest.raises(InvalidValueError, match=what):
        read(flags, environ)


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({"LANG": "uk_UA.UTF-8"}, "uk"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "uk_UA.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "uk", "LANG": "en_US"}, "uk"),
        ({"LANG": "en_US", "POMICHNYK_LANG": "uk"}, "uk"),
    ],
)
def test_language_is_the_locales_unless_chosen(
    environ: dict[str, str], variables: dict[str, str], lang: str
) -> None:
    assert read({}, environ | variables).lang == lang


@pytest.mark.parametrize(
    ("locale", "lang"),
    [("uk_UA", "uk"), ("Ukrainian_Ukraine", "uk"), ("de_DE", "en"), (None, "en")],
)
def test_system_without_variables_is_asked(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], locale: str | None, lang: str
) -> None:
    monkeypatch.setattr("locale.getlocale", lambda: (locale, "UTF-8"))

    assert read({}, environ | {"LANG": ""}).lang == lang


@pytest.mark.parametrize(
    ("flag", "variable", "lang"),
    [
        ("uk", "", "uk"),
        (None, "uk", "uk"),
        ("de", "uk", "en"),
        (None, "de", "en"),
        (None, "", "en"),
    ],
)
def test_wrong_settings_are_told_in_a_language_of_ours(
    environ: dict[str, str], flag: str | None, variable: str, lang: str
) -> None:
    assert language({"lang": flag}, environ | {"POMICHNYK_LANG": variable}) == lang
