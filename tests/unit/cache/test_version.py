"""Version: an edit that changes what a function does changes it, an edit of its looks does not."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from pomichnyk.cache import lru_cache as pomichnyk_cache
from pomichnyk.cache.version import SIZE, class_fingerprint, fingerprint

SHOP = {
    "__init__.py": "",
    "shop.py": '''
from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from enum import Enum

from . import discounts, rates
from .taxes import tax

RATE = 2
RATES = {"uk": 1, "pl": 2}
COUNTRIES = {"uk", "pl", "ua"}
HANDLERS = {"tax": tax}
LIMITS = (1, [2])
seen = []
calls = 0


class Kind(Enum):
    GOOD = 1
    BAD = 2


@dataclass(frozen=True)
class Settings:
    margin: int = 1


SETTINGS = Settings(3)


def doubled(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args) * 2

    return inner


@doubled
def decorated(x):
    return x + 10


@functools.lru_cache
def remembered(x):
    return x + 20


def even(x):
    return x == 0 or odd(x - 1)


def odd(x):
    return x != 0 and even(x - 1)


def helper(x):
    """Help."""
    return x + 1


def never(x):
    return x + 1000


@functools.singledispatch
def by_type(x):
    return x


@by_type.register
def _(x: int):
    return x + 70


def dispatched(x):
    return by_type(x)


def closing(factor):
    def inner(x):
        return x * factor

    return inner


tripled = closing(3)
added = functools.partial(pow, 7)


class Base:
    BASE = 5

    def inherited(self, x):
        return x + 30


class Till(Base):
    FEE = 4
    opened = 0

    def total(self, x):
        type(self).opened += 1
        return self.with_fee(x) + self.inherited(x) + self.BASE

    def with_fee(self, x):
        return x + self.FEE + self.name

    @property
    def name(self):
        return 40

    @staticmethod
    def unused():
        return 50


def price(x, kind=1, *, extra=2):
    """Return the price."""
    global calls
    calls += 1
    seen.append(x)
    from . import latest, nothing_of_the_kind
    from .late import later

    if x in COUNTRIES:
        return json.dumps(RATES)
    inner = [helper(one) * RATE for one in (x, 6)]
    named = latest.LAST, nothing_of_the_kind, rates.deep.RATE
    return inner, named, tax(x), discounts.discount(x), later(x), decorated(x)


def use_till(x):
    return Till().total(x)


def others(x):
    return even(x), tripled(x), remembered(x), added, HANDLERS, SETTINGS, Kind.GOOD, LIMITS
''',
    "taxes.py": "def tax(x):\n    return x * 0.2\n",
    "discounts.py": "def discount(x):\n    return x - 7\n\n\ndef other(x):\n    return x\n",
    "rates/__init__.py": "from . import deep\n",
    "rates/deep.py": "RATE = 8\n",
    "latest.py": "LAST = 60\n",
    "late.py": "def later(x):\n    return x + 9\n",
}

Edit = Mapping[str, tuple[str, str]]
Load = Callable[..., Any]
_numbers = count()


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Return what imports the shop from a file that was edited, and takes no cached module."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    paths = list(sys.path)

    def loaded(
        edit: Edit | None = None, package: str = "shop_package", module: str = "shop"
    ) -> Any:
        home = tmp_path / str(next(_numbers))
        for name, text in SHOP.items():
            file = home / package / name
            file.parent.mkdir(parents=True, exist_ok=True)
            old, new = (edit or {}).get(name, ("", ""))
            assert old in text
            file.write_text(text.replace(old, new) if old else new + text)
        forget(package)
        sys.path[:] = [str(home), *paths]
        importlib.invalidate_caches()
        return importlib.import_module(f"{package}.{module}")

    yield loaded
    sys.path[:] = paths
    forget("shop_package")


def forget(package: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


def shop(old: str, new: str) -> Edit:
    return {"shop.py": (old, new)}


@pytest.mark.parametrize(
    ("function", "edit"),
    [
        ("price", shop("    inner = [", "    # why\n    inner = [")),
        ("price", shop('"""Return the price."""', '"""Say what it costs."""')),
        ("price", shop('    """Return the price."""\n', "")),
        ("price", shop('    """Help."""\n', "")),
        ("price", shop("RATE = 2", "\n\n\nRATE = 2")),
        ("price", shop("def helper(x):", "def helper(x: int) -> int:")),
        ("price", shop("def price(x, kind=1", "def price(x: str, kind: int = 1")),
        ("price", shop("inner", "found")),
        ("price", shop("x + 1000", "x + 1001")),
        ("price", shop("calls = 0", "calls = 7")),
        ("price", shop("seen = []", "seen = [1]")),
        ("price", shop('{"uk", "pl", "ua"}', '{"ua", "pl", "uk"}')),
        ("price", {"discounts.py": ("    return x\n", "    return x + 1\n")}),
        ("price", {"late.py": ("", "# why\n")}),
        ("use_till", shop("opened = 0", "opened = 1")),
        ("others", shop("x + 1\n", "x + 2\n")),
    ],
)
def test_looks_and_what_is_not_called_keep_the_version(
    load: Load, function: str, edit: Edit
) -> None:
    before = fingerprint(getattr(load(), function))

    assert fingerprint(getattr(load(edit), function)) == before


@pytest.mark.parametrize(
    ("function", "edit"),
    [
        ("price", shop("(x, 6)", "(x, 7)")),
        ("price", shop("* RATE", "* RATE * 5")),
        ("price", shop("kind=1", "kind=2")),
        ("price", shop("extra=2", "extra=3")),
        ("price", shop("extra=2", "extra=True")),
        ("price", shop("x + 1\n", "x + 2\n")),
        ("price", shop("RATE = 2", "RATE = 3")),
        ("price", shop("RATE = 2", "RATE = 2.0")),
        ("price", shop('"pl": 2', '"pl": 3')),
        ("price", shop('"pl", "ua"}', '"pl"}')),
        ("price", {"taxes.py": ("0.2", "0.21")}),
        ("price", {"discounts.py": ("x - 7", "x - 8")}),
        ("price", {"rates/deep.py": ("8", "9")}),
        ("price", {"late.py": ("x + 9", "x + 10")}),
        ("price", {"latest.py": ("60", "61")}),
        ("price", shop("x + 10\n", "x + 11\n")),
        ("price", shop("* 2\n\n    return inner", "* 3\n\n    return inner")),
        ("price", shop("def price(", "async def price(")),
        ("use_till", shop("FEE = 4", "FEE = 5")),
        ("use_till", shop("return 40", "return 41")),
        ("use_till", shop("x + 30", "x + 31")),
        ("use_till", shop("BASE = 5", "BASE = 6")),
        ("use_till", shop("self.with_fee(x) +", "-self.with_fee(x) +")),
        ("Till.total", shop("FEE = 4", "FEE = 5")),
        ("Till.total", shop("return 40", "return 41")),
        ("Till.total", shop("x + 30", "x + 31")),
        ("Till.total", shop("BASE = 5", "BASE = 6")),
        ("dispatched", shop("x + 70", "x + 71")),
        ("others", shop("x == 0 or", "x == 0 and")),
        ("others", shop("x != 0 and", "x != 0 or")),
        ("others", shop("closing(3)", "closing(4)")),
        ("others", shop("x * factor", "x / factor")),
        ("others", shop("x + 20", "x + 21")),
        ("others", shop("(pow, 7)", "(pow, 8)")),
        ("others", shop("(pow, 7)", "(max, 7)")),
        ("others", {"taxes.py": ("0.2", "0.21")}),
        ("others", shop("Settings(3)", "Settings(4)")),
        ("others", shop("margin: int = 1", "margin: int = 2")),
        ("others", shop("GOOD = 1", "GOOD = 3")),
        ("others", shop("LIMITS = (1, [2])", "LIMITS = (1, [3])")),
    ],
)
def test_edit_that_changes_answers_changes_the_version(
    load: Load, function: str, edit: Edit
) -> None:
    assert fingerprint(named(load(edit), function)) != fingerprint(named(load(), function))


def named(module: Any, path: str) -> Any:
    for name in path.split("."):
        module = getattr(module, name)
    return module


@pytest.mark.parametrize(
    "edit",
    [shop("return 50", "return 51"), shop("FEE = 4", "FEE = 5"), shop("x + 30", "x + 31")],
)
def test_version_of_a_class_is_of_all_it_has(load: Load, edit: Edit) -> None:
    before = class_fingerprint(load().Till)

    assert class_fingerprint(load().Till) == before
    assert class_fingerprint(load(edit).Till) != before


def test_modules_beside_each_other_are_one_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(tmp_path)

    def version(body: str) -> bytes:
        (tmp_path / "beside_b.py").write_text(f"def helper(x):\n    return {body}\n")
        text = "from beside_b import helper\n\ndef f(x):\n    return helper(x)\n"
        (tmp_path / "beside_a.py").write_text(text)
        for name in ("beside_a", "beside_b"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        return fingerprint(importlib.import_module("beside_a").f)

    assert version("x + 1") == version("x + 1") != version("x + 2")


def test_code_that_is_in_no_file_has_a_version() -> None:
    def made(body: str) -> Any:
        space: dict[str, Any] = {"__name__": "nowhere"}
        exec(f"def helper(x):\n return {body}\ndef f(x):\n return helper(x)", space)
        return space["f"]

    assert fingerprint(made("x")) == fingerprint(made("x")) != fingerprint(made("-x"))


def test_what_is_closed_over_counts_unless_it_changes() -> None:
    def closing(factor: Any, spied: list[int], number: int) -> Callable[[int], int]:
        def inner(x: int) -> int:
            nonlocal number
            number += 1
            spied.append(x)
            return int(x * factor)

        return inner

    version = fingerprint(closing(2, [], 0))

    assert fingerprint(closing(2, [1], 1)) == version
    assert fingerprint(closing(3, [], 0)) != version
    assert fingerprint(closing(2.0, [], 0)) != version


def test_anything_that_can_be_called_has_a_version() -> None:
    def function(x: int) -> int:
        return x

    class Callable_:  # noqa: N801  # named for what it is
        def __call__(self, x: int) -> int:
            return x

    things: list[Any] = [function, len, int, Callable_, Callable_(), Callable_().__call__]
    things += [partial(function, 1), partial(function, 2), lru_cache(function), staticmethod(len)]
    versions = [fingerprint(thing) for thing in things]

    assert {len(version) for version in versions} == {SIZE}
    assert versions == [fingerprint(thing) for thing in things]
    assert versions[6] != versions[7]


def test_cache_around_what_is_called_is_seen_through() -> None:
    def calling(helper: Callable[[int], int], cache: Callable[..., Any]) -> Callable[[int], int]:
        cached = cache(helper)

        def inner(x: int) -> int:
            return int(cached(x))

        inner(1)
        return inner

    for cache in (lru_cache, pomichnyk_cache, pomichnyk_cache(maxsize=None, ttl=60)):
        version = fingerprint(calling(lambda x: x + 1, cache))
        assert fingerprint(calling(lambda x: x + 1, cache)) == version
        assert fingerprint(calling(lambda x: x + 2, cache)) != version


def test_variable_that_is_not_set_yet_is_no_constant() -> None:
    def closing() -> Callable[[], int]:
        def inner() -> int:
            return late

        version = fingerprint(inner)
        late = 1
        assert fingerprint(inner) != version
        return inner

    assert closing()() == 1


RUN = """
from {place}helper import helper
from pomichnyk.cache.version import fingerprint
def function(x):
    return helper(x)
