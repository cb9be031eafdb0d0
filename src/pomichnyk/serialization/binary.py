"""Binary: MessagePack, with a header that tells a damaged, cut or foreign file.

The header is ``MAGIC``, the version, the form, the CRC-32 of these two and of the payload, and
the payload's length. In the payload an extension stands for what MessagePack does not have: one
of code ``VALUE`` + n is a value of kind n, its text or bytes within; one of code n at the head of
an array makes the array a value of kind n, and code 0 is the same for a kind named within;
``REFERENCE`` is the number of an entry. Form 0 is one value; form 1 is the kinds of the entries
that can change, the entries and the value, each packed apart, so that none is inside another.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from msgpack import ExtType, packb, unpackb  # type: ignore[import-untyped]  # has no types

from pomichnyk.errors import SerializationError
from pomichnyk.serialization import VERSION, SerializationInterface, newer
from pomichnyk.serialization._build import Builder
from pomichnyk.serialization._entries import entries
from pomichnyk.serialization._kinds import DamagedError, Kind, UnkeepableError
from pomichnyk.serialization._known import Known
from pomichnyk.serialization._survey import Survey, is_plain, survey
from pomichnyk.text import Text

MAGIC = b"\x93PMC\r\n\x1a\n"
VALUE = 64
REFERENCE = 127
_OWN = 0
_TREE, _ENTRIES = 0, 1
_HEADER = struct.Struct(">8sBBIQ")
_Default = Callable[[Any], Any]


class BinarySerializer(SerializationInterface):
    """Writes files that are small, quick and know when they are damaged."""

    name = "binary"
    suffix = ".bin"

    def _written(self, obj: Any) -> bytes:
        if is_plain(obj, finite=False):
            try:
                return _framed(_TREE, packb(obj, strict_types=True))
            except (TypeError, ValueError, OverflowError):
                pass  # a text or a number that MessagePack does not have
        found = survey(obj, self._known)
        apart = entries(obj, self._known, found)
        if not apart:
            return _framed(_TREE, self._tree(obj, found))
        data = _framed(_ENTRIES, self._apart(obj, apart))
        self._prove(data)
        return data

    def _tree(self, obj: Any, found: Survey) -> bytes:
        speller = _Speller(self._known, {})
        # The packer takes a bytearray for bytes; of all else it asks.
        tree = speller.value(obj) if bytearray in found.types else obj
        return _packed(tree, speller.default)

    def _apart(self, obj: Any, apart: list[Any]) -> bytes:
        numbers = {id(value): number for number, value in enumerate(apart)}
        speller = _Speller(self._known, numbers)
        kinds = [self._known.by_class[type(value)] for value in apart]
        return _packed(
            [
                [_mark(kind) if kind.new else None for kind in kinds],
                [_packed(speller.whole(value), speller.default) for value in apart],
                _packed(speller.value(obj), speller.default),
            ],
            speller.default,
        )

    def _read(self, data: bytes) -> Any:
        form, payload = _unframed(data)
        if form == _TREE:
            return _read_tree(payload, self._known, len(data))
        if form == _ENTRIES:
            return _read_entries(payload, self._known, len(data))
        raise DamagedError


class _Speller:
    """Says a value in MessagePack's own types; entries are said by their number."""

    def __init__(self, known: Known, numbers: Mapping[int, int]) -> None:
        self._known, self._numbers = known, numbers

    def default(self, value: Any) -> Any:
        """Say what MessagePack does not have; what is inside it is asked for again."""
        kind = self._known.by_class[type(value)]
        return _tagged(kind, kind.take(value))

    def value(self, value: Any) -> Any:
        """Say a value, its entries by their number."""
        if type(value) in self._known.leaves:
            return value
        if (number := self._numbers.get(id(value))) is not None:
            return ExtType(REFERENCE, number.to_bytes(8, "big"))
        return self.whole(value)

    def whole(self, value: Any) -> Any:
        """Say the value itself, also where it is an entry."""
        cls = type(value)
        if cls is list:
            return [self.value(one) for one in value]
        if cls is dict and set(map(type, value)) <= {str}:
            return {key: self.value(one) for key, one in value.items()}
        kind = self._known.by_class[cls]
        body = kind.take(value)
        if kind.whole:
            return [_mark(kind), self.value(body)]
        if isinstance(body, list):
            return [_mark(kind), *map(self.value, body)]
        return _tagged(kind, body)


