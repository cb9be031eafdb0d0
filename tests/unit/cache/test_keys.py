"""Keys: equal for equal calls in every process, and for no others."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import InitVar, dataclass
from functools import lru_cache
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cache_values
from cache_values import VALUES, Bare, Colour, Keyed, Order, Slotted
from pomichnyk.cache.keys import DIGEST, digest, keymaker


def plain(a: Any, b: Any = 5, /, c: Any = None, *, d: Any = "d") -> None: ...


def any_(*args: Any, **kwargs: Any) -> None: ...


def mixed(a: Any, *rest: Any, option: bool = False, **more: Any) -> None: ...


def maker(
    function: Callable[..., Any] = any_, *, typed: bool = False, bound: bool = False
) -> Callable[..., bytes]:
    made = keymaker(function, typed=typed, key=None, bound=bound)
    return lambda *args, **kwargs: made(args, kwargs)


typed, untyped = maker(typed=True), maker(typed=False)


@pytest.mark.parametrize(
    ("function", "one", "other"),
    [
        (plain, ((1,), {}), ((1, 5), {})),
        (plain, ((1,), {}), ((1, 5, None), {"d": "d"})),
        (plain, ((1,), {"c": 2, "d": 3}), ((1, 5), {"d": 3, "c": 2})),
        (any_, ((), {"a": 1, "b": 2}), ((), {"b": 2, "a": 1})),
        (mixed, ((1,), {}), ((), {"a": 1})),
        (mixed, ((1,), {"option": False}), ((1,), {})),
        (mixed, ((1,), {"y": 2, "x": 1, "option": True}), ((1,), {"option": True, "x": 1, "y": 2})),
    ],
)
def test_one_call_has_one_key_whatever_its_form(
    function: Callable[..., Any], one: Any, other: Any
) -> None:
    for is_typed in (False, True):
        made = keymaker(function, typed=is_typed, key=None, bound=False)
        assert made(*one) == made(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (((1, 2), {}), (((1, 2),), {})),
        ((("a b",), {}), (("a", "b"), {})),
        (((), {"a": 1}), ((), {"b": 1})),
        (((), {"a": 1, "b": 2}), ((), {"a": 2, "b": 1})),
        (((), {"a": 1}), ((("a", 1),), {})),
        (((), {"a": 1}), (({"a": 1},), {})),
        (((), {}), ((None,), {})),
        (((), {}), (((),), {})),
        (((-1,), {}), ((-2,), {})),
        (((0,), {}), ((2**61 - 1,), {})),
        ((("tuple", 1), {}), (((1,),), {})),
        (((("tuple", 1),), {}), (((1,),), {})),
        (((("nan",),), {}), ((math.nan,), {})),
    ],
)
def test_different_calls_have_different_keys(one: Any, other: Any) -> None:
    for is_typed in (False, True):
        made = keymaker(any_, typed=is_typed, key=None, bound=False)
        assert made(*one) != made(*other)


def test_typed_keys_tell_all_values_apart() -> None:
    keys = {typed(value): value for value in VALUES}

    assert len(keys) == len(VALUES)
    for shape in (lambda v: [v], lambda v: (v, 1), lambda v: {"k": [v]}):
        assert len({typed(shape(value)) for value in VALUES}) == len(VALUES)


def test_untyped_keys_join_equal_numbers_and_nothing_else() -> None:
    pairs = combinations(VALUES, 2)
    joined = [(one, other) for one, other in pairs if untyped(one, "") == untyped(other, "")]

    simple = {bool, int, float, complex}
    assert {(type(one), type(other)) for one, other in joined} <= {
        (one, other) for one in simple for other in simple
    }
    assert [one == other for one, other in joined] == [True] * 12
    # 0, False, 0.0 and -0.0; 1, True, 1.0 and 1+0j
    assert untyped([(True, {1.0: 0})]) == untyped([(1, {1: False})]) != untyped([(1, {1: 1})])


def test_sole_int_is_told_from_other_numbers_as_in_functools() -> None:
    def sole(x: Any) -> None: ...

    def with_default(x: Any, y: int = 1) -> None: ...

    cached = lru_cache(sole)
    for value in (1, 1.0, True, 1 + 0j):
        cached(value)
    keys = {maker(sole)(value) for value in (1, 1.0, True, 1 + 0j)}
    assert len(keys) == cached.cache_info().misses == 2
    assert len({maker(sole, typed=True)(value) for value in (1, 1.0, True, 1 + 0j)}) == 4
    assert maker(sole)(x=1.0) == maker(sole)(True) != maker(sole)(2.0) != maker(sole)(2)
    assert len({maker(with_default)(value) for value in (1, 1.0, True)}) == 1


def test_so_it_is_if_it_is_all_that_is_given_to_a_function_of_any_number() -> None:
    def several(*values: Any) -> None: ...

    def and_more(first: Any, *values: Any) -> None: ...

    cached = lru_cache(several)
    calls = [(value, *rest) for value in (1, 1.0, True, 1 + 0j) for rest in [(), (1,), (1.0, 2)]]
    for call in calls:
        cached(*call)
    assert len({maker(several)(*call) for call in calls}) == cached.cache_info().misses == 4
    assert len({maker(and_more)(value) for value in (1, 1.0, True)}) == 1
    assert maker(and_more)(1.0) == maker(and_more)(first=1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({1: 2, 3: 4}, {3: 4, 1: 2}),
        ({"a", "b", "c"}, {"c", "b", "a"}),
        (math.nan, float("-nan")),
        (math.inf - math.inf, math.nan),
        (Colour.RED, Colour.CRIMSON),
        (Order(1, ["a"], "x"), Order(1, ["a"], "y")),
        (Keyed(1), Keyed(1)),
        (10**30, int("1" + "0" * 30)),
    ],
)
def test_equal_values_have_equal_keys(one: Any, other: Any) -> None:
    assert typed(one) == typed(other)
    assert untyped(one) == untyped(other)


def test_attribute_that_is_computed_from_a_record_is_no_part_of_it() -> None:
    order = Order(1)
    key = typed(order)

    assert order.size == 0
    assert typed(order) == key


@dataclass
class Hidden:
    secret: InitVar[int]

    def __post_init__(self, secret: int) -> None:
        self.kept = secret


@dataclass(frozen=True)
class Heir(Slotted):
    __slots__ = ("more",)


@dataclass
class ListToo(list):  # type: ignore[type-arg]  # what is told apart is not typed
    number: int = 1


class Word(str):
    __slots__ = ()


def looped() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


def nameless_zone() -> ZoneInfo:
    nothing = b"TZif" + bytes(16) + bytes.fromhex("00000000" * 4 + "00000001" + "00000001")
    return ZoneInfo.from_file(BytesIO(nothing + bytes(7)))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "builtins.object"),
        (Bare(), "Bare"),
        ([{"x": Bare()}], "Bare"),
        (lambda: None, "function"),
        (len, "builtin"),
        (iter([]), "list_iterator"),
        (Word("a"), "Word"),
        (Hidden(1), "“kept”"),
        (Heir(1), "“more”"),
        (ListToo(), "a list besides its fields"),
        (Order(Bare()), "Bare"),  # type: ignore[arg-type]  # the wrong type is the point
        (looped(), "nested too deeply, or holds itself"),
        (memoryview(b""), "memoryview"),
        (nameless_zone(), "has no name"),
    ],
)
@pytest.mark.parametrize("is_typed", [False, True])
def test_value_known_by_its_address_alone_is_refused_by_the_name_of_its_argument(
    value: Any, said: str, is_typed: bool
) -> None:
    key = maker(plain, typed=is_typed)
    for _ in range(2):  # a class is known the second time
        with pytest.raises(TypeError) as refused:
            key(1, c=value)

        assert "plain(): the argument “c”" in str(refused.value)
        assert said in str(refused.value)
        assert "0x" not in str(refused.value)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: maker(mixed)(1, 2, object()), "“*rest”"),
        (lambda: maker(mixed)(1, x=object()), "“**more”"),
        (lambda: maker(Bare.__init__, bound=True)(Bare()), "depends on its instance"),
    ],
)
def test_argument_is_named_wherever_it_stands(call: Callable[[], bytes], said: str) -> None:
    with pytest.raises(TypeError, match=said.replace("*", r"\*")):
        call()


@pytest.mark.parametrize("call", [((), {}), ((1, 2, 3, 4), {}), ((1,), {"z": 1}), ((), {"a": 1})])
def test_call_that_the_function_does_not_take_is_refused(call: Any) -> None:
    with pytest.raises(TypeError):
        keymaker(plain, typed=False, key=None, bound=False)(*call)


def test_default_without_a_form_may_be_left_out() -> None:
    def function(a: int, b: object = object(), c: int = 1) -> None: ...

    key = maker(function)

    assert key(1) == key(1, c=1) != key(1, c=2)
    assert key(1, b=3) != key(1)
    with pytest.raises(TypeError, match="“b”"):
        key(1, object())


def test_default_that_the_function_changes_stays_what_it_was() -> None:
    memory: list[int] = []

    def function(a: int, b: list[int] = memory) -> None: ...

    key = maker(function)
    first = key(1)
    memory.append(1)

    assert key(1) == first == key(1, []) != key(1, [1])


def test_key_stands_for_all_arguments() -> None:
    def function(person: Bare, city: str) -> None: ...

    made = keymaker(function, typed=False, key=lambda person, city: city.lower(), bound=False)

    assert made((Bare(), "Kyiv"), {}) == made((Bare(),), {"city": "KYIV"})
    assert made((Bare(), "Lviv"), {}) != made((Bare(), "Kyiv"), {})
    unkeyed = keymaker(function, typed=False, key=lambda person, city: person, bound=False)
    with pytest.raises(TypeError, match="what key= returned"):
        unkeyed((Bare(), "Kyiv"), {})


class Shop:
    def __init__(self, number: int) -> None:
        self.number = number

    def __cache_key__(self) -> int:
        return self.number

    def price(self, goods: int) -> int:
        return self.number * goods

    @classmethod
    def name(cls, goods: int) -> str:
        return f"{cls.__name__} {goods}"


class Branch(Shop):
    pass


def test_instances_and_classes_are_told_apart() -> None:
    price = maker(Shop.price, bound=True)
    name = maker(vars(Shop)["name"].__func__, bound=True)

    assert price(Shop(1), 2) == price(Shop(1), goods=2)
    assert price(Shop(1), 2) != price(Shop(2), 2)
    assert price(Shop(1), 2) != price(Branch(1), 2)
    assert name(Shop, 1) == name(Shop, goods=1) != name(Branch, 1)


def test_instances_at_one_address_are_not_taken_for_each_other() -> None:
    key = maker(Shop.price, bound=True)

    keys = {key(Shop(number), 1) for number in range(2000)}

    assert len(keys) == 2000


def test_code_of_a_class_is_a_part_of_its_instances() -> None:
    codes = {Order: b"1", Colour: b"1"}

    def key(value: Any) -> bytes:
        made = keymaker(any_, typed=False, key=None, bound=False, code=lambda cls: codes[cls])
        return made((value,), {})

    for value in (Order(1), Order, Colour.RED):
        before = key(value)
        assert key(value) == before
        cls = value if isinstance(value, type) else type(value)
        codes[cls] += b"+"
        assert key(value) != before


def test_builtin_of_unknown_parameters_has_keys_too() -> None:
    key = maker(max)

    assert key(1, 2) != key(2, 1)
    assert key(1, default=2) != key(1, default=3)


def test_function_of_any_keywords_does_not_fill_the_memory() -> None:
    made = keymaker(any_, typed=False, key=None, bound=False)
    keys = {made((), {f"k{number}": 1}) for number in range(1000)}

    assert len(keys) == 1000


def test_digest_depends_on_the_call_and_on_the_version_and_on_where_one_ends() -> None:
    digests = {digest(b"a", b"b"), digest(b"", b"ab"), digest(b"ab", b""), digest(b"a", b"c")}

    assert {len(one) for one in digests} == {DIGEST}
    assert len(digests) == 4
    assert digest(b"a", b"b") in digests


PROGRAM = """
import sys
sys.path[:0] = [{support!r}]
from cache_values import VALUES
from pomichnyk.cache.keys import digest, keymaker
def function(*args, **kwargs): ...
for typed in (False, True):
    made = keymaker(function, typed=typed, key=None, bound=False)
    for value in VALUES:
        print(digest(made((value,), {{"k": value}}), b"1").hex())
