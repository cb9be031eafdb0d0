"""The language of a page: the person's choice, the browser's, the settings'."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pomichnyk.web.language import accepted
from pomichnyk.web.site import TEMPLATES
from web import Browser


def language(browser: Browser) -> str:
    """Return the language that the first page is in."""
    found = re.search(r'<html lang="(\w+)">', browser.get("/").text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ""),
        ("de", ""),
        ("*", ""),
        ("uk", "uk"),
        ("uk-UA,uk;q=0.9,en-US;q=0.8", "uk"),
        ("en-GB;q=0.8, uk;q=0.9", "uk"),
        ("de,en;q=0.5,uk;q=0", "en"),
        ("en;q=x,uk;q=0.1", "uk"),
        ("UK", "uk"),
        (";;;,,=", ""),
    ],
)
def test_what_a_browser_likes_best(header: str, expected: str) -> None:
    assert accepted(header) == expected


def test_the_settings_decide_where_nothing_else_does(browser: Browser) -> None:
    browser.client.headers["Accept-Language"] = ""

    assert language(browser) == browser.site.app.config.lang


def test_a_choice_is_remembered_and_the_page_stays(browser: Browser) -> None:
    answer = browser.post("/language", {"language": "uk"}, page="/contacts?sort=added")
    # The page's form says where it was; a browser sends that along.
    assert str(answer.url).endswith("/contacts?sort=added")
    assert language(browser) == "uk"

    browser.post("/language", {"language": "en", "next": "//evil.example"}, page="/health")
    browser.post("/language", {"language": "xx"}, page="/contacts")
    assert language(browser) == "uk"

    browser.post("/language", {"language": "en", "next": "//evil.example"}, page="/contacts")
    assert language(browser) == "en"


def test_the_other_language_is_one_step_away(browser: Browser) -> None:
    assert 'value="uk" lang="uk"' in browser.get("/").text
    browser.client.headers["Accept-Language"] = "uk"
    assert 'value="en" lang="en"' in browser.get("/").text


def test_every_word_of_a_template_can_be_translated() -> None:
    """A word outside of _(), Text() and Plural() would be English for everybody."""
    for path in Path(TEMPLATES).glob("*.html"):
        template = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", " ", path.read_text("utf-8"), flags=re.DOTALL)
        said = re.sub(r'<[^>]*>|[\w-]+="[^"]*"', " ", template)
        words = {*re.findall(r"[^\W\d_]{2,}", said)}
        assert words <= {"EN", "УК", "doctype", "html", "UTF"}, path.name
