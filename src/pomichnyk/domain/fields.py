"""The fields of a contact and a note: each is valid, or it is not made.

A class checks the form that is stored; its ``parse`` takes what a person types, which may need
a heavy library, and gives that form. So reading a store is quick and what is read still holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Text

LONGEST_LINE = 1_000
LONGEST_TEXT = 1_000_000
LEAP_YEAR = 2000
LAST_PORT = 65_535
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BREAKS_TAG = re.compile(r"[\s,]")
_LABEL = Text("label")


def line(field: Text, value: str, *, empty: bool = False) -> str:
    """Return the value without blanks around it if it is one line that can be stored.

    Raises:
        InvalidValueError: it is empty, too long, or has control characters.
    """
    value = value.strip()
    if (value or empty) and len(value) <= LONGEST_LINE and value.isprintable():
        return value  # as nearly every value; reading a store asks this of each
    if not value and not empty:
        raise InvalidValueError(field, value, Text("some text"))
    if len(value) > LONGEST_LINE:
        raise InvalidValueError(
            field, value, Text("at most {limit} characters", limit=LONGEST_LINE)
        )
    if _CONTROL.search(value) or not _storable(value):
        raise InvalidValueError(field, value, Text("one line of readable text"))
    return value


def text(field: Text, value: str) -> str:
    """Return the value if it can be stored: any lines, at most a million characters.

    Raises:
        InvalidValueError: it is too long, or has characters that no store keeps.
    """
    if len(value) > LONGEST_TEXT:
        raise InvalidValueError(
            field, value, Text("at most {limit} characters", limit=LONGEST_TEXT)
        )
    if not _storable(value):
        raise InvalidValueError(field, value, Text("readable text"))
    return value


def _storable(value: str) -> bool:
    """Tell whether a text has neither NUL nor half a character, by what is quickest of it."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


class Name(str):
    """A person's name as they write it, on one line."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Make the name without blanks around it, if it is one line of text."""
        return super().__new__(cls, line(Text("name"), value))


class Tag(str):
    """A word to group contacts and notes by: no blanks, no commas, no leading ``#``."""

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        """Make the tag without its leading ``#``, if it is one word."""
        tag = line(Text("tag"), value).lstrip("#")
        if not tag or _BREAKS_TAG.search(tag):
            raise InvalidValueError(Text("tag"), value, Text("one word without commas"))
        return super().__new__(cls, tag)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value of which a contact may have many, each with a label such as “work”."""

    value: str
    label: str = ""

    def relabelled(self, label: str) -> Self:
        """Return the same value under another label."""
        return replace(self, label=label)


@dataclass(frozen=True, slots=True)
class Phone(Labelled):
    """A phone number in E.164: ``+380671234567``, with ``;ext=12`` behind it if it has one."""

    FORM = re.compile(r"\+[1-9][0-9]{5,14}(;ext=[0-9]{1,11})?")

    def __post_init__(self) -> None:
        line(_LABEL, self.label, empty=True)
        if not Phone.FORM.fullmatch(self.value):
            raise _bad_phone(self.value)

    @classmethod
    def parse(cls, typed: str, label: str = "", *, region: str = "UA") -> Self:
        """Return the number that a person typed; without a country code it is the region's.

        Raises:
            InvalidValueError: there is no such number.
        """
        import phonenumbers as numbers

        try:
            number = numbers.parse(line(Text("phone"), typed), region)
        except numbers.NumberParseException:
            raise _bad_phone(typed) from None
        if not numbers.is_valid_number(number):
            raise _bad_phone(typed)
        e164 = numbers.format_number(number, numbers.PhoneNumberFormat.E164)
        return cls(e164 + (f";ext={number.extension}" if number.extension else ""), label.strip())


@dataclass(frozen=True, slots=True)
class Email(Labelled):
    """An e-mail address, its domain in lower case."""

    FORM = re.compile(r"[^\s@]+@[^\s@]+")

    def __post_init__(self) -> None:
        line(_LABEL, self.label, empty=True)
        if not Email.FORM.fullmatch(line(Text("e-mail"), self.value)):
            raise _bad_email(self.value)

    @classmethod
    def parse(cls, typed: str, label: str = "") -> Self:
        """Return the address that a person typed, without asking the network about it.

        Raises:
            InvalidValueError: it is not an address.
        """
        import email_validator as emails

        try:
            checked = emails.validate_email(line(Text("e-mail"), typed), check_deliverability=False)
        except emails.EmailNotValidError:
            raise _bad_email(typed) from None
        return cls(checked.normalized, label.strip())


@dataclass(frozen=True, slots=True)
class Address(Labelled):
    """A postal address as one would write it on a line."""

    def __post_init__(self) -> None:
        line(_LABEL, self.label, empty=True)
        line(Text("address"), self.value)

    @classmethod
    def parse(cls, typed: str, label: str = "") -> Self:
        """Return the address that a person typed, its lines joined by commas.

        Raises:
            InvalidValueError: it is empty or too long.
        """
        return cls(", ".join(filter(None, map(str.strip, typed.splitlines()))), label.strip())


@dataclass(frozen=True, slots=True)
class Messenger(Labelled):
    """Where a person's computer takes messages: ``host``, ``host:port`` or ``[IPv6]:port``."""

    FORM = re.compile(
        r"(\[[0-9a-f:.]+(?:%[\w.-]+)?\]|[\w-]{1,63}(?:\.[\w-]{1,63})*)(?::([0-9]{1,5}))?"
    )

    def __post_init__(self) -> None:
        line(_LABEL, self.label, empty=True)
        found = Messenger.FORM.fullmatch(line(Text("messenger"), self.value))
        if not (found and 0 < int(found[2] or LAST_PORT) <= LAST_PORT):
            raise _bad_messenger(self.value)

    @classmethod
    def parse(cls, typed: str, label: str = "") -> Self:
        """Return the place that a person typed; an IPv6 address alone gets its brackets.

        Raises:
            InvalidValueError: it is no host, or no port.
        """
        host, percent, scope = line(Text("messenger"), typed).partition("%")
        place = f"{host.lower()}{percent}{scope}"
        if place.count(":") > 1 and "[" not in place:
            place = f"[{place}]"
        return cls(place, label.strip())

    @property
    def host(self) -> str:
        """The name or address of the computer, without brackets."""
        return self._parts[0].strip("[]")

    @property
    def port(self) -> int | None:
        """Where it listens, None if that is not said."""
        return int(self._parts[1]) if self._parts[1] else None

    @property
    def _parts(self) -> tuple[str, str]:
        found = Messenger.FORM.fullmatch(self.value)
        assert found
        return found[1], found[2] or ""


