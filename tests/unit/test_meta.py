"""Meta: classes and their instances know their number, families find their plugs."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from pomichnyk.meta import Meta
from pomichnyk.storage import Storage
from pomichnyk.views import View


def test_first_two_classes_of_a_fresh_interpreter_are_0_and_1() -> None:
    program = """
from pomichnyk.meta import Meta
class First(metaclass=Meta):
    def __init__(self, data): self.data = data
class Second(metaclass=Meta):
    def __init__(self, data): self.data = data
class Third(Second): pass
assert (First.class_number, Second.class_number, Third.class_number) == (0, 1, 2)
assert (First("").class_number, Second("").class_number, Third("").class_number) == (0, 1, 2)
assert Meta.children_number == 3
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)

    assert done.stderr == b""


def test_count_may_be_reset_as_the_exercise_does() -> None:
    before = Meta.children_number
    try:
        Meta.children_number = 0

        class First(metaclass=Meta): ...

        class Second(metaclass=Meta): ...

        assert (First.class_number, Second.class_number) == (0, 1)
    finally:
        Meta.children_number = before + 2


def test_classes_made_in_threads_get_numbers_of_their_own() -> None:
    before = Meta.children_number

    def make(index: int) -> int:
        return Meta(f"Made{index}", (), {}).class_number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(make, range(1_000)))

    assert sorted(numbers) == list(range(before, before + 1_000))


def test_a_plug_is_found_by_name_and_imported_only_then() -> None:
    program = """
import sys
from pomichnyk.storage import Storage
assert "pomichnyk.storage.memory" not in sys.modules
assert Storage.named("memory").name == "memory"
assert "sqlalchemy" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)

    assert done.stderr == b""


@pytest.mark.parametrize("name", ["oracle", "_sql", "../../etc/passwd", "", "sqlite.x"])
def test_a_name_that_is_no_plug_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(LookupError) as refused:
        Storage.named(name)

    assert refused.value.args == (name, Storage.names())


def test_plugs_come_in_order_of_making() -> None:
    numbers = [view.class_number for view in View.plugs()]

    assert numbers == sorted(numbers)
    assert {view.name for view in View.plugs()} >= {"console", "json", "plain"}


def test_a_family_of_its_own_has_a_register_of_its_own() -> None:
    class Animal(metaclass=Meta): ...

    class Dog(Animal):
        name = "dog"

    assert Animal.named("dog") is Dog
    with pytest.raises(LookupError):
        View.named("dog")
