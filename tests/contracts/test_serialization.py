"""Serialization: what every format keeps exactly, what it refuses, and how it meets damage.

``POMICHNYK_EXAMPLES`` sets how many values hypothesis makes, and twenty times as many inputs are
mutated (300 and 6,000 if it is not set).
"""

from __future__ import annotations

import enum
import io
import os
import random
import struct
import sys
import zlib
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterator
from dataclasses import InitVar, dataclass, field, fields, is_dataclass, make_dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple, Self, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Address, Birthday, Email, Name, Phone, Tag
from pomichnyk.domain.note import Note
from pomichnyk.errors import SerializationError
from pomichnyk.serialization import SerializationInterface

EXAMPLES = int(os.environ.get("POMICHNYK_EXAMPLES", "300"))
KYIV = ZoneInfo("Europe/Kyiv")
SUMMER = timezone(timedelta(hours=3))
NAMELESS = b"TZif" + bytes(16) + struct.pack(">6llbb4s", 0, 0, 0, 0, 1, 4, 0, 0, 0, b"UTC")
"""The smallest file of a time zone: UTC's."""
MERSENNE = sys.hash_info.modulus


class Colour(enum.Enum):
    RED = 1
    SCARLET = 1  # noqa: PIE796  # another name of the same
    BLUE = 2


class Level(enum.IntEnum):
    LOW = 1


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Modes(enum.IntFlag):
    READ = 1


@dataclass
class Point:
    x: Any
    y: Any = 0


@dataclass(eq=False)
class Node:
    name: str
    links: Any = None


@dataclass(frozen=True, slots=True)
class Frozen:
    value: Any


@dataclass(frozen=True)
class Area:
    width: int
    height: int
    size: int = field(init=False)

    def __post_init__(self) -> None:
        if self.width < 0:
            raise ValueError("a width below zero")
        object.__setattr__(self, "size", self.width * self.height)


@dataclass(frozen=True)
class Seeded:
    total: int
    seed: InitVar[int]

    def __post_init__(self, seed: int) -> None:
        object.__setattr__(self, "total", self.total + seed)


@dataclass(unsafe_hash=True)
class Hashed:
    key: int = 0
    peers: Any = field(default=None, compare=False)


class Pair(NamedTuple):
    left: Any
    right: Any = None


Plain = namedtuple("Plain", "a b")  # noqa: PYI024  # as older programs make them


class Word(str):
    __slots__ = ()


class Noted(str):  # noqa: SLOT000  # to have attributes
    note = ""


OWN: list[type[Any]] = [
    *(
        Colour,
        Level,
        Rights,
        Modes,
        Point,
        Node,
        Frozen,
        Area,
        Seeded,
        Hashed,
        Pair,
        Plain,
        Word,
        Noted,
    ),
    *(Contact, Note, Card, Entry, Name, Tag, Phone, Email, Address, Birthday),
]


@pytest.fixture(params=SerializationInterface.names())
def serializer(request: pytest.FixtureRequest) -> SerializationInterface:
    return SerializationInterface.named(request.param)(OWN)


def deep(depth: int, wrap: Callable[[Any], Any], value: Any = None) -> Any:
    for _ in range(depth):
        value = wrap(value)
    return value


def differences(one: Any, other: Any) -> Iterator[str]:
    """Yield where two values differ in value, type, order or in what is the same object."""
    twins: dict[int, int] = {}
    back: dict[int, int] = {}
    todo = [(one, other)]
    while todo:
        a, b = todo.pop()
        if type(a) is not type(b):
            yield f"{type(a)} became {type(b)}"
        elif (inside := parts(a)) is None:
            if not same_leaf(a, b):
                yield f"{a!r} became {b!r}"
        elif twins.get(id(a), id(b)) != id(b) or back.get(id(b), id(a)) != id(a):
            yield f"a {type(a)} became another"
        elif id(a) not in twins:
            twins[id(a)], back[id(b)] = id(b), id(a)
            todo += zip_longest(inside, parts(b) or [], fillvalue="missing")


