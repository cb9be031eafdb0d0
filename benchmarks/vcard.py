"""How quickly vCards are read and written beside vobject, and what each of them loses.

Needs vobject 0.9.9 in the environment that runs it:

    uv pip install vobject==0.9.9
    python benchmarks/vcard.py [CARDS] [ROUNDS]

"read" takes a text apart to the name, parameters and value of every property, "write" puts the
text together again. A file is lost if reading and writing it alters any property; properties are
compared by ``said`` below, which forgives order, folding, line ends and case of names, and knows
nothing of either library.
"""

from __future__ import annotations

import logging
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import vobject
from people import people
from rounds import rounds, table

from pomichnyk import vcard
from pomichnyk.domain.contact import Entry
from pomichnyk.vcard.editing import card

DATA = Path(__file__).parent.parent / "tests" / "data"
NOTABLE = 5


def ours_read(text: str) -> list[vcard.VCard]:
    """Read with pomichnyk."""
    cards = vcard.parse(text)
    for one in cards:
        for line in one.lines:
            _ = line.name, line.params, line.value
    return cards


def vobject_read(text: str) -> list[Any]:
    """Read with vobject."""
    return [*vobject.readComponents(text)]


def vobject_write(cards: list[Any]) -> str:
    """Write with vobject."""
    return "".join(one.serialize() for one in cards)


def speed(count: int, turns: int) -> None:
    """Compare the time of reading and of writing so many cards."""
    text = vcard.format(card(Entry(person)) for person in people(count))
    reading = {
        "pomichnyk": lambda: ours_read(text),
        "vobject 0.9.9": lambda: vobject_read(text),
    }
    table(f"read {count} cards", rounds(reading, turns), "pomichnyk")
    ours, theirs = ours_read(text), vobject_read(text)
    writing = {
        "pomichnyk": lambda: vcard.format(ours),
        "vobject 0.9.9": lambda: vobject_write(theirs),
    }
    table(f"write {count} cards", rounds(writing, turns), "pomichnyk")


def texts(count: int) -> Iterator[str]:
    """Yield cards of invented people, and those of the programs in ``tests/data``."""
    for person in people(count):
        yield vcard.format([card(Entry(person))])
    for path in sorted(DATA.glob("*.vcf")):
        with path.open("rb") as file:
            yield from (
                vcard.format([one]) for one in vcard.read(file) if isinstance(one, vcard.VCard)
            )


def said(text: str) -> Counter[tuple[str, ...]]:
    """Return the properties of a card: name, sorted parameters and value of each."""
    text = re.sub(r"\n[ \t]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (line.partition(":") for line in text.split("\n") if line)
    found = ((head.upper().split(";"), value) for head, _, value in lines)
    return Counter((name, *sorted(params), value) for (name, *params), value in found)


def fidelity(count: int) -> None:
    """Print how many cards, and how many of their properties, come through each library."""
    ways: dict[str, Callable[[str], str]] = {
        "pomichnyk": lambda text: vcard.format(vcard.parse(text)),
        "vobject 0.9.9": lambda text: vobject_write(vobject_read(text)),
    }
    cards = [*texts(count)]
    print(f"\nfidelity ({len(cards)} cards, {sum(said(one).total() for one in cards)} properties)")
    for name, way in ways.items():
        same = kept = refused = 0
        lost: Counter[str] = Counter()
        for text in cards:
            before = said(text)
            try:
                after = said(way(text))
            except Exception:  # noqa: BLE001  # whatever a library raises, the card is refused
                refused += 1
                continue
            same += before == after
            kept += (before & after).total()
            lost.update(each[0] for each in before - after)
        most = ", ".join(f"{each} {times}" for each, times in lost.most_common(NOTABLE))
        print(f"  {name:<16}{same:>6} the same, {refused} refused, {kept} properties; lost: {most}")


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    amount, turns = (int(word) for word in (sys.argv[1:] + ["2000", "5"][len(sys.argv) - 1 :]))
    fidelity(200)
    speed(amount, turns)
