"""Fields: each is valid, or it is not made; what is stored reads back as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.domain.fields import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Address,
    Birthday,
    Email,
    Messenger,
    Name,
    Phone,
    Tag,
    text,
)
from pomichnyk.errors import InvalidValueError, PomichnykError
from pomichnyk.text import Text

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("typed", ["", "  ", "a\nb", "a\x00", "\x1b[31m", "a\u2028b", "\ud800"])
def test_name_is_one_line_of_text(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="name"):
        Name(typed)


def test_name_has_no_blanks_around_it() -> None:
    assert Name("  Олена Пчілка ") == "Олена Пчілка"


def test_line_is_not_endless() -> None:
    assert Name("x" * LONGEST_LINE)
    with pytest.raises(InvalidValueError, match="at most 1000"):
        Name("x" * (LONGEST_LINE + 1))


@pytest.mark.parametrize("typed", ["a" * (LONGEST_TEXT + 1), "a\x00b", "\udc80"])
def test_text_that_no_store_keeps_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="comment"):
        text(Text("comment"), typed)


def test_text_keeps_its_lines_and_blanks() -> None:
    assert text(Text("comment"), " a\r\n\tb ") == " a\r\n\tb "


@pytest.mark.parametrize(
    ("typed", "value", "host", "port"),
    [
        ("10.0.0.7", "10.0.0.7", "10.0.0.7", None),
        (" Хата.local:20380 ", "хата.local:20380", "хата.local", 20380),
        ("my_pc-2:1", "my_pc-2:1", "my_pc-2", 1),
        ("[FE80::1%eth0]:65535", "[fe80::1%eth0]:65535", "fe80::1%eth0", 65535),
        ("::1", "[::1]", "::1", None),
    ],
)
def test_messenger_is_a_host_and_maybe_a_port(
    typed: str, value: str, host: str, port: int | None
) -> None:
    parsed = Messenger.parse(typed, " home ")

    assert parsed == Messenger(value, "home")
    assert (parsed.host, parsed.port) == (host, port)


@pytest.mark.parametrize(
    "typed",
    ["", "two words", "host:", "host:0", "host:65536", "host:port", "a@b", "[::1", "[::1]x", "a/b"],
)
def test_what_is_no_place_of_a_messenger_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="messenger"):
        Messenger.parse(typed)


@pytest.mark.parametrize(("typed", "tag"), [("#друзі", "друзі"), ("##a", "a"), (" c++ ", "c++")])
def test_tag_is_one_word_without_its_sign(typed: str, tag: str) -> None:
    assert Tag(typed) == tag


@pytest.mark.parametrize("typed", ["", "#", "two words", "a,b", "a\tb", "#\u00a0"])
def test_tag_of_several_words_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="tag"):
        Tag(typed)


@given(st.text())
def test_name_and_tag_read_back_as_they_were_stored(typed: str) -> None:
    for field in (Name, Tag):
        try:
            stored = field(typed)
        except InvalidValueError:
            continue

        assert field(stored) == stored


@pytest.mark.parametrize(
    ("typed", "region", "stored"),
    [
        ("067 123 45 67", "UA", "+380671234567"),
        ("+38 (067) 123-45-67", "US", "+380671234567"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("+1 415 555 2671 ext. 12", "UA", "+14155552671;ext=12"),
    ],
)
def test_phone_is_stored_in_e164(typed: str, region: str, stored: str) -> None:
    phone = Phone.parse(typed, " work ", region=region)

    assert phone == Phone(stored, "work")
    assert Phone.parse(stored, "work") == phone


@pytest.mark.parametrize("typed", ["", "12", "abc", "+999 1", "+380 67 123 45 678 999", "067\n1"])
def test_phone_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="phone"):
        Phone.parse(typed)


@pytest.mark.parametrize("stored", ["380671234567", "+0671234567", "+38067123456٧", "+3806712 34"])
def test_phone_of_another_form_is_not_made(stored: str) -> None:
    with pytest.raises(InvalidValueError, match="phone"):
        Phone(stored)


def test_email_has_its_domain_in_lower_case() -> None:
    assert Email.parse(" Olena@Example.COM ", "home") == Email("Olena@example.com", "home")


@pytest.mark.parametrize("typed", ["", "olena", "a@b", "a b@example.com", "a@@example.com", "@a.b"])
def test_email_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="e-mail"):
        Email.parse(typed)


@pytest.mark.parametrize("stored", ["nobody", "a@b@c", "a @b"])
def test_email_of_another_form_is_not_made(stored: str) -> None:
    with pytest.raises(InvalidValueError, match="e-mail"):
        Email(stored)


def test_address_is_one_line() -> None:
    assert Address.parse(" вул. Франка, 5\n\n Львів ").value == "вул. Франка, 5, Львів"


@pytest.mark.parametrize("typed", ["", " \n "])
def test_empty_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="address"):
        Address.parse(typed)


@pytest.mark.parametrize("kind", [Phone, Email, Address])
def test_label_is_one_line(kind: type[Phone | Email | Address]) -> None:
    value = {Phone: "+380671234567", Email: "a@example.com", Address: "Київ"}[kind]
    with pytest.raises(InvalidValueError, match="label"):
        kind(value, "a\nb")


def test_label_may_be_given_anew() -> None:
    assert Address("Київ", "home").relabelled("work") == Address("Київ", "work")


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        ("1990-04-15", Birthday(4, 15, 1990)),
        ("1990-4-5", Birthday(4, 5, 1990)),
        ("19900415", Birthday(4, 15, 1990)),
        ("--04-15", Birthday(4, 15)),
        ("--0415", Birthday(4, 15)),
        ("15.04.1990", Birthday(4, 15, 1990)),
        ("15.4.", Birthday(4, 15)),
        (" 15.04 ", Birthday(4, 15)),
        ("--02-29", Birthday(2, 29)),
        ("2026-11-21", Birthday(11, 21, 2026)),
    ],
)
def test_birthday_is_read_as_people_write_it(typed: str, born: Birthday) -> None:
    assert Birthday.parse(typed, today=TODAY) == born


@pytest.mark.parametrize(
    "typed",
    ["", "1990", "1990-13-01", "1990-02-30", "1989-02-29", "--13-01", "0000-01-01", "2026-11-22",
     "١٩٩٠-٠٤-١٥", "15/04/1990", "1990-04-15x"],
)  # fmt: skip
def test_day_that_never_was_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValueError, match="birthday"):
        Birthday.parse(typed, today=TODAY)


def test_birthday_of_today_needs_no_today() -> None:
    with pytest.raises(InvalidValueError):
        Birthday.parse("9999-01-01")


birthdays = st.one_of(
    st.dates(max_value=TODAY).map(lambda day: Birthday(day.month, day.day, day.year)),
    st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: Birthday(day.month, day.day)),
)
starts = st.dates(date(1, 1, 1), date(9998, 12, 31))


@given(birthdays)
def test_birthday_reads_back_as_it_is_written(born: Birthday) -> None:
    assert Birthday.parse(str(born), today=TODAY) == born


@given(birthdays, starts)
def test_next_celebration_is_the_first_from_that_day_on(born: Birthday, start: date) -> None:
    day = born.next(start)

    assert start <= day <= start + timedelta(days=366)
    assert day == born.celebrated(day.year)
    assert not start <= born.celebrated(start.year) < day


@pytest.mark.parametrize(("year", "day"), [(2024, date(2024, 2, 29)), (2026, date(2026, 2, 28))])
def test_29_february_is_celebrated_on_the_28th_of_other_years(year: int, day: date) -> None:
    assert Birthday(2, 29, 2000).celebrated(year) == day


def test_age_is_reached_on_the_day() -> None:
    assert Birthday(4, 15, 1990).age(date(2026, 4, 15)) == 36
    assert Birthday(4, 15).age(date(2026, 4, 15)) is None


def test_nobody_has_an_age_before_birth() -> None:
    assert Birthday(4, 15, 1990).age(date(1980, 4, 15)) is None


@given(st.text(max_size=30))
def test_whatever_is_typed_gives_a_field_or_one_clear_line(typed: str) -> None:
    parsers = (Name, Tag, Phone.parse, Email.parse, Address.parse, Birthday.parse)
    refusals = [refusal for parse in parsers if (refusal := _refusal(parse, typed))]

    assert all(len(refusal.splitlines()) == 1 for refusal in refusals)


def _refusal(parse: Callable[[str], object], typed: str) -> str:
    try:
        parse(typed)
    except PomichnykError as error:
        return str(error)
    return ""
