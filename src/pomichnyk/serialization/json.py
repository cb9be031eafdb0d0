"""JSON: what JSON has is written as it is, and so can be read by any program.

A value that JSON can say goes down plain. Any other becomes
``{"$pomichnyk": 1, "objects": [...], "value": ...}``, in which ``{"$kind": body}`` stands for
what JSON does not have, ``{"$ref": n}`` for the n-th of the objects, and ``{"$dict": pairs}``
for a dict whose keys are not all text or begin with ``$``. A document without ``$pomichnyk``
was made elsewhere, or is plain: it is read as it stands.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import orjson

from pomichnyk.errors import SerializationError
from pomichnyk.serialization import VERSION, SerializationInterface, newer
from pomichnyk.serialization._build import Builder
from pomichnyk.serialization._entries import entries
from pomichnyk.serialization._kinds import Body, DamagedError, Kind
from pomichnyk.serialization._known import PLAIN, Known
from pomichnyk.serialization._survey import is_plain, survey
from pomichnyk.serialization._texts import LONE_SURROGATE
from pomichnyk.text import Text

_ENVELOPE = "$pomichnyk"
_INTEGERS = range(-(2**63), 2**64)
_ALIKE = bytes.maketrans(b"123456789, \t\r\n-", b"000000000[[[[[[")
_LONG_NUMBER = b"[" + b"0" * 19
_STRICT = (
    orjson.OPT_PASSTHROUGH_SUBCLASS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
)


class JsonSerializer(SerializationInterface):
    """Writes JSON that any program can read, and reads JSON that any program wrote."""

    name = "json"
    suffix = ".json"

    def _written(self, obj: Any) -> bytes:
        if is_plain(obj, finite=True) and not _is_envelope(obj):
            try:
                return orjson.dumps(obj, option=_STRICT)
            except TypeError:  # a text or a number that JSON does not have
                pass
        return self._marked(obj)

    def _marked(self, obj: Any) -> bytes:
        apart = entries(obj, self._known, survey(obj, self._known))
        numbers = {id(value): number for number, value in enumerate(apart)}
        try:
            data = _document(obj, apart, _Speller(self._known, numbers))
        except TypeError:  # a text has lone surrogates
            data = _document(obj, apart, _LoneSpeller(self._known, numbers))
        if apart:
            self._prove(data)
        return data

    def _read(self, data: bytes) -> Any:
        raw = _parsed(data)
        return _opened(raw, self._known, len(data)) if _is_envelope(raw) else raw


def _document(obj: Any, apart: list[Any], speller: _Speller) -> bytes:
    document: dict[str, Any] = {_ENVELOPE: VERSION}
    if apart:
        document["objects"] = [speller.whole(value) for value in apart]
    document["value"] = speller.value(obj)
    return orjson.dumps(document)


class _Speller:
    """Says a value in JSON's own types; entries are said by their number."""

    def __init__(self, known: Known, numbers: Mapping[int, int]) -> None:
        self._known, self._numbers = known, numbers

    def value(self, value: Any) -> Any:
        """Say a value, its entries by their number."""
        cls = type(value)
        if cls in PLAIN:
            return self._plain(value)
        if (number := self._numbers.get(id(value))) is not None:
            return {"$ref": number}
        return self.whole(value)

    def whole(self, value: Any) -> Any:
        """Say the value itself, also where it is an entry."""
        cls = type(value)
        if cls is list:
            return [self.value(one) for one in value]
        if cls is dict and self._is_object(value):
            return {key: self.value(one) for key, one in value.items()}
        kind = self._known.by_class[cls]
        return {f"${kind.tag}": self._body(kind.take(value))}

    def _body(self, body: Body) -> Any:
        return b64encode(body).decode() if isinstance(body, bytes) else self.value(body)

    def _plain(self, value: Any) -> Any:
        is_ours = (
            not math.isfinite(value)
            if type(value) is float
            else type(value) is int and value not in _INTEGERS
        )
        return self.whole(value) if is_ours else value

    def _is_object(self, value: dict[Any, Any]) -> bool:
        return set(map(type, value)) <= {str} and not any(key[:1] == "$" for key in value)


