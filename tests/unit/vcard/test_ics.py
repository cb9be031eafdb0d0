"""Birthdays as a calendar, judged by a small reader of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Birthday, Name
from pomichnyk.vcard.ics import calendar

Event = dict[str, str]


def events(text: str) -> list[Event]:
    """Read a calendar: unfold, then one mapping for each event."""
    found: list[Event] = []
    for line in text.replace("\r\n ", "").split("\r\n"):
        head, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1][head] = value
    return found


def days(event: Event, first: int, last: int) -> list[date]:
    """Return the days of some years on which an event falls, by its rule alone."""
    start = datetime.strptime(event["DTSTART;VALUE=DATE"], "%Y%m%d").replace(tzinfo=UTC).date()
    if event["RRULE"] == "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1":
        return [date(year, 3, 1) - timedelta(days=1) for year in range(first, last)]
    assert event["RRULE"] == "FREQ=YEARLY"
    return [start.replace(year=year) for year in range(first, last)]


def born(birthday: str, name: str = "Олена") -> Contact:
    return Contact(name=Name(name), birthday=Birthday.parse(birthday))


@pytest.mark.parametrize(
    "birthday", ["1990-04-15", "--04-15", "1996-02-29", "--02-29", "0988-01-01"]
)
def test_event_falls_on_the_days_that_are_celebrated(birthday: str) -> None:
    contact = born(birthday)
    [event] = events("".join(calendar([contact])))
    assert contact.birthday

    assert days(event, 2000, 2030) == [
        contact.birthday.celebrated(year) for year in range(2000, 2030)
    ]


def test_event_begins_on_the_day_of_birth_or_in_2000() -> None:
    known, unknown = events("".join(calendar([born("1990-04-15"), born("--02-29")])))

    assert known["DTSTART;VALUE=DATE"] == "19900415"
    assert unknown["DTSTART;VALUE=DATE"] == "20000229"


def test_uid_is_the_contacts_own_and_stays() -> None:
    contacts = [born("1990-04-15"), born("1990-04-15")]
    first, second = events("".join(calendar(contacts))), events("".join(calendar(contacts)))

    assert first == second
    assert len({event["UID"] for event in first}) == 2


def test_stamp_is_when_the_contact_changed_in_utc() -> None:
    contact = Contact(
        name=Name("A"),
        birthday=Birthday(4, 15),
        id=UUID(int=1),
        changed=datetime.fromisoformat("2024-05-01T02:03:04+03:00"),
    )
    [event] = events("".join(calendar([contact])))

    assert event["DTSTAMP"] == "20240430T230304Z"


def test_contacts_without_a_birthday_are_passed_over() -> None:
    text = "".join(calendar([Contact(name=Name("A"))]))

    assert text.split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Pomichnyk//Birthdays//EN",
        "END:VCALENDAR",
        "",
    ]


@given(st.text(st.characters(categories=("L", "P", "Zs")), min_size=1).filter(str.strip))
def test_any_name_comes_through_in_lines_of_75_octets(name: str) -> None:
    text = "".join(calendar([born("--04-15", name)]))
    [event] = events(text)
    summary = event["SUMMARY"].replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")

    assert summary == Name(name)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
