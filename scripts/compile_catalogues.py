"""Build hook: compiles the message catalogues, so that .mo files are made and never committed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE = Path(__file__).parent.parent / "src/pomichnyk/locale"


class CatalogueHook(BuildHookInterface[BuilderConfig]):
    """Runs before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every catalogue."""
        del version, build_data
        compile_catalogues()


def compile_catalogues(locale: Path = LOCALE) -> list[Path]:
    """Write a .mo file beside each .po file, and return them."""
    made = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        draft, compiled = source.with_suffix(".draft"), source.with_suffix(".mo")
        with source.open("rb") as po, draft.open("wb") as mo:
            write_mo(mo, read_po(po, locale=source.parts[-3]))
        draft.replace(compiled)  # whole at once: a running program may be reading it
        made.append(compiled)
    return made


if __name__ == "__main__":
    print(*compile_catalogues(), sep="\n")
