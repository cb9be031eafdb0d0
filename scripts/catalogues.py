"""Brings the message catalogues up to date with the source, and compiles them.

Run `scripts/catalogues.py` after changing a message or a catalogue. It collects every Text(...)
and Plural(...) of the source, the messages of the web pages and those of argparse, updates each
.po file, writes its .mo file, and says which messages lack a translation (exit code 1).

A message whose English changed keeps its old translation under the mark `fuzzy`: correct it in
the .po file, take the mark away, and run this again.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from compile_catalogues import LOCALE, compile_catalogues

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/pomichnyk"
KEYWORDS = {"Text": (1,), "Plural": (1, 2), "_": (1,), "gettext": (1,), "ngettext": (1, 2)}
ARGPARSE: tuple[str | tuple[str, str], ...] = (
    "ambiguous option: %(option)s could match %(matches)s",
    "argument %(argument_name)s: %(message)s",
    "expected at least one argument",
    "expected at most one argument",
    "expected one argument",
    ("expected %s argument", "expected %s arguments"),
    "ignored explicit argument %r",
    "invalid %(type)s value: %(value)r",
    "invalid choice: %(value)r (choose from %(choices)s)",
    "not allowed with argument %s",
    "one of the arguments %s is required",
    "the following arguments are required: %s",
    "unrecognized arguments: %s",
    "usage: ",
    "options",
    "positional arguments",
)
"""What a person may be told by argparse of any Python; the rest is for programmers."""


def source_catalogue() -> Catalog:
    """Return a catalogue of all messages, with the files that they stand in."""
    catalogue = Catalog(fuzzy=False)
    for path in sorted(SOURCE.rglob("*.*")):
        for _, message, _, _ in messages(path):
            if has_words(message):
                catalogue.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    for message in ARGPARSE:
        catalogue.add(message, locations=[("argparse", 0)])
    return catalogue


def messages(path: Path) -> list[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Return the messages of a file: line, words, comments, context."""
    if path.suffix == ".html":
        return extract_from_file("jinja2", path, keywords=KEYWORDS)
    # Other libraries have a Text too; SQLAlchemy's is a type of column.
    if path.suffix == ".py" and "from pomichnyk.text import" in path.read_text("utf-8"):
        return extract_from_file("python", path, keywords=KEYWORDS)
    return []


def has_words(message: str | tuple[str, ...]) -> bool:
    """Tell whether there is anything to translate, a word or a quote, besides names in braces."""
    return bool(re.search(r"[^\W\d_]|“", re.sub(r"\{\w*\}", "", str(message))))


def catalogue_files(locale: Path = LOCALE) -> list[Path]:
    """Return the .po file of every language."""
    return sorted(locale.glob("*/LC_MESSAGES/*.po"))


def read(path: Path) -> Catalog:
    """Return the catalogue that a .po file holds."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def updated(path: Path, source: Catalog) -> str:
    """Return what a .po file should hold: its heading, and its translations of the source."""
    catalogue, body = read(path), io.BytesIO()
    catalogue.update(source)
    write_po(
        body,
        catalogue,
        width=100,
        omit_header=True,  # it would change with the day and the version of Babel
        include_lineno=False,
        sort_by_file=True,
        ignore_obsolete=True,
    )
    heading, _, _ = path.read_text("utf-8").partition("\n\n")
    return f"{heading}\n\n{body.getvalue().decode().lstrip()}"


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages that lack a translation, or a plural form, or are marked as fuzzy."""
    for message in catalogue:
        forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        wanted = catalogue.num_plurals if message.pluralizable else 1
        if message.id and (message.fuzzy or len(forms) != wanted or not all(forms)):
            yield message


def main(locale: Path = LOCALE) -> int:
    """Update and compile every catalogue; return 1 if a translation is lacking."""
    source, lacking = source_catalogue(), 0
    for path in catalogue_files(locale):
        path.write_text(updated(path, source), "utf-8")
        for message in untranslated(read(path)):
            lacking += 1
            print(f"{path}: {'fuzzy' if message.fuzzy else 'untranslated'}: {message.id!r}")
    compile_catalogues(locale)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
