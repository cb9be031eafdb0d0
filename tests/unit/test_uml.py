"""The class diagram: what it says of the code, and that it is up to date and readable."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree as ET

import pytest
import uml
from diagram.layout import page
from diagram.mermaid import mermaid
from diagram.routes import GRID, Box, Router
from diagram.source import Class, Link, read
from hypothesis import given, settings
from hypothesis import strategies as st

from pomichnyk.commands import Command

SCRIPT = Path(uml.__file__)


@pytest.fixture
def classes(tmp_path: Path) -> dict[str, Class]:
    package = tmp_path / "package"
    (package / "domain").mkdir(parents=True)
    source = """
        from dataclasses import dataclass
        from pomichnyk.domain.other import Wheel

        class _Hidden(Vehicle): ...

        class Vehicle(metaclass=Meta):
            name: ClassVar[str]
            wheels: tuple[Wheel, ...]
            spare: Wheel | None
            _secret: int

            @abstractmethod
            def drive(self, road: Road, *, fast: bool) -> int: ...
            def _mend(self) -> None: ...

        class Car(_Hidden):
            name = "car"
            def __init__(self, owner: Owner) -> None:
                self.owner, self._key = owner, 1
            def drive(self, road: Road, *, fast: bool) -> int: ...
            @property
            def length(self) -> float: ...

        @dataclass(frozen=True)
        class Road: ...
        class Owner(Protocol): ...
    """
    (package / "domain/car.py").write_text(dedent(source))
    (package / "domain/other.py").write_text(
        "from pomichnyk.domain._inner import Axle, Bolt\n__all__ = ['Axle']\nclass Wheel: ...\n"
    )
    (package / "domain/_inner.py").write_text("class Axle: ...\nclass Bolt: ...\n")
    (package / "tidy.py").write_text("class Plan: ...\n")
    return {one.name: one for one in read(package)}


@pytest.fixture(scope="module")
def shown() -> list[Class]:
    return read()


@pytest.fixture(scope="module")
def drawn() -> str:
    return (uml.PICTURES / "assistant.svg").read_text("utf-8")


@pytest.mark.parametrize("seed", ["1", "2"])
def test_pictures_are_up_to_date_to_the_byte_whatever_the_hash_seed(seed: str) -> None:
    code = subprocess.call(
        [sys.executable, SCRIPT, "--check"], env=os.environ | {"PYTHONHASHSEED": seed}
    )

    assert code == 0, "run: python scripts/uml.py"


def test_check_tells_an_outdated_or_missing_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(uml, "PICTURES", tmp_path / "uml")
    monkeypatch.setattr(uml, "read", lambda: [Class("domain.fields.Name")])

    assert uml.main(["--check"]) != 0
    assert uml.main([]) == 0
    assert uml.main(["--check"]) == 0
    (tmp_path / "uml/assistant.svg").write_text("<svg/>")
    assert uml.main(["--check"]) != 0
    assert "assistant.mmd" in capsys.readouterr().out


def test_every_command_is_shown_in_both_pictures(shown: list[Class], drawn: str) -> None:
    names = [plug.__name__ for plug in Command.plugs()]
    picture, words = "".join(ET.fromstring(drawn).itertext()), mermaid(shown)

    assert [name for name in names if name not in picture] == []
    assert [name for name in names if f"class {name} {{" not in words] == []


def test_only_public_classes_of_the_floors_are_read(classes: dict[str, Class]) -> None:
    assert set(classes) == {"Vehicle", "Car", "Road", "Owner", "Wheel", "Axle"}


def test_kind_of_a_class_is_read(classes: dict[str, Class]) -> None:
    kinds = {name: one.kind for name, one in classes.items()}

    assert kinds == {
        "Vehicle": "family",
        "Car": "",
        "Road": "value",
        "Owner": "protocol",
        "Wheel": "",
        "Axle": "",
    }


def test_members_are_the_public_ones_that_no_ancestor_has(classes: dict[str, Class]) -> None:
    vehicle, car = classes["Vehicle"], classes["Car"]

    assert [str(one) for one in vehicle.attributes] == [
        "name: str",
        "wheels: tuple[Wheel, ...]",
        "spare: Wheel | None",
    ]
    assert [str(one) for one in vehicle.methods] == ["drive(road, fast): int"]
    assert [str(one) for one in car.attributes] == ["owner: Owner", "length: float"]
    assert (car.methods, car.plug) == ([], "car")


def test_arrows_say_how_classes_belong_together(classes: dict[str, Class]) -> None:
    assert classes["Vehicle"].links == [
        Link("owns", "domain.other.Wheel", "*"),
        Link("uses", "domain.car.Road"),
    ]
    assert classes["Car"].links == [
        Link("extends", "domain.car.Vehicle"),
        Link("refers", "domain.car.Owner"),
    ]


def test_mermaid_tells_classes_of_one_name_apart() -> None:
    words = mermaid(
        [Class("domain.a.Card"), Class("views.b.Card", links=[Link("uses", "domain.a.Card")])]
    )

    assert 'class domain_a_Card["Card"] {' in words
    assert "views_b_Card ..> domain_a_Card" in words


def test_no_box_covers_another(shown: list[Class]) -> None:
    laid = page(shown)
    boxes = [tree.box for tree in laid.trees()]

    assert not [
        pair for pair in combinations(boxes, 2) if set(pair[0].points()) & set(pair[1].points())
    ]
    assert all(box.x >= 0 and box.x + box.width <= laid.width for box in boxes)
    assert all(box.y >= 0 and box.y + box.height <= laid.height for box in boxes)


@settings(deadline=None, max_examples=50)
@given(places=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=12))
def test_a_way_goes_around_every_box(places: set[tuple[int, int]]) -> None:
    boxes = [Box(4 * GRID, 2 * GRID, x * 8 * GRID, y * 6 * GRID) for x, y in sorted(places)]
    corners = Router(boxes).way(boxes[0], boxes[-1])
    walked = [
        point
        for (x, y), (a, b) in pairwise(corners)
        for point in Box(abs(x - a), abs(y - b), min(x, a), min(y, b)).points()
    ]
    walls = {point for box in boxes for point in box.points()}
    ends = [(x // GRID, y // GRID) for x, y in (corners[0], corners[-1])]

    assert all(x == a or y == b for (x, y), (a, b) in pairwise(corners))
    assert walls.intersection(walked) == set(ends)
    assert ends[0] in set(boxes[0].points())
    assert ends[1] in set(boxes[-1].points())


def test_no_way_into_a_box_that_others_enclose() -> None:
    wide, high = 9 * GRID, 3 * GRID
    target = Box(GRID, GRID, 4 * GRID, 4 * GRID)
    ring = [
        Box(wide, high),
        Box(wide, high, 0, 6 * GRID),
        Box(high, wide),
        Box(high, wide, 6 * GRID, 0),
    ]
    outside = Box(GRID, GRID, 20 * GRID, 0)

    with pytest.raises(ValueError, match="no way"):
        Router([target, outside, *ring]).way(outside, target)