INSIDE: list[tuple[type[Any] | tuple[type[Any], ...], Callable[[Any], list[Any]]]] = [
    ((set, frozenset), lambda one: sorted(one, key=canonical)),
    (defaultdict, lambda one: [one.default_factory, *one.keys(), *one.values()]),
    (dict, lambda one: [*one.keys(), *one.values()]),
    (ChainMap, lambda one: [one.maps]),
    (deque, lambda one: [one.maxlen, *one]),
    ((list, tuple), list),
    (bytearray, lambda one: [bytes(one)]),
]


def canonical(key: Any) -> str:
    """Return a text by which equal keys are in one order, whatever the order of their sets."""
    if isinstance(key, Node):
        return key.name
    if isinstance(key, (Frozen, Hashed)):
        return f"{type(key)}{canonical(getattr(key, 'value', None))}"
    if isinstance(key, frozenset):
        return f"{{{','.join(sorted(map(canonical, key)))}}}"
    if isinstance(key, tuple):
        return f"({','.join(map(canonical, key))})"
    return f"{type(key)}{key!r}"


def parts(value: Any) -> list[Any] | None:
    """Return what is inside a value, in order where it has one; None if it is a leaf."""
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, one.name) for one in fields(value)]
    if isinstance(value, tuple) and not value:
        return None
    return next((inside(value) for cls, inside in INSIDE if isinstance(value, cls)), None)


def same_leaf(a: Any, b: Any) -> bool:
    if isinstance(a, float):
        return struct.pack(">d", a) == struct.pack(">d", b)
    if isinstance(a, complex):
        return struct.pack(">2d", a.real, a.imag) == struct.pack(">2d", b.real, b.imag)
    if isinstance(a, (Decimal, datetime, time)):
        return repr(a) == repr(b) and getattr(a, "fold", 0) == getattr(b, "fold", 0)
    return bool(a == b) or (isinstance(a, tzinfo) and repr(a) == repr(b))


def assert_kept(serializer: SerializationInterface, value: Any) -> None:
    assert [*differences(value, serializer.loads(serializer.dumps(value)))] == []


