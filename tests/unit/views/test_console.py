"""The console view: what a person sees at a terminal, and elsewhere."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pomichnyk.errors import NotFoundError
from pomichnyk.text import Text, translations
from pomichnyk.views import console
from pomichnyk.views.console import ConsoleView
from pomichnyk.views.pages import Card, Message, Page, Table


class Terminal(io.StringIO):
    """A stream that says of itself that a person watches it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")


def shown(page: Page, out: io.StringIO | None = None) -> str:
    out = out or io.StringIO()
    ConsoleView(out, io.StringIO(), translations("en")).show(page)
    return out.getvalue()


def table(*rows: tuple[str, str]) -> Table[tuple[str, str]]:
    return Table([Text("id"), Text("name")], rows, list, lambda _: {}, Text("nobody yet"))


def test_columns_are_aligned_whatever_the_letters() -> None:
    assert shown(table(("1", "Мар'яна"), ("漢字", "O'Brien"), ("❤️", "x"))) == (
        "id    name\n1     Мар'яна\n漢字  O'Brien\n❤️    x\n"
    )


def test_rows_behind_the_measured_ones_are_laid_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "MEASURED", 1)

    assert shown(table(("1", "a"), ("22", "b"), ("333", "c"))) == (
        "id  name\n1   a\n22  b\n33  c\n3\n"
    )


def test_an_empty_table_says_so() -> None:
    assert shown(table()) == "nobody yet\n"


def test_a_card_has_values_beside_labels_and_markdown_below() -> None:
    page = Card(
        "Тарас [b]Шевченко[/b]",
        [
            (Text("phones"), ["+1", "+2"]),
            (Text("tags"), []),
            (Text("comment"), ["Кобзар — великий український поет\nі художник"]),
        ],
        {},
        "# Heading\n\nline\nline **two** [site](http://example.com)\n\n- item &#x202e;",
    )

    assert shown(page) == (
        "Тарас [b]Шевченко[/b]\n"
        "  phones   +1\n"
        "           +2\n"
        "  comment  Кобзар — великий український\n"
        "           поет\n"
        "           і художник\n"
        "\n"
        "Heading\n"
        "\n"
        "line\n"
        "line two site (http://example.com)\n"
        "\n"
        " • item \ufffd\n"
    )


def test_a_card_of_a_title_alone_is_one_line() -> None:
    assert shown(Card("x", [], {})) == "x\n"


def test_colours_are_for_terminals() -> None:
    out = shown(table(("1", "a")), Terminal())

    assert out == "\x1b[1mid  name\x1b[0m\n1   a\n"
    assert "\x1b[1" in shown(Card("x", [], {}, "**bold**"), Terminal())


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_can_be_declined(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    page = Card("x", [(Text("id"), ["1"])], {}, "**bold** `code`\n\n```python\nprint(1)\n```")

    out = Terminal()
    view = ConsoleView(out, out, translations("en"))
    view.show(page)
    view.error(NotFoundError(Text("gone")))

    assert not re.search(r"\x1b\[[\d;]*3\d", out.getvalue())
    assert "pomichnyk: gone\n" in out.getvalue()


def test_an_error_is_red_at_a_terminal() -> None:
    err = Terminal()

    ConsoleView(io.StringIO(), err, translations("en")).error(NotFoundError(Text("gone")))

    assert err.getvalue() == "\x1b[31mpomichnyk:\x1b[0m gone\n"


def work(items: int) -> tuple[list[int], str]:
    """Return what comes through a tracked piece of work, and what a person saw meanwhile."""
    err = Terminal()
    view = ConsoleView(io.StringIO(), err, translations("en"))
    return [*view.track(range(items), Text("Sorting [b]{what}[/b]", what="x\x1b"), items)], (
        err.getvalue()
    )


def test_quick_work_shows_no_bar() -> None:
    assert work(100) == ([*range(100)], "")


def test_slow_work_shows_a_bar_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "PATIENCE", -1)

    items, seen = work(100)

    assert items == [*range(100)]
    assert "Sorting [b]x\ufffd[/b]" in seen
    assert "100/100" in seen
    assert seen.endswith("\x1b[2K")


def test_a_bar_goes_away_when_the_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "PATIENCE", -1)

    def failing() -> Iterator[int]:
        yield 1
        raise NotFoundError(Text("gone"))

    err = Terminal()
    tracked = ConsoleView(io.StringIO(), err, translations("en")).track(failing(), Text("Sorting"))
    with pytest.raises(NotFoundError):
        list(tracked)

    assert err.getvalue().endswith("\x1b[2K")


def test_a_message_keeps_its_lines() -> None:
    assert shown(Message(Text("a\n{b}", b="c"))) == "a\nc\n"


def test_a_table_is_shown_without_the_slow_half_of_the_library() -> None:
    program = """
import sys
from pomichnyk.text import Text, translations
from pomichnyk.views import View
from pomichnyk.views.pages import Table
page = Table([Text("x")], ["a"], list, lambda item: {}, Text("none"))
View.named("console")(sys.stdout, sys.stderr, translations("en")).show(page)
assert "rich.console" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)

    assert (done.stdout, done.stderr) == (b"x\na\n", b"")
