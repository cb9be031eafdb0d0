"""What the program was told: by flags, else the environment, else a file, else the defaults."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pomichnyk.errors import InvalidValueError
from pomichnyk.text import LANGUAGES, Text

APPLICATION = "pomichnyk"
_URL_SIGNS = {ord(sign): f"%{ord(sign):X}" for sign in "%?#"}
SETTINGS = ("storage", "lang", "view", "region", "redis")


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one run; an empty string means that nothing was chosen.

    Attributes:
        storage: URL of the store, such as ``sqlite:///book.db`` or ``memory:``.
        lang: ``en`` or ``uk``.
        view: name of a view; empty lets the edge choose by what it writes to.
        region: two-letter country of phone numbers that state none.
        redis: URL of the cache server.
    """

    storage: str
    lang: str = "en"
    view: str = ""
    region: str = "UA"
    redis: str = ""


def read(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> Config:
    """Gather the settings; flags win over POMICHNYK_* variables, and those over the file.

    Raises:
        InvalidValueError: the file is not TOML, or a setting has a value it must not.
    """
    settings = _file(environ)
    settings |= {
        name: value for name in SETTINGS if (value := environ.get(f"{APPLICATION}_{name}".upper()))
    }
    settings |= {name: value for name, value in flags.items() if value is not None}
    if "storage" not in settings:
        settings["storage"] = default_storage(environ)
    lang = settings.setdefault("lang", _system_language(environ))
    if lang not in LANGUAGES:
        raise InvalidValueError(Text("language"), lang, Text("{names}", names=", ".join(LANGUAGES)))
    region = settings["region"] = settings.get("region", "UA").upper()
    if not (len(region) == 2 and region.isascii() and region.isalpha()):  # noqa: PLR2004  # ISO 3166
        raise InvalidValueError(Text("region"), region, Text("a country code such as UA"))
    return Config(**settings)


def language(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> str:
    """Return the language to say in that the settings are wrong: the one chosen if it is ours."""
    chosen = flags.get("lang") or environ.get("POMICHNYK_LANG", "")
    return chosen if chosen in LANGUAGES else _system_language(environ)


def default_storage(environ: Mapping[str, str]) -> str:
    """Return the URL of a SQLite file in the platform's folder for a user's data."""
    path = str(data_folder(environ) / "pomichnyk.db")
    return f"sqlite:///{path.translate(_URL_SIGNS)}"


def data_folder(environ: Mapping[str, str]) -> Path:
    """Return the platform's folder for a user's data; it need not be there yet."""
    if sys.platform == "linux":  # platformdirs knows this too, but it is slow to import
        chosen = Path(environ.get("XDG_DATA_HOME", ""))
        return (chosen if chosen.is_absolute() else Path.home() / ".local/share") / APPLICATION
    import platformdirs

    return Path(platformdirs.user_data_dir(APPLICATION))


def _file(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what the settings file says; it may be missing, unless it was asked for by name."""
    named = environ.get("POMICHNYK_CONFIG")
    path = Path(named or _default_file(environ))
    try:
        return _settings(path)
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError) and not named:
            return {}
        raise InvalidValueError(
            Text("settings file {path}", path=path), str(error), Text("a readable TOML file")
        ) from error


def _settings(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        import tomllib

        content = tomllib.load(file)
    return {name: str(content[name]) for name in SETTINGS if name in content}


def _default_file(environ: Mapping[str, str]) -> Path:
    folder = environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / APPLICATION / "config.toml"


def _system_language(environ: Mapping[str, str]) -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "uk" if value.lower().startswith("uk") else "en"
    import locale

    return "uk" if (locale.getlocale()[0] or "").lower().startswith("uk") else "en"