class _LoneSpeller(_Speller):
    """Says also texts that are not UTF-8."""

    def _plain(self, value: Any) -> Any:
        if type(value) is str and LONE_SURROGATE.search(value):
            return self.whole(value)
        return super()._plain(value)

    def _is_object(self, value: dict[Any, Any]) -> bool:
        return super()._is_object(value) and not any(map(LONE_SURROGATE.search, value))


def _is_envelope(raw: Any) -> bool:
    return type(raw) is dict and _ENVELOPE in raw


def _opened(envelope: dict[str, Any], known: Known, size: int) -> Any:
    """Return the value in an envelope."""
    version = envelope[_ENVELOPE]
    if type(version) is int and version > VERSION:
        raise newer(version)
    if version != VERSION or not envelope.keys() <= {_ENVELOPE, "objects", "value"}:
        raise DamagedError
    reader = _Reader(known, size)
    objects = envelope.get("objects", [])
    reader.fill([*map(reader.kind, objects)], lambda number: reader.value(objects[number]))
    value = reader.value(envelope["value"])
    reader.check()
    return value


class _Reader(Builder):
    """Makes what the tags say."""

    def value(self, raw: Any) -> Any:
        """Return the value that JSON's own types say."""
        cls = type(raw)
        if cls is list:
            return [one if type(one) in PLAIN else self.value(one) for one in raw]
        if cls is not dict:
            return raw
        if tag := _tag(raw):
            return self._tagged(tag, raw[f"${tag}"])
        return {key: one if type(one) in PLAIN else self.value(one) for key, one in raw.items()}

    def kind(self, raw: Any) -> Kind | None:
        """Return the kind of an entry that can change."""
        tag = _tag(raw) if type(raw) is dict else ""
        kind = self.named(tag or type(raw).__name__)
        return kind if kind.new else None

    def _tagged(self, tag: str, body: Any) -> Any:
        if tag == "ref":
            return self.reference(body)
        kind = self.named(tag)
        if kind.raw:
            return kind.make(b64decode(body, validate=True))
        return self.made(kind, self.value(body))


def _tag(raw: dict[str, Any]) -> str:
    """Return the tag of an object that has nothing but one."""
    if len(raw) == 1:
        (key,) = raw
        return key[1:] if key[:1] == "$" else ""
    return ""


def _parsed(data: bytes) -> Any:
    """Return what JSON says, proven to be all it says."""
    try:
        raw = orjson.loads(data)
        if _has_no_keys_or_long_numbers(data) or orjson.dumps(raw) == data:
            return raw
    except (orjson.JSONDecodeError, TypeError):
        pass
    return _parsed_carefully(data)


def _has_no_keys_or_long_numbers(data: bytes) -> bool:
    """Tell whether nothing can be lost: a key that stands twice, a number above 64 bits.

    Where it cannot tell, what is read is written again: it is the same if nothing was lost.
    """
    is_array = data.startswith(b"[") and b"{" not in data
    return is_array and _LONG_NUMBER not in data.translate(_ALIKE)


def _parsed_carefully(data: bytes) -> Any:
    text = data.decode(json.detect_encoding(data), "surrogatepass")
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_constant=_refused, parse_float=_finite
        )
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()):
            raise SerializationError(Text("it is not JSON, or cut short")) from error
        raise SerializationError(
            Text(
                "it is not JSON: line {line}, column {column}",
                line=error.lineno,
                column=error.colno,
            )
        ) from error
    except RecursionError as error:
        raise SerializationError(Text("it is nested too deeply")) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(made := dict(pairs)) < len(pairs):
        raise DamagedError(Text("the same key twice"))
    return made


def _refused(constant: str) -> float:
    raise DamagedError(Text("{constant} is not JSON", constant=constant))


def _finite(text: str) -> float:
    if math.isinf(number := float(text)):
        raise DamagedError(Text("{number} is too large", number=text[:20]))
    return number