@lru_cache(maxsize=256)
def _mark(kind: Kind) -> ExtType:
    return ExtType(kind.code, b"") if kind.code else ExtType(_OWN, kind.tag.encode())


def _tagged(kind: Kind, body: Any) -> Any:
    if kind.whole:
        return [_mark(kind), body]
    if isinstance(body, list):
        return [_mark(kind), *body]
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    # Its own maker checks again what is right already, and takes longer than packing.
    return tuple.__new__(ExtType, (VALUE + kind.code, data))


def _packed(value: Any, default: _Default) -> bytes:
    pack = partial(packb, value, default=default, strict_types=True)
    try:
        return bytes(pack())
    except UnicodeEncodeError:
        return bytes(pack(unicode_errors="surrogatepass"))
    except ValueError as error:
        raise UnkeepableError(Text("a part of it is larger than 4 GiB")) from error


def _framed(form: int, payload: bytes) -> bytes:
    return _HEADER.pack(MAGIC, VERSION, form, _checksum(form, payload), len(payload)) + payload


def _checksum(form: int, payload: bytes | memoryview) -> int:
    return zlib.crc32(payload, zlib.crc32(bytes((VERSION, form))))


def _unframed(data: bytes) -> tuple[int, memoryview]:
    """Return the form and the payload of data whose header and checksum are right."""
    if data[: len(MAGIC)] != MAGIC[: len(data)] or not data:
        raise SerializationError(Text("it is not a .bin file of this program"))
    if len(data) < _HEADER.size:
        raise _cut(len(data), _HEADER.size)
    _, version, form, checksum, length = _HEADER.unpack_from(data)
    if version > VERSION:
        raise newer(version)
    if version != VERSION:
        raise DamagedError
    payload = memoryview(data)[_HEADER.size :]
    if len(payload) < length:
        raise _cut(len(data), _HEADER.size + length)
    if len(payload) > length or _checksum(form, payload) != checksum:
        raise SerializationError(Text("it is damaged: its checksum does not fit"))
    return form, payload


def _cut(size: int, whole: int) -> SerializationError:
    return SerializationError(
        Text("it is cut short: {size} of {whole} bytes are there", size=size, whole=whole)
    )


def _read_tree(payload: memoryview, known: Known, size: int) -> Any:
    """Return the value of one tree, by the fastest way if it is plain."""
    try:
        value = unpackb(payload, ext_hook=_not_plain, timestamp=1)
        # No key stood twice if it is packed the same.
        if packb(value, strict_types=True) == payload:
            return value
    except (ValueError, TypeError):
        pass
    return _Reader(known, size).unpacked(payload)


def _not_plain(_code: int, _data: bytes) -> None:
    raise ValueError


def _read_entries(payload: memoryview, known: Known, size: int) -> Any:
    reader = _Reader(known, size)
    kinds, packed, last = unpackb(payload, ext_hook=reader.marked)
    if len(kinds) != len(packed):
        raise DamagedError
    reader.fill(kinds, lambda number: reader.unpacked(packed[number]))
    value = reader.unpacked(last)
    reader.check()
    return value


class _Reader(Builder):
    """Makes what the extensions say, in one pass and without recursion."""

    _heads = 0

    def unpacked(self, payload: bytes | memoryview) -> Any:
        """Return the value of a payload."""
        self._heads = 0
        value = unpackb(
            payload,
            ext_hook=self._extension,
            list_hook=self._array,
            object_pairs_hook=self.mapping,
            strict_map_key=False,
            unicode_errors="surrogatepass",
            timestamp=1,
        )
        if self._heads:
            raise DamagedError
        return value

    def marked(self, code: int, data: bytes) -> Kind:
        """Return the kind that a mark names."""
        return self.named(data.decode()) if code == _OWN else self._known.by_code[code]

    def _extension(self, code: int, data: bytes) -> Any:
        if code == REFERENCE:
            return self.reference(int.from_bytes(data, "big"))
        if code < VALUE:
            self._heads += 1
            return self.marked(code, data)
        kind = self._known.by_code[code - VALUE]
        return kind.make(data if kind.raw else str(data, "utf-8", "surrogatepass"))

    def _array(self, items: list[Any]) -> Any:
        if not items or type(kind := items[0]) is not Kind:
            return items
        self._heads -= 1
        return self.made(kind, items[1] if kind.whole else items[1:])
