"""Birthdays as an iCalendar file that any calendar can read (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import LEAP_YEAR, Birthday
from pomichnyk.vcard.text import escape, fold

_LEAP_DAY = (2, 29)


def calendar(contacts: Iterable[Contact]) -> Iterator[str]:
    """Yield the text of a calendar, piece by piece: a yearly event for each birthday.

    Pieces end with CRLF: write them to a file opened with ``newline=""``. Contacts without a
    birthday are passed over. A contact's event keeps its UID, so a calendar that reads the file
    again updates it; without a year of birth the event begins in 2000.
    """
    yield _lines("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pomichnyk//Birthdays//EN")
    for contact in contacts:
        if contact.birthday:
            yield _event(contact, contact.birthday)
    yield _lines("END:VCALENDAR")


def _event(contact: Contact, born: Birthday) -> str:
    return _lines(
        "BEGIN:VEVENT",
        f"UID:{contact.id}-birthday@pomichnyk",
        f"DTSTAMP:{contact.changed.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{born.year or LEAP_YEAR:04}{born.month:02}{born.day:02}",
        f"RRULE:FREQ=YEARLY{_yearly(born)}",
        f"SUMMARY:{escape(contact.name)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def _yearly(born: Birthday) -> str:
    """Return the rule's rest: a leap day is February's last, as ``Birthday.celebrated`` has it."""
    return ";BYMONTH=2;BYMONTHDAY=-1" if (born.month, born.day) == _LEAP_DAY else ""


def _lines(*lines: str) -> str:
    return "".join(f"{fold(line)}\r\n" for line in lines)
