"""The documentation: sessions print what is shown, all is named, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sessions

from pomichnyk.commands import Command
from pomichnyk.commands._parser import Parser
from pomichnyk.text import LANGUAGES, translations

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/guide"
DECISIONS = ROOT / "docs/decisions"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(page: str) -> set[str]:
    """Return the names by which GitHub links to the headings of a page."""
    headings = HEADING.findall(FENCED.sub("", page))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("path", sessions.PAGES, ids=name)
def test_sessions_print_what_the_page_shows(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    language = path.parent.name if path.parent.name in LANGUAGES else "en"

    assert sessions.rewritten(page, language) == page, "run: python scripts/sessions.py"


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_session_that_prints_something_else_is_told() -> None:
    page = "```console\n$ echo one\nuno\n$ echo two\ntwo\n```\n"

    assert sessions.rewritten(page) == page.replace("uno", "one")


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_session_whose_command_fails_is_refused() -> None:
    with pytest.raises(sessions.SessionError, match="exit code 1"):
        sessions.rewritten("```console\n$ false\n```\n")


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("added Ada (0f1e2d3c)\n", "added Ada (aaaa0000)\n"),
        ("note  2026-11-21 18:41\n", "note  2031-01-01 00:00\n"),
        ("first\n…\nlast\n", "first\nsecond\nthird\nlast\n"),
    ],
)
def test_what_differs_from_run_to_run_fits(shown: str, printed: str) -> None:
    assert sessions.fits(shown, printed)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("added Ada (0f1e2d3c)\n", "added Eva (0f1e2d3c)\n"),
        ("born 1849-06-29\n", "born 1849-06-30\n"),
        ("first\n", "first\nsecond\n"),
        ("first\n…\nlast\n", "first\nsecond\n"),
    ],
)
def test_anything_else_does_not_fit(shown: str, printed: str) -> None:
    assert not sessions.fits(shown, printed)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", Command.plugs(), ids=lambda command: command.name)
def test_guide_names_every_command_with_its_options(language: str, command: type[Command]) -> None:
    pages = [path.read_text(encoding="utf-8") for path in (GUIDE / language).glob("*.md")]
    telling = "\n".join(page for page in pages if re.search(rf"\b{command.name}\b", page))
    options = [
        action.option_strings[-1]
        for action in Parser(command, translations(language)).shown()
        if action.option_strings
    ]

    assert telling
    assert [option for option in options if not re.search(rf"{option}\b(?!-)", telling)] == []


def test_guides_have_the_same_pages_of_the_same_shape() -> None:
    english, ukrainian = (
        {
            path.name: (
                len(HEADING.findall(FENCED.sub("", page))),
                len(sessions.BLOCK.findall(page)),
            )
            for path in (GUIDE / language).glob("*.md")
            if (page := path.read_text(encoding="utf-8"))
        }
        for language in LANGUAGES
    )

    assert english == ukrainian


def test_every_decision_is_in_the_index() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    linked = set(LINK.findall(index))

    assert {path.name for path in DECISIONS.glob("*.md")} - {"README.md"} <= linked


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    page = FENCED.sub("", path.read_text(encoding="utf-8"))
    broken = []
    for link in LINK.findall(page):
        target, _, anchor = link.partition("#")
        if re.match(r"\w+:", link):
            continue
        there = (path.parent / target) if target else path
        if not there.exists() or (
            anchor and anchor not in anchors(there.read_text(encoding="utf-8"))
        ):
            broken.append(link)

    assert broken == []


def test_every_page_of_the_guides_is_linked_from_its_first() -> None:
    for language in LANGUAGES:
        first = (GUIDE / language / "README.md").read_text(encoding="utf-8")
        pages = {path.name for path in (GUIDE / language).glob("*.md")} - {"README.md"}

        assert pages <= set(LINK.findall(first))