@dataclass(frozen=True, slots=True)
class Birthday:
    """A day of birth; the year may be unknown."""

    month: int
    day: int
    year: int | None = None

    FORMS = (
        re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
        re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"),
        re.compile(r"--(?P<month>\d\d)-?(?P<day>\d\d)"),
        re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})(\.(?P<year>\d{4})?)?"),
    )

    def __post_init__(self) -> None:
        try:
            date(LEAP_YEAR if self.year is None else self.year, self.month, self.day)
        except ValueError:
            raise _bad_birthday(str(self)) from None

    @classmethod
    def parse(cls, typed: str, *, today: date | None = None) -> Self:
        """Return the day that a person typed: 1990-04-15, --04-15, 15.04.1990 or 15.04.

        Raises:
            InvalidValueError: there is no such day, or it is still to come.
        """
        typed = typed.strip()
        found = next(filter(None, (form.fullmatch(typed) for form in cls.FORMS)), None)
        if not (found and typed.isascii()):
            raise _bad_birthday(typed)
        parts = found.groupdict()
        year = int(parts["year"]) if parts.get("year") else None
        born = cls(int(parts["month"]), int(parts["day"]), year)
        if year is not None and date(year, born.month, born.day) > (today or date.today()):  # noqa: DTZ011  # a person's own calendar
            raise _bad_birthday(typed)
        return born

    def __str__(self) -> str:
        """Return the ISO form: ``1990-04-15``, or ``--04-15`` without a year."""
        return f"{'-' if self.year is None else f'{self.year:04}'}-{self.month:02}-{self.day:02}"

    def celebrated(self, year: int) -> date:
        """Return the day it is celebrated on in that year; 29 February else falls on the 28th."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return date(year, 2, 28)

    def next(self, start: date) -> date:
        """Return the first celebration on or after a day."""
        this_year = self.celebrated(start.year)
        return this_year if this_year >= start else self.celebrated(start.year + 1)

    def age(self, on: date) -> int | None:
        """Return the age that is reached in that day's year; None if unknown or not born yet."""
        return None if self.year is None or on.year < self.year else on.year - self.year


def _bad_phone(value: str) -> InvalidValueError:
    return InvalidValueError(Text("phone"), value, Text("a number such as +380 67 123 45 67"))


def _bad_email(value: str) -> InvalidValueError:
    return InvalidValueError(Text("e-mail"), value, Text("an address such as name@example.com"))


def _bad_messenger(value: str) -> InvalidValueError:
    return InvalidValueError(Text("messenger"), value, Text("HOST or HOST:PORT"))


def _bad_birthday(value: str) -> InvalidValueError:
    return InvalidValueError(
        Text("birthday"), value, Text("a past day as YYYY-MM-DD, or --MM-DD without the year")
    )
