"""The plain view: what ``cut`` and ``grep`` may rely on."""

from __future__ import annotations

import io
import subprocess
import sys

from pomichnyk.text import Text, translations
from pomichnyk.views.pages import Card, Message, Page, Table
from pomichnyk.views.plain import PlainView


def shown(page: Page) -> str:
    out = io.StringIO()
    PlainView(out, io.StringIO(), translations("en")).show(page)
    return out.getvalue()


def test_a_row_is_a_line_of_cells_between_tabs() -> None:
    rows = [("1", "Мар'яна\tКоваль", ""), ("2", "a\nb", "x")]
    page = Table([Text("id"), Text("name"), Text("tag")], rows, list, lambda _: {}, Text("none"))

    assert shown(page) == "1\tМар'яна Коваль\t\n2\ta b\tx\n"


def test_no_rows_are_no_lines() -> None:
    assert shown(Table([Text("id")], list[str](), list, lambda _: {}, Text("none"))) == ""


def test_a_card_is_labelled_values_and_its_text_behind_an_empty_line() -> None:
    fields = [(Text("phones"), ["+1", "+2"]), (Text("tags"), []), (Text("comment"), ["a\nb"])]

    assert shown(Card("Тарас", fields, {}, "# x\n\ny")) == (
        "Тарас\nphones\t+1\nphones\t+2\ncomment\ta b\n\n# x\n\ny\n"
    )
    assert shown(Card("Тарас", [], {})) == "Тарас\n"


def test_a_message_is_its_text() -> None:
    assert shown(Message(Text("added {name}", name="Тарас"))) == "added Тарас\n"


def test_it_is_shown_without_the_libraries_for_terminals() -> None:
    program = """
import sys
from pomichnyk.views import View
from pomichnyk.views.pages import Message
from pomichnyk.text import Text, translations
for name in ("plain", "json"):
    View.named(name)(sys.stdout, sys.stderr, translations("uk")).show(Message(Text("x")))
assert "rich" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)

    assert (done.stdout, done.stderr) == (b"x\n{}\n", b"")
