"""JSON: how values look in it, and what was written elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.errors import SerializationError
from pomichnyk.serialization.json import JsonSerializer

PLAIN = JsonSerializer()


@dataclass
class Point:
    x: Any
    y: Any


def test_what_json_has_is_plain_json() -> None:
    value = {"a": [1, -2.5, None, True, "ж", {}], "$b": -0.0, "": 2**63}

    assert (
        PLAIN.dumps(value)
        == '{"a":[1,-2.5,null,true,"ж",{}],"$b":-0.0,"":9223372036854775808}'.encode()
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ((1, "a"), '{"$tuple":[1,"a"]}'),
        ({1: "a", "b": 2}, '{"$dict":[[1,"a"],["b",2]]}'),
        ({"a": {"$tuple": 1}, "b": ()}, '{"a":{"$dict":[["$tuple",1]]},"b":{"$tuple":[]}}'),
        (b"\x00", '{"$bytes":"AA=="}'),
        (float("nan"), '{"$float":"nan"}'),
        (2**64, '{"$int":"18446744073709551616"}'),
        ("a\ud800", '{"$str":["a",55296,""]}'),
        (Decimal("1.10"), '{"$decimal":"1.10"}'),
        (datetime(2026, 1, 2, tzinfo=UTC), '{"$datetime":"2026-01-02T00:00:00+00:00"}'),
        (Point(1, (2,)), '{"$Point":{"x":1,"y":{"$tuple":[2]}}}'),
    ],
)
def test_what_json_has_not_is_said_by_a_tag(value: object, said: str) -> None:
    assert JsonSerializer([Point]).dumps(value).decode() == f'{{"$pomichnyk":1,"value":{said}}}'


def test_what_is_shared_is_written_once() -> None:
    one = ["long"]

    assert PLAIN.dumps({"a": one, "b": one}) == (
        b'{"$pomichnyk":1,"objects":[["long"]],"value":{"a":{"$ref":0},"b":{"$ref":0}}}'
    )


def test_what_somebody_else_holds_too_is_not_shared() -> None:
    one, many = ["a"], {"b": {"c": [1.5]}}
    value = {"one": one, "many": many}

    assert PLAIN.dumps(value) == json.dumps(value, separators=(",", ":")).encode()


ELSEWHERE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(value=ELSEWHERE, indent=st.sampled_from([None, 2]), ascii_only=st.booleans())
def test_a_file_made_elsewhere_is_read_as_json_reads_it(
    value: Any, indent: int | None, *, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    if "\\ud" not in text:
        assert repr(PLAIN.loads(text.encode("utf-8", "surrogatepass"))) == repr(json.loads(text))


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b" [1 , 2]\n", [1, 2]),
        (b"\xef\xbb\xbf[1]", [1]),
        ('["ж"]'.encode("utf-16"), ["ж"]),
        (b'{"$ref":"#/definitions/x","$set":[1]}', {"$ref": "#/definitions/x", "$set": [1]}),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b"[-9999999999999999999]", [-9999999999999999999]),
        (b"[1,  99999999999999999999]", [1, 99999999999999999999]),
        (b"[0.0012345678901234567]", [0.0012345678901234567]),
        (b'"\\ud800"', "\ud800"),
        (b"0.1000000000000000055511151231257827", 0.1),
        (b"[" * 300 + b"]" * 300, json.loads("[" * 300 + "]" * 300)),
    ],
)
def test_json_made_elsewhere_loses_nothing(data: bytes, value: object) -> None:
    assert repr(PLAIN.loads(data)) == repr(value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"a":1,"a":2}', "the same key twice"),
        (b'{"a": {"b":1, "b":1}}', "the same key twice"),
        (b"[1, 2", "cut short"),
        (b"[1, x]", "line 1, column 5"),
        (b"[NaN]", "NaN is not JSON"),
        (b"[1, -1e400]", "-1e400 is too large"),
        (b"[" * 200_000 + b"]" * 200_000, "nested too deeply"),
        (b'{"$pomichnyk":2,"value":1}', r"newer version \(2\)"),
        (b'{"$pomichnyk":1,"value":{"$Point":{}}}', "“Point”, which is not known here"),
        (b"\xff\xfe\xfa", "damaged"),
    ],
)
def test_what_is_wrong_is_told(data: bytes, words: str) -> None:
    with pytest.raises(SerializationError, match=words):
        PLAIN.loads(data)


def test_a_field_to_come_is_told() -> None:
    data = b'{"$pomichnyk":1,"value":{"$Point":{"x":1,"y":2,"z":3}}}'

    with pytest.raises(SerializationError, match="field “z” is not known here"):
        JsonSerializer([Point]).loads(data)


@pytest.mark.parametrize(
    "body", ['{"x":1}', "[]", '"x"', '{"$dict":[[1,2]]}', '{"$dict":[[{"$tuple":[]},2]]}']
)
def test_fields_that_do_not_fit_are_told(body: str) -> None:
    data = f'{{"$pomichnyk":1,"value":{{"$Point":{body}}}}}'.encode()

    with pytest.raises(SerializationError, match="damaged"):
        JsonSerializer([Point]).loads(data)


def test_a_file_stays_readable_by_any_program(tmp_path: Path) -> None:
    JsonSerializer([Point]).dump([Point(1, {2}), {"a": 1}], tmp_path / "file.json")
    read = json.loads((tmp_path / "file.json").read_text())

    assert read["value"] == [{"$Point": {"x": 1, "y": {"$set": [2]}}}, {"a": 1}]
