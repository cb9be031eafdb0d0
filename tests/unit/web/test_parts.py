"""The part of a page that the script asks for is the one that the page has."""

from __future__ import annotations

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.commands._dispatch import execute
from web import Browser

LISTS = ["/contacts", "/notes", "/grades/students"]


@pytest.mark.parametrize("query", ["", "?q=", "?q=A", "?q=zzz", "?page=2"])
@pytest.mark.parametrize("path", LISTS)
def test_a_part_is_what_the_whole_page_has(
    browser: Browser, app: App, path: str, query: str
) -> None:
    execute(app, ("contact", "add", "A"))
    execute(app, ("note", "add", "A"))
    execute(app, ("grades", "seed", "--students", "60", "--seed", "7"))

    part = browser.get(path + query, headers={"X-Part": "results"})
    whole = browser.get(path + query)

    assert part.status_code == whole.status_code == 200
    assert part.text.strip() in whole.text
    assert "<html" not in part.text
