"""Three-way merging: nobody's change is lost to the other's silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Address, Birthday, Email, Name, Phone, Tag
from pomichnyk.services.merging import completed, merged

ONE, TWO = Phone("+380671234567", "home"), Phone("+380671234568")
BASE = Contact(
    name=Name("A"),
    phones=(ONE,),
    emails=(Email("a@b.ua"),),
    addresses=(Address("Street"),),
    birthday=Birthday(4, 15),
    tags=(Tag("x"),),
    comment="c",
)
CHANGES = [
    (replace(BASE, name=Name("B")), replace(BASE, name=Name("C"))),
    (replace(BASE, birthday=None), replace(BASE, birthday=Birthday(4, 16))),
    (replace(BASE, comment=""), replace(BASE, comment="d")),
]


@pytest.mark.parametrize(("ours", "theirs"), CHANGES)
def test_of_one_value_ours_wins_if_we_changed_it(ours: Contact, theirs: Contact) -> None:
    assert merged(BASE, ours, theirs) == ours
    assert merged(BASE, BASE, theirs) == theirs
    assert merged(BASE, ours, BASE) == ours


@pytest.mark.parametrize(
    ("ours", "theirs", "both"),
    [
        ([ONE], [ONE, TWO], [ONE, TWO]),
        ([ONE, TWO], [ONE], [ONE, TWO]),
        ([], [ONE, TWO], [TWO]),
        ([TWO], [], [TWO]),
        ([ONE.relabelled("work")], [ONE], [ONE.relabelled("work")]),
        ([ONE], [ONE.relabelled("work")], [ONE.relabelled("work")]),
        ([ONE.relabelled("a")], [ONE.relabelled("b")], [ONE.relabelled("a")]),
        ([TWO.relabelled("a")], [TWO.relabelled("b")], [TWO.relabelled("a")]),
    ],
)
def test_of_many_values_each_stays_unless_somebody_took_it_away(
    ours: list[Phone], theirs: list[Phone], both: list[Phone]
) -> None:
    here, there = (replace(BASE, phones=tuple(phones)) for phones in (ours, theirs))

    assert set(merged(BASE, here, there).phones) == set(both)


def test_tags_and_e_mails_are_the_same_in_any_case() -> None:
    ours = replace(BASE, tags=(Tag("X"),), emails=(Email("A@b.ua"),))

    assert merged(BASE, ours, replace(BASE, tags=())).tags == ()
    assert merged(BASE, ours, BASE).emails == (Email("A@b.ua"),)


def test_words_to_find_it_by_are_those_of_the_new_card() -> None:
    assert merged(BASE, BASE, replace(BASE, keywords="new")).keywords == "new"


def test_a_partial_contact_is_completed() -> None:
    part = Contact(name=Name("B"), phones=(ONE.relabelled(""), TWO))
    whole = completed(part, BASE)

    assert (whole.name, whole.birthday, whole.comment) == ("B", BASE.birthday, "c")
    assert set(whole.phones) == {ONE, TWO}
    assert (whole.emails, whole.addresses, whole.tags) == (BASE.emails, BASE.addresses, BASE.tags)
    assert completed(replace(BASE, comment="d", birthday=None), BASE).comment == "d"
