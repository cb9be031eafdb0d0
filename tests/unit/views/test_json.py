"""The JSON view: one document, whatever is in it."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.text import Text, translations
from pomichnyk.views.json import JsonView
from pomichnyk.views.pages import Card, Message, Page, Record, Table

texts = st.text(st.characters(exclude_categories=()))
records = st.dictionaries(texts, st.none() | st.booleans() | st.integers() | st.lists(texts))


def shown(page: Page, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding, newline="")
    JsonView(out, io.StringIO(), translations("uk")).show(page)
    return raw.getvalue().decode(encoding)


def table(records: Sequence[Record]) -> Table[Record]:
    return Table([Text("x")], records, lambda _: [""], lambda record: record, Text("none"))


def test_a_table_is_an_array_with_an_item_to_a_line() -> None:
    assert shown(table([{"name": "Ґава"}, {"name": None}])) == (
        '[\n{"name": "Ґава"},\n{"name": null}\n]\n'
    )


def test_no_items_are_an_empty_array() -> None:
    assert shown(table([])) == "[]\n"


@pytest.mark.parametrize("page", [Message(Text("x"), {"a": 1}), Card("x", [], {"a": 1})])
def test_anything_else_is_an_object(page: Page) -> None:
    assert shown(page) == '{"a": 1}\n'


@given(st.lists(records), st.sampled_from(["utf-8", "ascii", "latin-1", "utf-16"]))
def test_every_record_comes_back_equal(given: list[dict[str, Any]], encoding: str) -> None:
    assert json.loads(shown(table(given), encoding)) == given


def test_what_json_has_no_word_for_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        shown(Message(Text("x"), {"a": float("nan")}))