CONTACT = Contact(
    name=Name("Олена Пчілка"),
    phones=(Phone("+380671234567", "work"),),
    emails=(Email("o@example.com"),),
    addresses=(Address("вул. Франка, 5", "home"),),
    birthday=Birthday(7, 17, 1849),
    tags=(Tag("друзі"),),
    comment="a\nb",
)
KEPT: dict[str, Any] = {
    "plain": {"a": [1, 2.5, None, True, "ж"]},
    "tuple": (1, 2),
    "set": {1, 2},
    "frozenset": frozenset("ab"),
    "bytes": b"\x00\xff",
    "bytearray": bytearray(b"\x01"),
    "empty bytearray": [bytearray()],
    "int key": {1: "a"},
    "tuple key": {(1, 2): 3},
    "None key": {None: 1},
    "bool key": {True: 1},
    "keys 1 and '1'": {1: "i", "1": "s"},
    "float key": {1.5: 0},
    "bytes key": {b"a": 0},
    "frozenset key": {frozenset({1}): 0},
    "nested key": {(frozenset({(1, "a")}), Frozen((2,))): [0]},
    "enum key": {Colour.RED: 1},
    "1, True, 1.0": [1, True, 1.0, {1: 0}, {True: 0}, {1.0: 0}],
    "order": {"b": 1, "a": 2, "": 3},
    "deque": [deque([1], 3), deque(), deque([1, 2])],
    "defaultdict": [
        defaultdict(list, a=[1]),
        defaultdict(None, {1: 2}),
        defaultdict(cast(Any, Point)),
    ],
    "OrderedDict": OrderedDict(b=1, a=2),
    "OrderedDict with a tuple key": OrderedDict({(1,): 2}),
    "Counter": [Counter("aab"), Counter({1: -2, "x": 0.5})],
    "ChainMap": [ChainMap(), ChainMap({"a": 1}, {(1,): 2})],
    "named tuple": [Pair(1), Plain(1, [2])],
    "dataclass": [Point(1, "b"), Frozen([1]), Area(2, 3), Seeded(1, 2)],
    "enum": [
        Colour.BLUE,
        Colour.SCARLET,
        Level.LOW,
        Modes(1),
        Rights.READ | Rights.WRITE,
        Rights(0),
    ],
    "kind of str": [Word("a"), Word("\ud800"), Name("Ї"), {Word("a"): Word("b")}],
    "datetime": datetime(2026, 1, 2, 3, 4, 5, 678901),  # noqa: DTZ001  # naive ones too
    "datetime UTC": datetime(2026, 1, 2, tzinfo=UTC),
    "datetime +03:00": datetime(2026, 1, 2, 3, 4, 5, 6, SUMMER),
    "datetime of seconds": datetime(1900, 1, 1, tzinfo=timezone(timedelta(seconds=7324))),
    "datetime zone": datetime(2026, 7, 2, 3, tzinfo=KYIV),
    "datetime fold": [
        datetime(2026, 10, 25, 3, 30, tzinfo=KYIV, fold=1),
        datetime(2026, 10, 25, 3, 30, fold=1),  # noqa: DTZ001  # naive ones too
    ],
    "named offset": datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=2), "EET")),
    "date": [date(2000, 2, 29), date.min, date.max],
    "time": [time(1, 2, 3), time(1, tzinfo=SUMMER), time(1, tzinfo=KYIV), time(1, fold=1)],
    "timedelta": [timedelta(days=-1, microseconds=1), timedelta.max, timedelta.min],
    "zones": [UTC, SUMMER, timezone(timedelta(hours=2), "EET"), KYIV],
    "Decimal": [*map(Decimal, ("1.10", "-0", "sNaN", "NaN123", "-Infinity", "1E+999999"))],
    "Fraction": [Fraction(1, 3), *(Fraction(-(2**n), 3) for n in range(0, 30_000, 61))],
    "complex": [1 - 0j, complex("nan"), complex(float("-inf"), -0.0)],
    "UUID": UUID(int=5),
    "path": [Path("/a/b"), PurePosixPath("a/../b"), PureWindowsPath("C:/x"), Path("\udcff")],
    "range": [range(0, 10, 3), range(5, 0, -2), range(10**30)],
    "nan": float("nan"),
    "other NaNs": struct.unpack(">2d", bytes.fromhex("fff80000000000007ff8000000000001")),
    "inf": [float("inf"), float("-inf")],
    "-0.0": [-0.0, 0.0, 0],
    "extreme floats": [1e308, 5e-324, 1e16, 123456789.123456789],
    "64 bits": [2**63, 2**64 - 1, -(2**63)],
    "beyond 64 bits": [2**64, -(2**63) - 1, {2**64: -(2**70)}],
    "5000 digits": [10**5000 + 7, -(10**600), 10**700],
    "lone surrogate": ["\ud800", "\ud83d\ude00", "a\udfffb", {"\ud800": 1}],
    "NUL": "a\0b",
    "emoji": {"😀": "😀"},
    "keys like tags": [{"$ref": 0}, {"$tuple": [1]}, {"$": 1, "a": (2,)}, {"$pomichnyk": 1}],
    "the envelope itself": {"$pomichnyk": 1, "value": {"$tuple": []}},
    "types mixed": {"a": ({1, 2}, [b"x", (None,)])},
    "empty": [[], {}, (), set(), frozenset(), "", b"", deque(), OrderedDict(), Counter()],
    "contact": [CONTACT, Entry(CONTACT, Card("BEGIN:VCARD\r\n", "u", "d"))],
    "note": Note(text="# Купити\n@Олена", tags=(Tag("дім"),), contacts=(CONTACT.id,)),
    **{
        f"alone {one!r}": one for one in (None, True, 0, 1.5, "a", b"a", (), 2**70, UTC, Colour.RED)
    },
}


@pytest.mark.parametrize("case", KEPT)
def test_value_comes_back_equal_in_value_and_type(
    serializer: SerializationInterface, case: str
) -> None:
    assert_kept(serializer, KEPT[case])


