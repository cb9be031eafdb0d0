"""Codec: what it wrote comes back, and nothing else is believed, or run."""

from __future__ import annotations

import json
import os
import pickle
from collections import deque
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.cache import lru_cache
from pomichnyk.cache.codec import Codec, codec
from pomichnyk.cache.errors import BadValueError
from pomichnyk.errors import PomichnykError, SerializationError
from pomichnyk.serialization.json import JsonSerializer

SECRET = "a secret that only the tests know"
KEY = b"the key of a value"
VALUES: list[Any] = [
    *(None, True, 7, -(2**70), 0.5, "й", b"\xff", (1, (2, [3])), {1: "a", (2,): None}, {1, 2}),
    *(Decimal("1.10"), datetime(2024, 1, 1, tzinfo=UTC), UUID(int=1), Path("a/b"), deque([1], 2)),
]
CODECS = {
    "json": codec(),
    "signed json": codec("json", SECRET),
    "binary": codec("binary"),
    "signed binary": codec("binary", SECRET),
    "pickle": codec("pickle", SECRET),
    "module": codec(pickle, SECRET.encode()),
}


@pytest.fixture(params=CODECS)
def any_codec(request: pytest.FixtureRequest) -> Codec:
    return CODECS[request.param]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_value_comes_back_equal_in_value_and_type(any_codec: Codec, value: Any) -> None:
    back = any_codec.loads(any_codec.dumps(value, KEY), KEY)

    assert back == value
    assert repr(back) == repr(value)


def test_any_object_that_writes_text_or_bytes_will_do() -> None:
    class Reversed:
        def dumps(self, value: str) -> bytes:
            return value.encode()[::-1]

        def loads(self, data: bytes) -> str:
            return data[::-1].decode()

    for serializer in (json, Reversed()):
        mine = codec(serializer)
        assert mine.loads(mine.dumps("abc", KEY), KEY) == "abc"


class Named(StrEnum):
    ONE = "one"


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5)
    | st.sampled_from([2**63, 2**64, -(2**63) - 1, "\ud800", Named.ONE, (1,), b"1", UUID(int=1)])
)  # fmt: skip
KEYS = st.text(max_size=3) | st.sampled_from(["$pomichnyk", "$ref", 1, Named.ONE])
SHARED: list[Any] = [1]


@given(
    st.recursive(
        LEAVES | st.just(SHARED),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
        max_leaves=40,
    )
)
def test_json_is_written_as_anywhere_else(value: Any) -> None:
    assert written(codec()._serializer, value) == written(JsonSerializer(), value)


def written(serializer: Any, value: Any) -> object:
    try:
        return serializer.dumps(value)
    except SerializationError as error:
        return str(error)


def test_what_holds_itself_or_much_is_written_as_anywhere_else() -> None:
    round_: list[Any] = []
    round_.append(round_)
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]

    for value in (round_, deep, [deep, deep], [[n] for n in range(100)], {"$pomichnyk": 1}):
        assert written(codec()._serializer, value) == written(JsonSerializer(), value)


class Unknown:
    pass


@pytest.mark.parametrize("name", ["json", "binary", "signed json"])
@pytest.mark.parametrize("value", [Unknown(), [1, {"a": Unknown()}]])
def test_what_would_not_come_back_is_refused_by_the_name_of_its_type(name: str, value: Any) -> None:
    with pytest.raises(SerializationError, match="Unknown"):
        CODECS[name].dumps(value, KEY)


def test_what_pickle_cannot_keep_is_refused_by_the_name_of_its_type() -> None:
    with pytest.raises(SerializationError, match="a function cannot be kept"):
        CODECS["pickle"].dumps(lambda: None, KEY)


def test_pickle_asks_for_a_secret() -> None:
    for serializer in ("pickle", pickle):
        with pytest.raises(ValueError, match="secret"):
            codec(serializer)
    for serializer in ("json", "pickle"):
        with pytest.raises(ValueError, match="empty"):
            codec(serializer, "")


