"""Serialization: against orjson, msgspec, msgpack, pickle, marshal, jsonpickle and json.

    uv venv /tmp/peers
    uv pip install --python /tmp/peers/bin/python . msgspec jsonpickle
    /tmp/peers/bin/python benchmarks/serialization.py [contacts|mixed|integers|floats|one|book]... \
        [--rounds N]

Every contender takes and gives bytes. Plain data are compared to orjson, mixed ones to pickle;
of the peers only pickle and jsonpickle give the mixed values back as they were, and both run code
that a file names. ``book`` is what the command ``backup`` writes.
"""

from __future__ import annotations

import argparse
import json
import marshal
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import jsonpickle
import msgpack
import msgspec
import orjson
from people import people
from rounds import rounds, table

from pomichnyk.domain.contact import Entry
from pomichnyk.serialization.binary import BinarySerializer
from pomichnyk.serialization.json import JsonSerializer
from pomichnyk.services.backup import TYPES

NAMES = ["Олена", "Іван", "Марія", "Андрій", "Anna", "Peter", "Zoë", "李"]
TAGS = ["work", "friend", "family", "gym", "школа"]


class Peer(NamedTuple):
    """How one of the formats turns a value into bytes, and back."""

    dumps: Callable[[Any], Any]
    loads: Callable[[Any], Any]


OURS = {
    ".json": Peer(JsonSerializer(TYPES).dumps, JsonSerializer(TYPES).loads),
    ".bin": Peer(BinarySerializer(TYPES).dumps, BinarySerializer(TYPES).loads),
}
PICKLE = Peer(partial(pickle.dumps, protocol=5), pickle.loads)
JSONPICKLE = Peer(partial(jsonpickle.encode, keys=True), partial(jsonpickle.decode, keys=True))
PLAIN = OURS | {
    "orjson": Peer(orjson.dumps, orjson.loads),
    "msgspec.json": Peer(msgspec.json.encode, msgspec.json.decode),
    "msgspec.msgpack": Peer(msgspec.msgpack.encode, msgspec.msgpack.decode),
    "msgpack": Peer(msgpack.packb, msgpack.unpackb),
    "pickle": PICKLE,
    "marshal": Peer(marshal.dumps, marshal.loads),
    "json": Peer(json.dumps, json.loads),
}


def main() -> None:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=15)
    args = parser.parse_args()
    for part in args.parts or PARTS:
        value, peers, base = PARTS[part]()
        measure(part, value, peers, base, args.rounds)


def measure(title: str, value: Any, peers: dict[str, Peer], base: str, count: int) -> None:
    """Print the times both ways, and the sizes."""
    packed = {name: peer.dumps(value) for name, peer in peers.items()}
    table(
        f"{title}, to bytes",
        rounds({name: partial(peer.dumps, value) for name, peer in peers.items()}, count),
        base,
    )
    table(
        f"{title}, from bytes",
        rounds({name: partial(peer.loads, packed[name]) for name, peer in peers.items()}, count),
        base,
    )
    print("  bytes:", ", ".join(f"{name} {len(data):,}" for name, data in packed.items()))


def contacts(count: int = 20_000) -> list[dict[str, Any]]:
    """Return so many records of JSON's own types."""
    chance = Random(1)
    return [
        {
            "id": number,
            "name": f"{chance.choice(NAMES)} {chance.choice(NAMES)}",
            "phones": [f"+380{chance.randrange(10**9):09}"] * chance.randrange(1, 3),
            "emails": [f"user{number}@example.com"],
            "address": f"м. Київ, вул. Садова, {chance.randrange(200)}",
            "birthday": f"{chance.randrange(1940, 2010)}-01-{chance.randrange(1, 29):02}",
            "tags": chance.sample(TAGS, 2),
            "score": chance.random() * 5,
            "favourite": chance.random() < 0.1,
            "note": None,
        }
        for number in range(count)
    ]


def mixed(count: int = 10_000) -> list[Any]:
    """Return so many records of tuples, sets, dates, decimals and keys of all kinds."""
    chance, start = Random(2), datetime(2026, 1, 1, tzinfo=UTC)
    return [
        {
            "k": (number, f"x{number}"),
            "tags": {f"t{chance.randrange(50)}" for _ in range(4)},
            "when": start + timedelta(seconds=chance.randrange(10**8)),
            "price": Decimal(chance.randrange(10**6)).scaleb(-2),
            1: b"\x00\x01" * 4,
            (1, number): [number, (number, (number, {"z": {number}}))],
            "u": UUID(int=chance.getrandbits(128)),
            "f": chance.random(),
        }
        for number in range(count)
    ]


PARTS: dict[str, Callable[[], tuple[Any, dict[str, Peer], str]]] = {
    "contacts": lambda: (contacts(), PLAIN, "orjson"),
    "integers": lambda: ([n * 2654435761 % 2**40 for n in range(10**6)], PLAIN, "orjson"),
    "floats": lambda: ([Random(n).random() for n in range(10**5)], PLAIN, "orjson"),
    "one": lambda: (contacts(1)[0], PLAIN | {"jsonpickle": JSONPICKLE}, "orjson"),
    "mixed": lambda: (mixed(), OURS | {"pickle": PICKLE, "jsonpickle": JSONPICKLE}, "pickle"),
    "book": lambda: ([*map(Entry, people(5_000))], OURS | {"pickle": PICKLE}, "pickle"),
}


if __name__ == "__main__":
    main()