def test_a_difference_is_told() -> None:
    """Prove the proof: a change of value, type, order, sign or identity is a difference."""
    one = [1]

    for a, b in (
        *((1, True), (1, 1.0), (0.0, -0.0), ((1,), [1]), ({"a": 1, "b": 2}, {"b": 2, "a": 1})),
        *(([one, one], [[1], [1]]), ([[1], [1]], [one, one]), (Decimal("1.0"), Decimal("1.00"))),
        *(({1}, {1, 2}), (deque([1], 2), deque([1])), (Point(1), Point(2)), ([1], [1, None])),
    ):
        assert [*differences(a, b)] != []


def shared() -> Iterator[Any]:
    one: list[Any] = [1]
    yield [one, one]
    yield {"a": one, "b": {"c": one}}
    tuple_ = (1, [2])
    yield [tuple_, tuple_, {(3, 4): tuple_}]
    kinds: list[Any] = [bytearray, set, deque, OrderedDict, Counter, ChainMap, defaultdict]
    for kind in kinds:
        twin = kind()
        yield [twin, (twin,), {"x": twin}]
    limited = deque([1, 2], 5)
    yield (limited, limited)
    point, frozen, pair = Point([1]), Frozen([1]), Pair([1])
    yield [point, frozen, pair, point, frozen, pair]
    key = (1, (2, 3))
    yield [{key: 1}, {key}, key, frozenset({key})]
    node = Node("a")
    yield [{node}, node, {node: node}]
    yield [CONTACT, CONTACT]


def cycles() -> Iterator[Any]:
    ring: list[Any] = []
    ring.append(ring)
    yield ring
    mapping: dict[Any, Any] = {}
    mapping["me"] = [mapping]
    yield mapping
    inner: list[Any] = []
    inner.append((inner, (inner,)))
    yield inner[0]
    first, second = Node("a"), Node("b")
    first.links, second.links = {second, first}, [first, {first: second}]
    yield first
    line: deque[Any] = deque([1], 2)
    line.append(line)
    yield line
    later: Any = defaultdict(list)
    later[1] = (later,)
    ordered: Any = OrderedDict(a=later)
    ordered["b"] = ordered
    counts: Any = Counter(a=1)
    counts["b"] = [counts]
    maps: Any = ChainMap({})
    maps["x"] = [maps, maps.maps]
    yield [later, ordered, counts, maps]
    held: list[Any] = []
    held.append(Frozen((held, Pair(held))))
    yield held
    hashed = [Hashed(n) for n in range(3)]
    for one in hashed:
        one.peers = [{other: None} for other in hashed]
    yield hashed


@pytest.mark.parametrize("number", range(len([*shared()])))
def test_what_was_one_object_is_one_object_again(
    serializer: SerializationInterface, number: int
) -> None:
    assert_kept(serializer, [*shared()][number])


@pytest.mark.parametrize("number", range(len([*cycles()])))
def test_what_holds_itself_holds_itself_again(
    serializer: SerializationInterface, number: int
) -> None:
    value = [*cycles()][number]
    back = serializer.loads(serializer.dumps(value))

    assert shape(back) == shape(value)


def shape(value: Any) -> list[Any]:
    """Return a value as numbered parts, so that a cycle can be compared."""
    numbers: dict[int, int] = {}
    found: list[Any] = []
    todo = [value]
    while todo:
        one = todo.pop()
        if (inside := parts(one)) is None:
            found.append((type(one), one))
        elif id(one) in numbers:
            found.append(numbers[id(one)])
        else:
            numbers[id(one)] = len(numbers)
            found.append((type(one), len(inside)))
            todo += inside
    return found


@pytest.mark.parametrize(
    "wrap",
    [
        lambda value: [value],
        lambda value: {"a": value},
        lambda value: (value,),
        lambda value: {1: (value, [1])},
        Point,
        lambda value: deque([Frozen(value)]),
    ],
)
@pytest.mark.parametrize("depth", [39, 40, 41, 249, 250, 251, 260, 2_000])
def test_depth_has_no_limit(
    serializer: SerializationInterface, wrap: Callable[[Any], Any], depth: int
) -> None:
    assert_kept(serializer, deep(depth, wrap))


