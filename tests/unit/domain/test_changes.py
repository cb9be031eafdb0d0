"""Changes: applied to a contact as a pure function, all of them or none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pomichnyk.domain.changes import Changes, apply, tagged
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Address, Birthday, Email, Messenger, Name, Phone, Tag
from pomichnyk.errors import InvalidValueError, NotFoundError

OLENA = Contact(
    name=Name("Олена Пчілка"),
    phones=(Phone("+380671234567", "work"), Phone("+380501234567")),
    emails=(Email("Olena@example.com", "home"),),
    addresses=(Address("вул. Франка, 5", "home"),),
    birthday=Birthday(7, 17, 1849),
    tags=(Tag("друзі"),),
    comment="співає",
    keywords="Плеяда",
)


def changed(changes: Changes, contact: Contact = OLENA) -> Contact:
    return apply(changes, contact, region="UA")


def test_no_changes_give_the_same_contact() -> None:
    assert changed(Changes()) is OLENA


def test_changes_to_what_is_there_already_give_the_same_contact() -> None:
    asked = Changes(
        name="Олена Пчілка",
        phones=[("", "067 123 45 67")],
        emails=[("home", "olena@EXAMPLE.com")],
        addresses=[("", "Вул. Франка,  5")],
        birthday="17.07.1849",
        tags=["#ДРУЗІ"],
        comment="співає",
    )

    assert changed(asked) is OLENA


def test_change_is_dated_and_keeps_identity() -> None:
    new = changed(Changes(name="Ольга Косач"))

    assert new.changed > OLENA.changed
    assert replace(new, name=OLENA.name, changed=OLENA.changed) == OLENA


def test_values_are_added_behind_those_there_are() -> None:
    new = changed(
        Changes(
            phones=[("mobile", "0631234567")],
            emails=[("", "kosach@example.com")],
            addresses=[("work", "Київ")],
            messengers=[("home", "10.0.0.7")],
            tags=["поети"],
        )
    )

    assert new.phones == (*OLENA.phones, Phone("+380631234567", "mobile"))
    assert new.emails == (*OLENA.emails, Email("kosach@example.com"))
    assert new.addresses == (*OLENA.addresses, Address("Київ", "work"))
    assert new.messengers == (Messenger("10.0.0.7", "home"),)
    assert new.tags == ("друзі", "поети")
    assert changed(Changes(remove_messengers=["10.0.0.7"]), new).messengers == ()


def test_value_that_is_there_gets_the_new_label() -> None:
    new = changed(Changes(phones=[("mobile", "067-123-45-67")]))

    assert new.phones == (Phone("+380671234567", "mobile"), OLENA.phones[1])


def test_values_are_taken_away_in_any_spelling() -> None:
    new = changed(
        Changes(
            remove_phones=["+38 067 123-45-67", "0501234567"],
            remove_emails=["OLENA@example.com"],
            remove_addresses=["ВУЛ. Франка, 5"],
            remove_tags=[" #Друзі"],
        )
    )

    assert (new.phones, new.emails, new.addresses, new.tags) == ((), (), (), ())


def test_value_may_be_replaced_in_one_change() -> None:
    new = changed(Changes(remove_phones=["0671234567"], phones=[("", "0671234567")]))

    assert new.phones == (OLENA.phones[1], Phone("+380671234567"))


@pytest.mark.parametrize(
    "asked",
    [
        Changes(remove_phones=["0999999999"]),
        Changes(remove_emails=["else@example.com"]),
        Changes(remove_addresses=["Львів"]),
        Changes(remove_messengers=["10.0.0.7"]),
        Changes(remove_tags=["вороги"]),
    ],
)
def test_what_is_not_there_cannot_be_taken_away(asked: Changes) -> None:
    with pytest.raises(NotFoundError, match="there is no"):
        changed(asked)


@pytest.mark.parametrize(
    "asked",
    [
        Changes(name=""),
        Changes(phones=[("", "12")]),
        Changes(emails=[("", "nobody")]),
        Changes(addresses=[("", "")]),
        Changes(messengers=[("", "10.0.0.7:x")]),
        Changes(birthday="yesterday"),
        Changes(tags=["two words"]),
        Changes(comment="\x00"),
    ],
)
def test_value_that_is_not_valid_is_refused(asked: Changes) -> None:
    with pytest.raises(InvalidValueError):
        changed(asked)


@pytest.mark.parametrize("empty", ["", "  "])
def test_birthday_and_comment_are_cleared_by_nothing(empty: str) -> None:
    assert changed(Changes(birthday=empty)).birthday is None
    assert changed(Changes(comment=empty.strip())).comment == ""


def test_values_that_an_imported_card_has_twice_stay() -> None:
    twice = replace(
        OLENA,
        phones=(Phone("+380671234567", "work"), Phone("+380671234567", "home")),
        tags=(Tag("Work"), Tag("work")),
    )
    new = changed(Changes(comment="", phones=[("", "0631234567")], tags=["more"]), twice)

    assert new.phones == (*twice.phones, Phone("+380631234567"))
    assert new.tags == ("Work", "work", "more")


def test_value_that_is_there_twice_is_taken_away_wholly() -> None:
    twice = replace(OLENA, phones=(Phone("+380671234567", "a"), Phone("+380671234567", "b")))

    assert changed(Changes(remove_phones=["+380671234567"]), twice).phones == ()


def test_numbers_without_a_country_belong_to_the_region() -> None:
    new = apply(Changes(phones=[("", "020 7946 0958")]), OLENA, region="GB")

    assert new.phones[-1] == Phone("+442079460958")


def test_tags_equal_when_folded_alike_are_one() -> None:
    assert tagged((), add=["Мар'яна", "МАРʼЯНА", "#x"], remove=()) == ("Мар'яна", "x")