"""


def test_processes_share_keys_whatever_their_hashes() -> None:
    program = PROGRAM.format(support=str(Path(cache_values.__file__).parent))
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "random")
    ]

    assert said[0].count(b"\n") == 2 * len(VALUES)
    assert said[0] == said[1] == said[2]


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from([0.0, 1.0, 0.5, 2.0**53, 2**53 + 1, 2**53, 1j, 1 + 0j])
    | st.text("1a", max_size=2)
    | st.binary(max_size=1)
)
NESTED = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.lists(inner, max_size=2).map(tuple)
        | st.dictionaries(st.integers(0, 1) | st.text("a", max_size=1), inner, max_size=2)
        | st.frozensets(SCALARS, max_size=2)
    ),
    max_leaves=4,
)


def alike(one: Any, other: Any) -> bool:
    """Tell whether two values are equal, and of the same types all through."""
    if type(one) is not type(other) or one != other:
        return False
    if isinstance(one, dict):
        return all(any(alike(k, j) and alike(one[k], other[j]) for j in other) for k in one)
    if isinstance(one, frozenset):
        return all(any(alike(k, j) for j in other) for k in one)
    if isinstance(one, (list, tuple)):
        return all(map(alike, one, other))
    return True


@given(NESTED, NESTED)
def test_keys_are_equal_exactly_where_values_are(one: Any, other: Any) -> None:
    assert (untyped(one) == untyped(other)) == (one == other)
    assert (typed(one) == typed(other)) == alike(one, other)


@given(st.tuples(SCALARS, SCALARS, SCALARS), st.integers(0, 3), st.permutations("abc"))
def test_form_of_a_call_does_not_matter(values: Any, by_place: int, order: list[str]) -> None:
    def function(a: Any, b: Any, c: Any) -> None: ...

    given_ = dict(zip("abc", values, strict=True))
    by_name = {name: given_[name] for name in order if name in "abc"[by_place:]}

    assert maker(function)(*values[:by_place], **by_name) == maker(function)(*values)
