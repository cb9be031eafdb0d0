"""Values of all the kinds that can be arguments of a cached function, no two alike."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag
from fractions import Fraction
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

KYIV = ZoneInfo("Europe/Kyiv")


class Colour(Enum):
    RED = "red"
    CRIMSON = RED
    GREEN = "green"
    NOTHING = object()


class Number(IntEnum):
    ONE = 1


class Access(IntFlag):
    READ = 1
    WRITE = 2


class Point(NamedTuple):
    x: int
    y: int


@dataclass
class Order:
    number: int
    lines: list[str] = field(default_factory=list)
    note: str = field(default="", compare=False)

    @cached_property
    def size(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Slotted:
    number: int


class Keyed:
    def __init__(self, number: int) -> None:
        self.number = number

    def __cache_key__(self) -> object:
        return self.number


class KeyedText(str):
    __slots__ = ()

    @property
    def __cache_key__(self) -> str:
        return str(self)


class Bare:
    pass


VALUES = [
    *(None, True, False, 0, 1, -1, -2, 2, 2**61 - 1, 2**64, -(2**200), 10**5000),
    *(
        0.0,
        -0.0,
        1.0,
        0.5,
        1e300,
        math.inf,
        -math.inf,
        math.nan,
        1j,
        1 + 0j,
        complex(0.0, math.nan),
    ),
    *("", "1", "None", "nan", "a b", "й", "\ud800", "\0"),
    *(b"", b"1", b"a b", bytearray(b"1"), ..., range(3), range(0, 3, 2)),
    *((), (1,), (1, 2), ((1, 2),), ((1,), 2), [], [1], [1, 2], [[1], 2], [(1,), 2]),
    *(
        {},
        {1: 2},
        {2: 1},
        {"1": 2},
        {"a": {"b": [1]}},
        OrderedDict(a=1, b=2),
        OrderedDict(b=2, a=1),
    ),
    *(set(), {1}, {1, 2}, frozenset(), frozenset({1, 2}), {frozenset({1}), frozenset({2})}),
    *(deque([1]), deque([1], 5)),
    *(Decimal(1), Decimal("1.0"), Decimal("NaN"), Fraction(1, 2), Fraction(1)),
    *(date(2024, 1, 1), time(1, 2), time(1, 2, fold=1), time(1, 2, tzinfo=UTC), timedelta(days=1)),
    datetime(2024, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    datetime(2024, 10, 27, 3, 30, tzinfo=KYIV),
    datetime(2024, 10, 27, 3, 30, fold=1, tzinfo=KYIV),
    datetime(2024, 1, 1, tzinfo=UTC),
    datetime(2024, 1, 1, 2, tzinfo=KYIV),
    datetime(2024, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))),
    *(UTC, timezone(timedelta(0), "Z"), KYIV, ZoneInfo("UTC")),
    *(UUID(int=1), UUID(int=2)),
    *(PurePosixPath("a"), PureWindowsPath("a"), Path("a"), Path("a/b")),
    *(
        Colour.RED,
        Colour.GREEN,
        Colour.NOTHING,
        Number.ONE,
        Access.READ,
        Access.READ | Access.WRITE,
    ),
    *(Access(0), Point(1, 2), Order(1), Order(2), Order(1, ["a"]), Slotted(1)),
    *(Keyed(1), Keyed(2), KeyedText("a"), int, str, Keyed, Order, Colour),
]