def test_a_hundred_thousand_levels_are_kept(serializer: SerializationInterface) -> None:
    assert_kept(serializer, deep(100_000, lambda value: [value]))


@pytest.mark.parametrize(
    "wrap", [lambda one: [one, one], lambda one: (one, one), lambda one: {0: one, 1: one}]
)
def test_doubled_references_take_no_more_room_than_they_are(
    serializer: SerializationInterface, wrap: Callable[[Any], Any]
) -> None:
    data = serializer.dumps(deep(100, wrap))
    value, levels = serializer.loads(data), 0
    while value is not None:
        assert value[0] is value[1]
        value, levels = value[0], levels + 1

    assert (levels, len(data) < 10_000) == (100, True)


class Ordinary:
    """No dataclass."""


class OwnDict(dict[str, int]):
    """A kind of dict."""


def with_attribute(value: Any) -> Any:
    value.extra = 1
    return value


def holding_itself() -> Frozen:
    value = Frozen(None)
    object.__setattr__(value, "value", (value,))
    return value


def half_made() -> Point:
    point = Point(1)
    del point.x
    return point


REFUSED: dict[str, tuple[Any, str]] = {
    "nobody's class": ({"contacts": [0, 1, 2, {"photo": len}]}, "$.contacts[3].photo: a builtin"),
    "slice": ([slice(1, 2)], "$[0]: a slice"),
    "Ellipsis": ((..., 1), "$[0]: a ellipsis"),
    "function": ({"a b": len}, "$['a b']: a builtin_function_or_method"),
    "class": ([int], "$[0]: a type"),
    "module": ([os], "$[0]: a module"),
    "generator": ([iter([])], "$[0]: a list_iterator"),
    "memoryview": ([memoryview(b"a")], "$[0]: a memoryview"),
    "kind of dict": ([OwnDict(a=1)], "$[0]: a OwnDict"),
    "as a key": ({"a": {(1, Ordinary): 2}}, "$.a{<tuple>}[1]: a type"),
    "bits of nobody": ([Modes.READ | 2**70], "$[0]: a Modes"),
    "under a long key": ({10**9000: len}, "$[<int>]: a builtin"),
    "in a set": ([{1, Ordinary}], "$[0]{}: a type"),
    "in a dataclass": (Point(1, Ordinary), "$.y: a type"),
    "in a named tuple": ([Pair(1, Ordinary)], "$[0].right: a type"),
    "after what is shared": ([[]] * 2 + [Ordinary], "$[2]: a type"),
    "a tuple over itself": ({"a": [holding_itself()]}, "it cannot change, but holds itself"),
    "attribute": ([with_attribute(Point(1))], "$[0]: a Point cannot be kept: its attribute"),
    "attribute of a dict": ([with_attribute(OrderedDict())], "$[0]: a OrderedDict"),
    "attribute of a str": ([with_attribute(Noted("a"))], "$[0]: a Noted"),
    "missing field": ([half_made()], "$[0]: a Point cannot be kept: its field “x” is missing"),
    "factory": ([defaultdict(lambda: 1)], "$[0]: a defaultdict"),
    "large fraction": ([Fraction(3**30_000, 2)], "$[0]: a Fraction"),
    "zone of no name": ([ZoneInfo.from_file(io.BytesIO(NAMELESS))], "$[0]: a ZoneInfo"),
    "crowded set": ([{MERSENNE * n + 1 for n in range(300)}], "$[0]: a set cannot be kept: more"),
    "crowded keys": ([{MERSENNE * n + 1: n for n in range(300)}], "$[0]: a dict"),
    "hash to come": (Hashed(1), "a key whose hash changes"),
}  # fmt: skip
REFUSED["hash to come"][0].peers = frozenset({REFUSED["hash to come"][0]})


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_kept_is_refused_by_its_place_and_type(
    serializer: SerializationInterface, case: str, tmp_path: Path
) -> None:
    value, words = REFUSED[case]
    with pytest.raises(SerializationError) as refused:
        serializer.dump(value, tmp_path / "file")

    assert words in str(refused.value)
    assert [*tmp_path.iterdir()] == []


