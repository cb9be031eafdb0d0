"""The contract of every view: pages and errors are shown alike, whatever is in them."""

from __future__ import annotations

import ast
import gc
import io
import os
import re
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import pomichnyk
from pomichnyk.errors import InvalidValueError, NotFoundError
from pomichnyk.text import Text, translations
from pomichnyk.views import View
from pomichnyk.views.pages import Card, Message, Page, Record, Table

STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil\x08\x7f\r\ud800 [red]end[/red]"
SOURCE = Path(pomichnyk.__file__).parent


@pytest.fixture(params=View.names())
def view(request: pytest.FixtureRequest) -> View:
    """Return each view there is, writing into memory."""
    return View.named(request.param)(io.StringIO(), io.StringIO(), translations("en"))


class Row:
    """An item that can be watched while it lives."""

    def __init__(self, name: str) -> None:
        self.name = name


def written(view: View) -> tuple[str, str]:
    """Return what a view has written to its two streams."""
    assert isinstance(view.out, io.StringIO)
    assert isinstance(view.err, io.StringIO)
    return view.out.getvalue(), view.err.getvalue()


def cells(row: Row) -> Sequence[str | Text]:
    return row.name, Text("yes")


def record(row: Row) -> Record:
    return {"name": row.name}


def table(rows: Iterator[Row]) -> Table[Row]:
    """Return a table of two columns."""
    return Table((Text("name"), Text("known")), rows, cells, record, Text("nobody"))


def pages(text: str) -> list[Page]:
    """Return a page of each kind with a text in every place that a person may fill."""
    return [
        Message(Text("added {name}", name=text), {"name": text}),
        Card(text, [(text, [text, text]), ("empty", [])], {"name": text}, body=text),
        table(iter([Row(text)])),
    ]


@pytest.mark.parametrize("name", View.names())
def test_a_view_is_named_as_its_module(name: str) -> None:
    assert View.named(name).name == name


@pytest.mark.parametrize("page", pages("Тарас"), ids=["message", "card", "table"])
def test_a_page_is_shown_with_what_it_holds(view: View, page: Page) -> None:
    if isinstance(page, Table):
        page = table(iter([Row("Тарас")]))

    view.show(page)

    out, err = written(view)
    assert "Тарас" in out
    assert out.endswith("\n")
    assert err == ""


def test_something_that_is_no_page_is_a_mistake_of_the_program(view: View) -> None:
    with pytest.raises(TypeError):
        view.show("text")


def test_rows_come_in_their_order(view: View) -> None:
    names = ["Ґава", "Анна", "Яна"]

    view.show(table(map(Row, names)))

    assert re.findall("|".join(names), written(view)[0]) == names


def test_an_empty_table_names_no_column_and_is_no_error(view: View) -> None:
    view.show(table(iter([])))

    out, err = written(view)
    assert "known" not in out
    assert err == ""


def test_a_long_table_is_taken_row_by_row(view: View) -> None:
    alive: weakref.WeakSet[Row] = weakref.WeakSet()
    most = sent = 0

    def rows() -> Iterator[Row]:
        nonlocal most, sent
        for number in range(10_000):
            row = Row(f"n{number}")
            alive.add(row)
            if number % 1_000 == 0:
                gc.collect()
                most, sent = max(most, len(alive)), len(written(view)[0])
            yield row

    view.show(table(rows()))

    assert most < 10
    assert sent > 0
    assert len(re.findall(r"\bn\d+\b", written(view)[0])) == 10_000


def test_a_table_that_fails_at_once_leaves_nothing_behind(view: View) -> None:
    def rows() -> Iterator[Row]:
        raise NotFoundError(Text("the store is gone"))
        yield

    with pytest.raises(NotFoundError):
        view.show(table(rows()))

    assert written(view) == ("", "")


@pytest.mark.parametrize("kind", range(3))
def test_stored_text_never_steers_the_terminal(view: View, kind: int) -> None:
    view.show(pages(HOSTILE)[kind])

    out, _ = written(view)
    assert STEERING.findall(out) == []
    assert "[red]end[/red]" in out


@pytest.mark.parametrize("language", ["en", "uk"])
def test_an_error_is_one_line_beside_the_output(view: View, language: str) -> None:
    view.catalogue = translations(language)

    view.error(InvalidValueError(Text("name"), "x", Text("{why}", why=HOSTILE + "\n\u2028y")))

    out, err = written(view)
    assert out == ""
    assert err.startswith("pomichnyk: ")
    assert err.splitlines() == [err.rstrip("\n")]
    assert STEERING.findall(err) == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "koi8-u"])
@pytest.mark.parametrize("kind", range(3))
def test_a_stream_of_another_encoding_is_no_failure(view: View, encoding: str, kind: int) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding)

    type(view)(stream, stream, view.catalogue).show(pages("Тарас 漢字 \ud800")[kind])

    assert raw.getvalue().endswith(b"\n")


@pytest.mark.parametrize("kind", range(3))
def test_a_closed_pipe_is_noticed_by_the_page_that_met_it(view: View, kind: int) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(os.devnull, "w") as nowhere, open(writing, "w", encoding="utf-8") as stream:  # noqa: PTH123  # a descriptor
        with pytest.raises(BrokenPipeError):
            type(view)(stream, stream, view.catalogue).show(pages("Тарас")[kind])
        # What the stream still holds must go somewhere when it is closed.
        os.dup2(nowhere.fileno(), writing)


def test_tracked_items_pass_unchanged_and_unseen_where_nobody_watches(view: View) -> None:
    assert [*view.track(iter("abc"), Text("Working"), 3)] == ["a", "b", "c"]
    assert written(view) == ("", "")


def test_a_text_is_said_in_the_language_of_the_view(view: View) -> None:
    assert view.say(Text("{count} rows", count=2)) == "2 rows"
    assert view.say("as it is") == "as it is"


def test_nothing_but_views_and_edges_writes() -> None:
    edges = {"cli.py", "__main__.py"}
    writing = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in SOURCE.rglob("*.py")
        if path.parent.name not in {"views", "repl", "web"} and path.name not in edges
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Name | ast.Attribute)
        if ast.unparse(node) in {"print", "sys.stdout", "sys.stderr"}
    ]

    assert writing == []
