"""Serialization: input made to hang, to exhaust memory or to crash ends in one error.

All the attacks on a format run in one process that may use so much of the processor and of
memory: what takes more than its share kills it, and then the outcome of an attack is missing.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgpack  # type: ignore[import-untyped]  # has no types of its own
import pytest

PRIME = sys.hash_info.modulus
MANY = 40_000

ATTACKED = """
import resource, sys
from enum import Enum, IntFlag
from pathlib import Path
from pomichnyk.errors import SerializationError
from pomichnyk.serialization import SerializationInterface

class Colour(Enum):
    RED = 1

class Mode(IntFlag):
    READ = 1

serializer = SerializationInterface.named(sys.argv[1])([Colour, Mode])
resource.setrlimit(resource.RLIMIT_CPU, (100, 100))
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
for path in sorted(Path(sys.argv[2]).iterdir()):
    try:
        serializer.loads(path.read_bytes())
        outcome = "value"
    except SerializationError as error:
        outcome = "error" if "checksum" not in str(error) else "not reached"
    print(path.name, outcome, sep="\\t", flush=True)
"""


def outcomes(name: str, attacks: Iterable[tuple[str, bytes]], folder: Path) -> dict[str, str]:
    for attack, data in attacks:
        (folder / attack).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", ATTACKED, name, str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return dict(line.split("\t") for line in done.stdout.splitlines())


def colliding() -> Iterator[Any]:
    """Yield keys of many kinds, of each as many as there may be, all with the same hash."""
    yield "ints", [{"$int": hex(PRIME * n + 1)} for n in range(1, MANY)]
    yield "negative ints", [{"$int": hex(-PRIME * n - 1)} for n in range(1, MANY)]
    yield "uuids", [{"$uuid": f"{PRIME * n + 1:032x}"} for n in range(1, MANY)]
    yield "decimals", [{"$decimal": str(PRIME * n + 1)} for n in range(1, MANY)]
    yield "fractions", [{"$fraction": [{"$int": hex(PRIME * n + 1)}, 1]} for n in range(1, MANY)]
    imaginary = 1_000_003
    yield "complex", [{"$complex": [float(2**45 - imaginary * n), float(n)]} for n in range(MANY)]
    yield "tuples", [{"$tuple": [{"$int": hex(PRIME * n + 1)}, 1]} for n in range(1, MANY)]


def enveloped(value: Any, objects: Iterable[Any] = ()) -> bytes:
    return json.dumps({"$pomichnyk": 1, "objects": [*objects], "value": value}).encode()


def each(tag: str, *bodies: Any) -> list[Any]:
    return [{f"${tag}": body} for body in bodies]


def doubled(levels: int, tag: str = "$tuple") -> list[Any]:
    """Return entries, each of which holds the one before it twice."""
    first = {tag: [1, 1]}
    return [first, *({tag: [{"$ref": n}, {"$ref": n}]} for n in range(levels))]


def json_attacks() -> Iterator[tuple[str, bytes]]:
    deep = 100_000
    yield "deep lists", b"[" * deep + b"]" * deep
    yield "deep objects", b'{"a":' * deep + b"1" + b"}" * deep
    yield "deep tags", b'{"$pomichnyk":1,"value":' + b'{"$tuple":[' * 450 + b"]}" * 450 + b"}"
    yield "digits", b"7" * 1_000_000
    yield "digits in a text", enveloped({"$int": "7" * 1_000_000})
    yield (
        "large fraction",
        enveloped({"$fraction": [{"$int": hex(3**600_000)}, {"$int": hex(2**900_000 - 1)}]}),
    )
    for kind, keys in colliding():
        yield f"crowd of {kind} in a set", enveloped({"$set": keys})
        yield f"crowd of {kind} in a dict", enveloped({"$dict": [[key, 0] for key in keys]})
    yield "laughs in a set", enveloped({"$set": [{"$ref": 60}]}, doubled(60))
    yield "laughs in a frozenset", enveloped({"$frozenset": [{"$ref": 60}]}, doubled(60))
    yield "laughs in a key", enveloped({"$dict": [[{"$ref": 60}, 1]]}, doubled(60))
    yield "laughs in an enum", enveloped({"$Colour": {"$ref": 60}}, doubled(60))
    yield "laughs in a factory", enveloped({"$defaultdict": [{"$ref": 60}, {}]}, doubled(60))
    yield "laughs in a float", enveloped({"$float": {"$ref": 60}}, doubled(60))
    yield "laughs in a body", enveloped({"$range": {"$ref": 60}}, doubled(60, "$list"))
    long = {"$tuple": [*range(50_000)]}
    yield (
        "a long key in many sets",
        enveloped([{"$set": [{"$ref": 0}]} for _ in range(20_000)], [long]),
    )
    chain = [{"$tuple": []}, *({"$tuple": [{"$ref": n}]} for n in range(deep))]
    yield "a tall key", enveloped({"$set": [{"$ref": deep}]}, chain)
    fractions = each("fraction", *([{"$int": hex(PRIME * n + 1)}, 1] for n in range(1, MANY)))
    yield "crowd of fractions in sets", enveloped([{"$set": [one]} for one in fractions])
    flags = each("Mode", *(str(PRIME * n + 1) for n in range(1, MANY)))
    yield "crowd of flags", enveloped(flags)
    yield "zone outside", enveloped({"$zone": "../../../etc/passwd"})
    yield "zone of a module", enveloped({"$zone": "os.path"})
    yield "same key", b'{"a":1,"b":[2],"a":3}'
    yield "same key in a dict", enveloped({"$dict": [[1, 1], [1, 2]]})
    yield "equal keys", enveloped({"$dict": [[1, 1], [True, 2]]})
    yield "same element", enveloped({"$set": [1, 1]})
    yield "junk after", b"[1] [2]"
    yield "no number", b"[NaN]"
    yield "overflow", b"[1e999]"
    yield "code", b'{"$pomichnyk":1,"value":{"$os.system":"true"}}'
    for number, body in enumerate(
        (
            *each("ref", -1, 0, 1, True, 1.0, "0", None, [], 10**30),
            *each("tuple", "ab", 1, None, {"a": 1}, {"$tuple": [1]}),
            *each("dict", [1], [[1]], [[1, 2, 3]], {"a": 1}, [[[], 1]]),
            *each("int", "", "1.0", 1, [], {"a": 1}, "0x", None),
            *each("decimal", "x", "1_0", " 1", [0, [1], 0], 1.5),
            *each("float", "1", "Infinity", "00", 1.0, []),
            *each("bytes", "*", "a", 1, ["a"], "0 0="),
            *each("datetime", "x", ["x"], ["2026-01-01T00:00:00", 1, 0], 5),
            *each("datetime", *(["2026-01-01T00:00:00", None, fold] for fold in (2, -1, "0"))),
            *each("timedelta", [1], [10**10, 0, 0], ["1", 2, 3]),
            *each("deque", [], [-1], [1, 2, 3], ["a"], [2**70]),
            *each("counter", [1], "a", {"$tuple": []}),
            *each("chainmap", [], {}, "a"),
            *each("range", [1], [1, 2, 0], [1.0, 2, 3]),
            *each("fraction", [1, 0], [2, 4], [1, -2], ["1", 2]),
            *each("Colour", "BLUE", 1, [], {"a": 1}, "__class__"),
            *each("str", ["a", -1], ["a", 10**9], [1.0], [[]]),
            *each("uuid", "0", "x" * 32, 1, "-" * 36),
            *each("timezone", [], [1], [{"$timedelta": [9, 0, 0]}]),
            *each("set", [[]], [{"$set": []}], [{"a": 1}]),
        )
    ):
        yield f"malformed {number:03}", enveloped(body)
    for version in (2, 0, -1, "1", None, 1.5):
        name = f"version {version}"
        yield name, json.dumps({"$pomichnyk": version, "value": 1}).encode()
    yield "no value", b'{"$pomichnyk":1}'
    yield "more than a value", b'{"$pomichnyk":1,"value":1,"x":2}'
    yield "objects are none", b'{"$pomichnyk":1,"value":1,"objects":3}'
    yield "ring of tuples", enveloped(1, [{"$tuple": [{"$ref": 1}]}, {"$tuple": [{"$ref": 0}]}])


HARMLESS_JSON = {
    "laughs that are not hashed": enveloped({"$ref": 60}, doubled(60)),
    "laughs of lists": enveloped([{"$ref": 60}], doubled(60, "$list")),
    "a tall tuple": enveloped(1, each("tuple", [], *([{"$ref": n}] for n in range(9999)))),
    "a large exponent": enveloped([{"$decimal": "1E+999999999999999999"}]),
    "a large range": enveloped({"$range": [0, {"$int": hex(10**10_000)}, 1]}),
    "many digits in hex": enveloped({"$int": "0x" + "f" * 1_000_000}),
    "a crowd in a list": enveloped([{"$int": hex(PRIME * n)} for n in range(MANY)]),
}  # fmt: skip


def test_hostile_json_ends_in_an_error(tmp_path: Path) -> None:
    attacks = [*json_attacks()]

    found = outcomes("json", attacks, tmp_path)

    assert [name for name, outcome in found.items() if outcome != "error"] == []
    assert len([*tmp_path.iterdir()]) == len(attacks) > 120


def test_strange_but_harmless_json_is_read(tmp_path: Path) -> None:
    assert {*outcomes("json", HARMLESS_JSON.items(), tmp_path).values()} == {"value"}


def sealed(payload: bytes, form: int = 0, version: int = 1) -> bytes:
    checksum = zlib.crc32(payload, zlib.crc32(bytes((version, form))))
    return (
        struct.pack(">8sBBIQ", b"\x93PMC\r\n\x1a\n", version, form, checksum, len(payload))
        + payload
    )


def mark(code: int, name: bytes = b"") -> msgpack.ExtType:
    return msgpack.ExtType(code, name)


TUPLE, SET, FROZENSET, FRACTION = mark(3), mark(4), mark(5), mark(27)


def reference(number: int) -> msgpack.ExtType:
    return msgpack.ExtType(127, number.to_bytes(8, "big"))


def packed(value: Any) -> bytes:
    return sealed(msgpack.packb(value))


def table(entries: Iterable[Any], value: Any, kinds: Any = None) -> bytes:
    payloads = [msgpack.packb(entry) for entry in entries]
    kinds = [None] * len(payloads) if kinds is None else kinds
    return sealed(msgpack.packb([kinds, payloads, msgpack.packb(value)]), 1)


def laughs(levels: int) -> list[Any]:
    return [[TUPLE, 1], *([TUPLE, reference(n), reference(n)] for n in range(levels))]


def integer(number: int) -> msgpack.ExtType:
    return msgpack.ExtType(64 + 20, hex(number).encode())


def binary_attacks() -> Iterator[tuple[str, bytes]]:
    yield "deep arrays", sealed(b"\x91" * 100_000 + b"\x90")
    yield "deep maps", sealed(b"\x81\xa1a" * 100_000 + b"\x90")
    yield "deep tuples", sealed(b"\x92\xc7\x00\x03" * 100_000 + b"\x90")
    lies = {"array": b"\xdd", "map": b"\xdf", "bytes": b"\xc6", "text": b"\xdb", "ext": b"\xc9"}
    for name, head in lies.items():
        yield f"a lie about {name}", sealed(head + b"\xff" * 4)
        yield f"a lie about {name} in a tuple", sealed(b"\x92\xc7\x00\x03" + head + b"\xff" * 4)
    yield "nested lies", sealed(b"\xdd\x10\x00\x00\x00" * 390)
    yield "nested lies of maps", sealed(b"\xdf\x10\x00\x00\x00\xa1a" * 390)
    keys = [integer(PRIME * n + 1) for n in range(1, MANY)]
    yield "crowd in a set", packed([SET, *keys])
    yield "crowd in a frozenset", packed([FROZENSET, *keys])
    yield "crowd in a map", packed(dict.fromkeys(keys, 0))
    small = [float(2**45 - 1_000_003 * n) for n in range(MANY)]
    complexes = [[mark(25), real, float(n)] for n, real in enumerate(small)]
    yield "an earlier version", sealed(b"\x01", 0, 0)
    yield "crowd of complex", packed([SET, *complexes])
    yield "large fraction", packed([FRACTION, integer(3**600_000), integer(2**900_000 - 1)])
    yield "laughs in a set", table(laughs(60), [SET, reference(60)])
    yield "laughs in a map", table(laughs(60), {reference(60): 1})
    yield "laughs in an enum", table(laughs(60), [mark(0, b"Colour"), reference(60)])
    yield "laughs in a factory", table(laughs(60), [mark(7), reference(60), {}])
    tall = [[TUPLE], *([TUPLE, reference(n)] for n in range(100_000))]
    yield "a tall key", table(tall, [SET, reference(100_000)])
    yield "same key", sealed(b"\x82\xa1a\x01\xa1a\x02")
    yield "same key of bytes", sealed(b"\x82\xc4\x01a\x01\xc4\x01a\x02")
    yield "equal keys", sealed(b"\x82\x01\x01\xc3\x02")
    yield "same element", packed([SET, 1, 1])
    yield "two values", sealed(b"\x01\x02")
    yield "no value", sealed(b"")
    yield "a mark alone", packed(TUPLE)
    yield "a mark at the end", packed([1, TUPLE])
    yield "a mark of a mark", packed([TUPLE, TUPLE])
    yield "a mark as a key", packed({TUPLE: 1})
    yield "no such mark", packed([mark(99), 1])
    yield "no such kind", packed([mark(0, b"Robot"), 1])
    yield "no text", packed([mark(0, b"\xff"), 1])
    yield "no such value", packed(msgpack.ExtType(126, b"a"))
    yield "a list as a key", sealed(b"\x81\x90\x01")
    yield "an unknown form", sealed(b"\x01", 2)
    yield "a later version", sealed(b"\x01", 0, 2)
    yield "no entries", sealed(b"\x01", 1)
    yield "kinds without entries", sealed(msgpack.packb([[None], [], b"\x01"]), 1)
    yield "kinds that are none", table([1], 1, [1])
    yield "an entry of another kind", table([[TUPLE]], reference(0), [mark(1)])
    yield "an entry that cannot be filled", table([[TUPLE]], reference(0), [TUPLE])
    yield "an entry of itself", table([[TUPLE, reference(0)]], reference(0))
    yield "no such entry", table([1], reference(1))
    yield "an entry of a tree", packed(reference(0))
    yield "a set of lists", packed([SET, []])


HARMLESS_BINARY = {
    "laughs": table(laughs(60), [reference(60), reference(60)]),
    "a tall tuple": table([[TUPLE], *([TUPLE, reference(n)] for n in range(9999))], 1),
    "a moment": sealed(b"\xd6\xff\x00\x00\x00\x00"),
    "many bytes": packed(bytes(1_000_000)),
}


def test_hostile_binary_ends_in_an_error(tmp_path: Path) -> None:
    attacks = [*binary_attacks()]

    found = outcomes("binary", attacks, tmp_path)

    assert [name for name, outcome in found.items() if outcome != "error"] == []
    assert len([*tmp_path.iterdir()]) == len(attacks) > 50


def test_strange_but_harmless_binary_is_read(tmp_path: Path) -> None:
    assert {*outcomes("binary", HARMLESS_BINARY.items(), tmp_path).values()} == {"value"}


@pytest.mark.parametrize("name", ["json", "binary"])
def test_every_flipped_bit_is_told_or_gives_another_value(name: str, tmp_path: Path) -> None:
    from pomichnyk.serialization import SerializationInterface

    data = SerializationInterface.named(name)().dumps([(1, {2.5}), {"a": b"b", 3: [None]}] * 2)
    flipped = (
        (f"{bit}", data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :])
        for bit in range(len(data) * 8)
    )
    found = outcomes(name, flipped, tmp_path)

    assert len(found) == len(data) * 8
    assert ("value" in found.values()) == (name == "json")
