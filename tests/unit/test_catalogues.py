"""Catalogues: every message of the source is translated, and no translation breaks one.

When a test here fails, run `scripts/catalogues.py`: it updates the .po files and lists the
messages to translate in them; run it again afterwards.
"""

from __future__ import annotations

import argparse
import ast
import gettext
import re
from collections.abc import Sequence
from pathlib import Path

import catalogues
import pytest
from babel.messages.catalog import Catalog, Message
from compile_catalogues import compile_catalogues

from pomichnyk import text
from pomichnyk.text import LANGUAGES, Plural, Text, translations

NAMED = ('msgid "name"\nmsgstr ""', 'msgid "name"\nmsgstr "ім’я"')
RUN = "run scripts/catalogues.py and translate what it lists"
PLACEHOLDER = re.compile(r"\{\w*\}|%(?:\(\w+\))?[a-z]")
FILES = catalogues.catalogue_files()
by_language = pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-3])


def forms(words: str | Sequence[str]) -> tuple[str, ...]:
    """Return the one text of a message, or all its plural forms."""
    return (words,) if isinstance(words, str) else (*words,)


def translated(path: Path) -> list[Message]:
    """Return the messages of a catalogue but its heading."""
    return [message for message in catalogues.read(path) if message.id]


def test_every_language_but_that_of_the_source_has_a_catalogue() -> None:
    assert {path.parts[-3] for path in FILES} == {*LANGUAGES} - {"en"}


@by_language
def test_every_message_is_translated(path: Path) -> None:
    lacking = [message.id for message in catalogues.untranslated(catalogues.read(path))]

    assert lacking == [], RUN


@by_language
def test_the_catalogue_has_the_messages_of_the_source(path: Path) -> None:
    source = {message.id for message in catalogues.source_catalogue() if message.id}
    known = {message.id for message in translated(path)}

    assert source - known == set(), RUN
    assert known - source == set(), RUN


@by_language
def test_the_catalogue_is_as_the_script_writes_it(path: Path) -> None:
    assert path.read_text("utf-8") == catalogues.updated(path, catalogues.source_catalogue()), RUN


@by_language
def test_translations_have_the_placeholders_of_their_messages(path: Path) -> None:
    broken = [
        (message.id, form)
        for message in translated(path)
        for form in forms(message.string or "")
        if form and {*PLACEHOLDER.findall(form)} != {*PLACEHOLDER.findall(forms(message.id)[-1])}
    ]

    assert broken == []


def test_messages_are_written_where_they_can_be_collected() -> None:
    elsewhere = [
        f"{path.name}:{call.lineno}"
        for path in Path(text.__file__).parent.rglob("*.py")
        if "from pomichnyk.text import" in path.read_text("utf-8")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"Text", "Plural"}
        and not all(isinstance(one, ast.Constant) for one in call.args)
    ]

    assert elsewhere == []


def test_what_argparse_tells_a_person_is_what_this_python_says() -> None:
    source = Path(argparse.__file__).read_text("utf-8")
    parts = {one for message in catalogues.ARGPARSE for one in forms(message)}

    assert [one for one in parts if not re.search(rf"""['"]{re.escape(one)}['"]""", source)] == []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a catalogue of a test's own, with two translations."""
    path = tmp_path / "uk/LC_MESSAGES/pomichnyk.po"
    path.parent.mkdir(parents=True)
    heading, _, _ = FILES[0].read_text("utf-8").partition("\n\n")
    path.write_text(
        f"""{heading}

msgid "there is no such contact"
msgstr "такого контакту немає"

msgid "gone"
msgstr "зникло"
""",
        "utf-8",
    )
    return path


def source(*messages: str | tuple[str, str]) -> Catalog:
    """Return a catalogue of messages, as it is collected from source."""
    catalogue = Catalog(fuzzy=False)
    for message in messages:
        catalogue.add(message, locations=[("a.py", 0)])
    return catalogue


def updated(path: Path, *messages: str | tuple[str, str]) -> Catalog:
    """Return a catalogue brought up to date with a source of these messages."""
    path.write_text(catalogues.updated(path, source(*messages)), "utf-8")
    return catalogues.read(path)


def test_what_is_new_is_listed_and_what_is_gone_is_dropped(path: Path) -> None:
    new = updated(path, "there is no such contact", ("{count} row", "{count} rows"))

    assert new["there is no such contact"].string == "такого контакту немає"
    assert [one.id for one in catalogues.untranslated(new)] == [("{count} row", "{count} rows")]
    assert "зникло" not in path.read_text("utf-8")


def test_a_message_that_changed_keeps_its_translation_until_somebody_looks(path: Path) -> None:
    new = updated(path, "there is no such a contact", "gone")

    assert new["there is no such a contact"].string == "такого контакту немає"
    assert [one.fuzzy for one in catalogues.untranslated(new)] == [True]


def test_updating_twice_changes_nothing(path: Path) -> None:
    updated(path, "gone", "new")
    once = path.read_text("utf-8")
    updated(path, "gone", "new")

    assert path.read_text("utf-8") == once


def test_the_script_tells_what_to_translate_and_compiles_the_rest(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert catalogues.main(path.parents[2]) == 1
    assert f"{path}: untranslated: 'name'" in capsys.readouterr().out
    path.write_text(path.read_text("utf-8").replace(*NAMED), "utf-8")

    catalogues.main(path.parents[2])
    with path.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("name") == "ім’я"


def test_the_script_is_content_when_nothing_lacks(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(catalogues, "source_catalogue", lambda: source("gone"))

    assert catalogues.main(path.parents[2]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 рядок"), (3, "3 рядки"), (5, "5 рядків"), (11, "11 рядків"), (22, "22 рядки")],
)
def test_ukrainian_numbers_have_their_three_forms(path: Path, count: int, said: str) -> None:
    updated(path, ("{count} row", "{count} rows"))
    text = path.read_text("utf-8")
    for number, form in enumerate(("рядок", "рядки", "рядків")):
        text = text.replace(f'msgstr[{number}] ""', f'msgstr[{number}] "{{count}} {form}"')
    path.write_text(text, "utf-8")
    compile_catalogues(path.parents[2])

    with path.with_suffix(".mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    assert Plural("{count} row", "{count} rows", count=count).said(catalogue) == said


def test_catalogues_of_the_program_are_the_compiled_ones() -> None:
    compile_catalogues()
    translations.cache_clear()

    assert Text("name").said(translations("uk")) == "ім’я"
    assert Text("name").said(translations("en")) == "name"
