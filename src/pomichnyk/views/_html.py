"""HTML from templates: in a language, and nothing that was stored is ever taken for a tag."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, compiler
from markupsafe import Markup

from pomichnyk.text import Plural, Text, Translations
from pomichnyk.views._bytecode import Bytecode
from pomichnyk.views._readable import block

FOLDER = Path(__file__).parent / "templates"


def environment(catalogue: Translations, *folders: Path) -> Environment:
    """Return what renders templates in the language of a catalogue; ours and those of folders.

    A template says ``{{ _("words") }}``, or ``{{ Text("{count} …", count=n) }}`` where there are
    values; a ``Text`` that it is given is said in the language by itself.
    """
    key = (catalogue, folders)
    if key not in _MADE:
        _MADE[key] = _made(catalogue, folders)
    return _MADE[key]


_MADE: dict[tuple[object, ...], Environment] = {}


def _made(catalogue: Translations, folders: tuple[Path, ...]) -> Environment:
    made = Environment(
        loader=FileSystemLoader([*folders, FOLDER]),
        autoescape=True,
        auto_reload=False,
        bytecode_cache=Bytecode(__file__, compiler.__file__),
        undefined=StrictUndefined,
        finalize=_finalizer(catalogue),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(_=catalogue.gettext, Text=Text, Plural=Plural)
    made.filters.update(markdown=_markdown)
    return made


def _finalizer(catalogue: Translations) -> Callable[[object], object]:
    def finalized(value: object) -> object:
        """Return what a template writes for a value, before it is escaped."""
        if isinstance(value, Markup):
            return value
        if isinstance(value, Text):
            value = value.said(catalogue)
        if isinstance(value, str):
            return value if value.isprintable() else block(value)
        return "" if value is None else value

    return finalized


def _markdown(text: str) -> Markup:
    from pomichnyk.views._markdown_html import rendered

    return rendered(text)