print(fingerprint(function).hex())
"""


@pytest.mark.parametrize(
    ("words", "place"),
    [(["-m", "package.run"], "package."), (["-m", "package"], "."), (["package/run.py"], "")],
)
def test_program_that_is_run_knows_its_own_modules(
    tmp_path: Path, words: list[str], place: str
) -> None:
    package = tmp_path / "package"
    package.mkdir()
    for name in ("run.py", "__main__.py"):
        (package / name).write_text(RUN.format(place=place))
    versions = []
    for body in ("x", "x", "-x"):
        (package / "helper.py").write_text(f"def helper(x):\n    return {body}\n")
        done = subprocess.run(
            [sys.executable, "-B", *words], cwd=tmp_path, capture_output=True, check=True
        )
        versions.append(done.stdout)

    assert versions[0] == versions[1] != versions[2]


PROGRAM = """
import sys
sys.path.insert(0, {home!r})
from shop_package import shop
from pomichnyk.cache import lru_cache as pomichnyk_cache
from pomichnyk.cache.version import fingerprint, class_fingerprint
for thing in (shop.price, shop.use_till, shop.others, shop.Till.total):
    print(fingerprint(thing).hex())
print(class_fingerprint(shop.Till).hex(), class_fingerprint(shop.Kind).hex())
print(class_fingerprint(shop.Settings).hex())
"""


def test_processes_agree_whatever_their_hashes(load: Load) -> None:
    home = str(Path(load().__file__).parents[1])
    said = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM.format(home=home)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "random")
    ]

    assert said[0].count(b"\n") == 6
    assert said[0] == said[1] == said[2]
