"""What can be wrong with a number, and with the processes that work on it."""

from __future__ import annotations

from math import log10

from pomichnyk.errors import InvalidValueError, UnavailableError
from pomichnyk.text import Plural, Text

SHOWN_WHOLE = 100
"""Bits of the longest number that a message shows with all its digits."""
SHOWN_DIGITS = 20


class NotPositiveError(InvalidValueError, ValueError):
    """The number is 0 or negative: its divisors are not a list."""

    def __init__(self, number: int) -> None:
        super().__init__(Text("number"), written(number), Text("a whole number from 1 on"))


class TooManyDivisorsError(InvalidValueError, ValueError):
    """The number has more divisors than the limit allows; none of them was made."""

    def __init__(self, number: int, count: int, limit: int) -> None:
        expected = Text(
            "at most {limit} divisors; it has {count}", limit=limit, count=written(count)
        )
        super().__init__(Text("number"), written(number), expected)


class TooHardError(InvalidValueError, ValueError):
    """The number has a part that is composite and longer than anybody can split."""

    def __init__(self, number: int, part: int) -> None:
        expected = Text(
            "a number that can be split into primes; a product of large primes is left, {part}",
            part=written(part),
        )
        super().__init__(Text("number"), written(number), expected)


class NoWorkersError(InvalidValueError, ValueError):
    """There must be at least one worker."""

    def __init__(self, workers: int) -> None:
        super().__init__(Text("workers"), workers, Text("a whole number from 1 on"))


class WorkerLostError(UnavailableError):
    """A worker process ended amid its work: it was killed, or could not import the program."""

    def __init__(self) -> None:
        super().__init__(
            Text("a worker process ended before its work was done; it may have lacked memory")
        )


class TimeIsUpError(UnavailableError, TimeoutError):
    """The work was not done in the time allowed, and was stopped."""

    def __init__(self, seconds: float) -> None:
        super().__init__(Text("not done within {seconds} s", seconds=f"{seconds:g}"))


def written(number: int) -> int | Text:
    """Return a number as a message shows it: a long one as its first digits and their count.

    Needs no text of all its digits, which Python refuses to make beyond some thousands.
    """
    if number.bit_length() <= SHOWN_WHOLE:
        return number
    digits = int((abs(number).bit_length() - 1) * log10(2)) + 1
    digits += abs(number) >= 10**digits
    return Plural(
        "{sign}{beginning}… ({count} digit)",
        "{sign}{beginning}… ({count} digits)",
        count=digits,
        sign="-" if number < 0 else "",
        beginning=abs(number) // 10 ** (digits - SHOWN_DIGITS),
    )
