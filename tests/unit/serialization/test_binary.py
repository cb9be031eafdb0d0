"""Binary: the header, and what it tells of a file."""

from __future__ import annotations

import pytest

from pomichnyk.errors import SerializationError
from pomichnyk.serialization.binary import BinarySerializer

PLAIN = BinarySerializer()
DATA = PLAIN.dumps({"a": [1]})


def test_a_file_begins_with_what_tells_it_from_others() -> None:
    assert DATA[:10] == b"\x93PMC\r\n\x1a\n\x01\x00"
    assert len(DATA) == 22 + 5


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a .bin file"),
        (b"PK\x03\x04", "not a .bin file"),
        (DATA.replace(b"\r\n", b"\n"), "not a .bin file"),
        (DATA[:5], "cut short: 5 of 22 bytes"),
        (DATA[:-2], "cut short: 25 of 27 bytes"),
        (DATA + b"\x00", "checksum"),
        (DATA[:-1] + b"\x02", "checksum"),
        (DATA[:9] + b"\x01" + DATA[10:], "checksum"),
        (DATA[:8] + b"\x02" + DATA[9:], r"newer version \(2\)"),
        (DATA[:8] + b"\x00" + DATA[9:], "damaged"),
    ],
)
def test_what_is_wrong_is_told(data: bytes, words: str) -> None:
    with pytest.raises(SerializationError, match=words):
        PLAIN.loads(data)


def test_a_part_larger_than_its_format_allows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from pomichnyk.serialization import binary

    def packb(*args: object, **options: object) -> bytes:
        raise ValueError("bytes is too large")

    monkeypatch.setattr(binary, "packb", packb)  # 4 GiB take too long to make

    with pytest.raises(SerializationError, match="larger than 4 GiB"):
        PLAIN.dumps(b"")
