"""Numbers: those that JSON or MessagePack do not have."""

from __future__ import annotations

import math
import struct
from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction

from pomichnyk.serialization._kinds import DamagedError, Kind, UnkeepableError, exact
from pomichnyk.text import Text

LONGEST_DECIMAL = 2_000
"""Bits of the largest integer written in decimal digits: reading those takes quadratic time."""
LARGEST_FRACTION = 32_768
"""Bits of a fraction's largest part: reducing it to lowest terms takes quadratic time."""
_STRICT = Context(traps=[InvalidOperation])
_NAN = struct.pack(">d", math.nan)


def _int_text(value: int) -> str:
    return str(value) if value.bit_length() <= LONGEST_DECIMAL else hex(value)


def _int(text: str) -> int:
    return int(text, 0)


def _float_text(value: float) -> str:
    """Return the text of a float: ``inf``, ``nan``, or the eight bytes of an unusual NaN."""
    image = struct.pack(">d", value)
    return repr(value) if math.isinf(value) or image == _NAN else image.hex()


def _float(text: str) -> float:
    if text in {"inf", "-inf", "nan"}:
        return float(text)
    (value,) = struct.unpack(">d", bytes.fromhex(text))
    return float(value)


def _complex(body: list[float]) -> complex:
    return complex(*exact(body, float, float))


def _decimal(text: str) -> Decimal:
    value = Decimal(text, _STRICT)
    if str(value) != text:
        raise DamagedError
    return value


def _fraction_parts(value: Fraction) -> list[int]:
    parts = [value.numerator, value.denominator]
    if max(part.bit_length() for part in parts) > LARGEST_FRACTION:
        raise UnkeepableError(Text("a fraction has at most {limit} bits", limit=LARGEST_FRACTION))
    return parts


def _fraction(body: list[int]) -> Fraction:
    above, below = exact(body, int, int)
    if max(above.bit_length(), below.bit_length()) > LARGEST_FRACTION:
        raise DamagedError
    value = Fraction(above, below)
    if value.denominator != below:
        raise DamagedError
    return value


def _range(body: list[int]) -> range:
    return range(*exact(body, int, int, int))


KINDS = (
    Kind("int", int, _int_text, _int, code=20),
    Kind("float", float, _float_text, _float, code=21),
    Kind("complex", complex, lambda value: [value.real, value.imag], _complex, code=25),
    Kind("decimal", Decimal, str, _decimal, code=26),
    Kind("fraction", Fraction, _fraction_parts, _fraction, code=27),
    Kind("range", range, lambda value: [value.start, value.stop, value.step], _range, code=28),
)