def test_keys_that_take_too_long_to_hash_are_refused(serializer: SerializationInterface) -> None:
    with pytest.raises(SerializationError, match=r"keys that take too long"):
        serializer.dumps({deep(21, lambda one: (one, one), 1)})


class Odd(Word):
    """A kind of str that gives another text than it takes."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        return super().__new__(cls, value + "!")


def test_a_class_that_changes_its_text_is_refused() -> None:
    for name in SerializationInterface.names():
        with pytest.raises(SerializationError, match="does not take its text"):
            SerializationInterface.named(name)([Odd]).dumps(Odd("a"))


@pytest.mark.parametrize("case", KEPT)
def test_every_cut_is_told(serializer: SerializationInterface, case: str) -> None:
    data = serializer.dumps([KEPT[case]])

    for length in {*range(min(len(data), 60)), *range(0, len(data), max(1, len(data) // 40))}:
        with pytest.raises(SerializationError):
            serializer.loads(data[:length])


def test_what_follows_the_end_is_told(serializer: SerializationInterface) -> None:
    values: list[Any] = [[1], (1,), [[]] * 2]
    for value in values:
        with pytest.raises(SerializationError):
            serializer.loads(serializer.dumps(value) + b"1")


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"PK\x03\x04", b"\x80\x05K\x01.", b"\xff" * 100, b"garbage"]
)
def test_a_foreign_file_is_told(
    serializer: SerializationInterface, data: bytes, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(data)

    with pytest.raises(SerializationError):
        serializer.load(tmp_path / "file")


def test_a_class_that_was_not_named_is_not_made(serializer: SerializationInterface) -> None:
    reader = type(serializer)()
    loaded = {*sys.modules}

    values: list[Any] = [Point(1), Colour.RED, Word("a"), [Point(1)] * 2, KEPT["defaultdict"]]
    for value in values:
        with pytest.raises(SerializationError):
            reader.loads(serializer.dumps(value))
    assert {*sys.modules} == loaded


def test_a_value_that_its_class_forbids_is_not_made(serializer: SerializationInterface) -> None:
    area, phone = Area(1, 2), Phone("+380671234567")
    object.__setattr__(area, "width", -1)
    object.__setattr__(phone, "value", "nobody")

    for value in (area, phone):
        with pytest.raises(SerializationError):
            serializer.loads(serializer.dumps(value))


def test_a_class_may_have_grown_since(serializer: SerializationInterface) -> None:
    def version(**more: Any) -> tuple[type[Any], type[Any]]:
        names = {"__annotations__": dict.fromkeys(more, "int"), **more}
        old = type("Thing", (), {"__annotations__": {"a": "int"}})
        return dataclass(old), dataclass(
            type("Thing", (), {"__annotations__": {"a": "int"} | names["__annotations__"], **more})
        )

    old, new = version(b=5)
    data = type(serializer)([old]).dumps(old(1))
    newer = type(serializer)([new]).dumps(new(1, 2))

    assert vars(type(serializer)([new]).loads(data)) == {"a": 1, "b": 5}
    with pytest.raises(SerializationError):
        type(serializer)([old]).loads(newer)


class Slotted:
    __slots__ = ("hidden",)


@dataclass
class Hiding(Slotted):
    a: int = 0


@dataclass
class Numbers(list[int]):
    a: int = 0


@pytest.mark.parametrize("cls", [Ordinary, OwnDict, Hiding, Numbers, int, object])
def test_a_class_whose_instances_cannot_be_kept_is_refused(
    serializer: SerializationInterface, cls: type[Any]
) -> None:
    with pytest.raises(TypeError, match=cls.__name__):
        type(serializer)([cls])


def test_two_classes_of_one_name_are_refused(serializer: SerializationInterface) -> None:
    other, tag, factory = (make_dataclass(name, []) for name in ("Point", "decimal", "Counter"))

    for classes in ([Point, other], [tag], [factory]):
        with pytest.raises(ValueError, match="one name"):
            type(serializer)(classes)


def test_a_file_holds_what_the_bytes_do(serializer: SerializationInterface, tmp_path: Path) -> None:
    path = tmp_path / f"file{serializer.suffix}"
    serializer.dump((1,), path)

    assert path.read_bytes() == serializer.dumps((1,))
    assert serializer.load(str(path)) == (1,)


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["$ref", "$tuple", "$", "$pomichnyk", "value", "objects"])
    | st.binary(max_size=8)
    | st.decimals()
    | st.fractions()
    | st.uuids()
    | st.dates()
    | st.times(timezones=st.none() | st.just(SUMMER))
    | st.datetimes(timezones=st.none() | st.sampled_from([UTC, SUMMER, KYIV]))
    | st.timedeltas()
    | st.sampled_from([*Colour, *Level, Rights.READ | Rights.WRITE])
    | st.builds(range, st.integers(-9, 9), st.integers(-9, 9))
    | st.builds(Word, st.text(max_size=3))
)
HASHABLE = st.recursive(
    LEAVES.filter(lambda one: not (isinstance(one, Decimal) and one.is_snan())),
    lambda inner: (
        st.tuples(inner, inner) | st.frozensets(inner, max_size=3) | st.builds(Frozen, inner)
    ),
    max_leaves=4,
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | inner.map(lambda one: [one, one])
        | st.dictionaries(st.text(max_size=4), inner, max_size=4)
        | st.dictionaries(HASHABLE, inner, max_size=3)
        | st.sets(HASHABLE, max_size=3)
        | st.frozensets(HASHABLE, max_size=3)
        | st.builds(deque, st.lists(inner, max_size=3), st.none() | st.integers(0, 9))
        | st.dictionaries(HASHABLE, inner, max_size=3).map(OrderedDict)
        | st.dictionaries(HASHABLE, inner, max_size=3).map(lambda one: defaultdict(list, one))
        | st.dictionaries(HASHABLE, st.integers(), max_size=3).map(Counter)
        | st.builds(ChainMap, st.dictionaries(HASHABLE, inner, max_size=2))
        | st.builds(Point, inner, inner)
        | st.builds(Frozen, inner)
        | st.builds(Pair, inner, inner)
        | st.builds(bytearray, st.binary(max_size=4))
    )


VALUES = st.recursive(LEAVES, containers, max_leaves=25)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(value=VALUES)
def test_any_value_comes_back(serializer: SerializationInterface, value: Any) -> None:
    assert_kept(serializer, value)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with a few of them changed, cut out, put in or moved."""
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 5)):
        place, length = chance.randrange(len(changed) + 1), chance.randrange(1, 9)
        change = chance.randrange(4)
        if change == 0 and place < len(changed):
            changed[place] ^= 1 << chance.randrange(8)
        elif change == 1:
            del changed[place : place + length]
        elif change == 2:
            changed[place:place] = chance.randbytes(length)
        else:
            source = chance.randrange(len(changed) + 1)
            changed[place:place] = changed[source : source + length]
    return bytes(changed)


def sealed(data: bytes) -> bytes:
    """Return the bytes of a .bin file with the length and the checksum that belong to them."""
    form, payload = data[9:10], data[22:]
    checksum = zlib.crc32(payload, zlib.crc32(b"\x01" + form))
    return data[:8] + b"\x01" + form + struct.pack(">IQ", checksum, len(payload)) + payload


def test_a_mutated_input_is_a_value_or_an_error(serializer: SerializationInterface) -> None:
    chance = random.Random(7)
    samples = [serializer.dumps(value) for value in (*KEPT.values(), *shared(), *cycles())]
    samples.append(serializer.dumps(deep(100, lambda one: [one, {1: (one,)}])))
    outcomes = Counter[str]()
    for _ in range(EXAMPLES * 20):
        data = mutated(chance.choice(samples), chance)
        if serializer.suffix == ".bin" and chance.random() < 0.9:
            data = sealed(data)
        try:
            serializer.loads(data)
        except SerializationError:
            outcomes["error"] += 1
        else:
            outcomes["value"] += 1

    assert min(outcomes["error"], outcomes["value"]) > 0