def test_what_has_no_codec_is_refused_when_a_function_is_decorated() -> None:
    for options in ({"serializer": "pickle"}, {"serializer": "yaml"}, {"secret": b""}):
        with pytest.raises(ValueError, match=r"secret|yaml"):
            lru_cache(**options)


def test_unknown_serializer_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"'yaml' is none of json, binary, pickle"):
        codec("yaml")


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.folder,)


def test_pickle_bomb_never_goes_off(any_codec: Codec, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    data = pickle.dumps(Bomb(bomb))
    whole = any_codec.dumps(1, KEY)
    forged = [
        data,
        codec(Stored(data)).dumps(0, KEY),
        codec("pickle", "another secret").dumps(Bomb(bomb), KEY),
    ]
    forged += [whole[: len(whole) - size] + data for size in range(len(whole))]

    for one in forged:
        with pytest.raises(BadValueError):
            any_codec.loads(one, KEY)

    assert not bomb.exists()
    pickle.loads(data)
    assert bomb.exists(), "it would have gone off"


class Stored:
    """Says that the bytes of any value are those."""

    def __init__(self, data: bytes) -> None:
        self.dumps = lambda _: data
        self.loads = pickle.loads


def test_every_cut_is_found(any_codec: Codec) -> None:
    whole = any_codec.dumps({"answer": 4242}, KEY)

    for size in range(len(whole)):
        with pytest.raises(BadValueError):
            any_codec.loads(whole[:size], KEY)
    with pytest.raises(BadValueError):
        any_codec.loads(whole + b"2", KEY)


def test_every_wrong_bit_is_found(any_codec: Codec) -> None:
    whole = any_codec.dumps({"answer": 4242}, KEY)

    for place in range(len(whole)):
        for bit in range(8):
            wrong = bytearray(whole)
            wrong[place] ^= 1 << bit
            with pytest.raises(BadValueError):
                any_codec.loads(bytes(wrong), KEY)


@given(st.binary(max_size=100))
def test_garbage_is_told(data: bytes) -> None:
    for one in CODECS.values():
        with pytest.raises(BadValueError):
            one.loads(data, KEY)
        with pytest.raises(BadValueError):
            one.loads(one.dumps("a long text " * 9, KEY)[:7] + data, KEY)


@pytest.mark.parametrize("writer", CODECS)
@pytest.mark.parametrize("reader", [name for name in CODECS if name != "module"])
def test_only_a_codec_like_the_writer_reads(writer: str, reader: str) -> None:
    data = CODECS[writer].dumps([1], KEY)
    if {writer, reader} <= {"pickle", "module"} or writer == reader:
        assert CODECS[reader].loads(data, KEY) == [1]
    else:
        with pytest.raises(BadValueError):
            CODECS[reader].loads(data, KEY)


def test_a_value_of_another_key_is_not_read(any_codec: Codec) -> None:
    with pytest.raises(BadValueError, match="forged"):
        any_codec.loads(any_codec.dumps(1, KEY), KEY + b"s")


def test_values_signed_with_another_secret_are_not_read() -> None:
    for serializer in ("json", "binary", "pickle"):
        with pytest.raises(BadValueError, match="forged"):
            codec(serializer, SECRET).loads(codec(serializer, SECRET + "!").dumps(1, KEY), KEY)


def test_value_whose_class_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = CODECS["pickle"]
    module = ModuleType("gone")
    monkeypatch.setattr(Unknown, "__module__", "gone")
    vars(module)["Unknown"] = Unknown
    with monkeypatch.context() as patched:
        patched.setitem(__import__("sys").modules, "gone", module)
        data = mine.dumps(Unknown(), KEY)
        assert isinstance(mine.loads(data, KEY), Unknown)

    with pytest.raises(BadValueError, match="ModuleNotFoundError"):
        mine.loads(data, KEY)


def test_bad_value_is_an_error_of_ours() -> None:
    with pytest.raises(PomichnykError, match="not written by this cache"):
        codec().loads(b"anything", KEY)
