"""Words meant for a person, kept apart from their language until an edge shows them.

Code names a message in English; whoever shows it asks the catalogue of the chosen language.
``scripts/catalogues.py`` collects every ``Text(...)`` and ``Plural(...)`` of the source.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

LANGUAGES = ("en", "uk")
DOMAIN = "pomichnyk"
CATALOGUES = Path(__file__).parent / "locale"


class Translations(Protocol):
    """What a catalogue offers; ``gettext.NullTranslations`` and its heirs fit."""

    def gettext(self, message: str, /) -> str:
        """Return the message in the catalogue's language, or as it is."""

    def ngettext(self, one: str, many: str, count: int, /) -> str:
        """Return the form of the message that the language uses for this count."""


@cache
def translations(language: str) -> Translations:
    """Return the catalogue of a language; English, the language of the source, needs none."""
    return gettext.translation(DOMAIN, CATALOGUES, languages=[language], fallback=True)


def speak(catalogue: Translations) -> None:
    """Make argparse speak the language of a catalogue from now on.

    argparse asks ``gettext`` and ``ngettext``, imported into its own module, which know but one
    language for the whole process and take it from the environment. These two names of argparse
    are replaced, here alone, so that no other library changes its language.
    """
    import argparse

    vars(argparse).update(_=catalogue.gettext, ngettext=catalogue.ngettext)


class Text:
    """One message: an English template and the values that fill its ``{names}``.

    Values may be texts themselves, or tuples of them; they are said in the same language.
    """

    __slots__ = ("template", "values")

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values: Mapping[str, object] = values

    def said(self, catalogue: Translations) -> str:
        """Return the message in the language of the catalogue."""
        return self._template(catalogue).format_map(
            {name: say(value, catalogue) for name, value in self.values.items()}
        )

    def _template(self, catalogue: Translations) -> str:
        return catalogue.gettext(self.template) if self.template else ""

    def __str__(self) -> str:
        return self.said(gettext.NullTranslations())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Text)
            and self.template == other.template
            and self.values == other.values
        )

    def __hash__(self) -> int:
        return hash(self.template)


class Plural(Text):
    """A message whose words depend on the value named ``count``."""

    __slots__ = ("many",)

    def __init__(self, one: str, many: str, /, *, count: int, **values: object) -> None:
        super().__init__(one, count=count, **values)
        self.many = many

    def _template(self, catalogue: Translations) -> str:
        count = self.values["count"]
        assert isinstance(count, int)
        return catalogue.ngettext(self.template, self.many, count)


def say(value: object, catalogue: Translations) -> object:
    """Return a text in the language of the catalogue, and anything else untouched.

    The values of a tuple are said one by one, with commas between.
    """
    if isinstance(value, tuple):
        return ", ".join(str(say(one, catalogue)) for one in value)
    return value.said(catalogue) if isinstance(value, Text) else value
