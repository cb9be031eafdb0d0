"""Every storage answers as the one in memory does, whatever is asked of them in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Address, Birthday, Email, Name, Phone, Tag
from pomichnyk.domain.note import Note
from pomichnyk.errors import PomichnykError
from pomichnyk.storage import Storage, _rules, open_storage

KINDS = {"mongodb alone", "sqlite+pysqlite", *Storage.names()}
Operation = Callable[[Storage], object]

IDS = [
    UUID(f"{beginning}0000000-0000-4000-8000-00000000000{n}") for beginning in "ab" for n in "12"
]
WORDS = [
    *("Олена", "олеся", "Шевченко", "Shevchenko", "Мар’яна", "Ґалаґан", "галаган", "Їжак"),
    *("їж", "José", "Großmann", "+380671234567", "067", "кава-чай", "a%b_c", "AND", "😀", "’"),
]
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
words = st.sampled_from(WORDS) | st.text(characters, min_size=1, max_size=4)
texts = st.lists(words, max_size=3).map(" ".join)
queries = texts | st.text(max_size=4)  # also with what cannot be stored
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join).map(Name)
tags = st.lists(st.sampled_from(["друзі", "Друзі", "ґанок", "work", "Їжа"]).map(Tag), max_size=2)
days = st.builds(Birthday, st.sampled_from([2, 12]), st.sampled_from([1, 28, 29]), st.none())
moments = st.integers(0, 3).map(lambda hours: datetime(2024, 5, 1, hours, tzinfo=UTC))
ids = st.sampled_from(IDS)
contacts = st.builds(
    Contact,
    id=ids,
    name=names,
    phones=st.sampled_from([(), (Phone("+380671234567", "cell"),)]),
    emails=st.sampled_from([(), (Email("a.b@example.org"), Email("c@example.org"))]),
    addresses=st.sampled_from([(), (Address("вул. Їжакевича, 7"),)]),
    birthday=st.none() | days,
    tags=tags.map(tuple),
    comment=texts,
    created=moments,
    changed=moments,
)
cards = st.none() | st.builds(Card, st.just("BEGIN:VCARD"), st.sampled_from("uv"), st.just("d"))
entries = st.lists(st.builds(Entry, contacts, cards), max_size=4)
notes = st.builds(
    Note,
    id=ids,
    text=texts.filter(str.strip),
    tags=tags.map(tuple),
    contacts=st.lists(ids, max_size=2).map(tuple),
    created=moments,
    changed=moments,
)
limits = st.integers(0, 4)
tag_asked = st.sampled_from(["", "ДРУЗІ", "absent"])


def listed(method: str, **arguments: st.SearchStrategy[object]) -> st.SearchStrategy[Operation]:
    """Return operations that call a method and list what it gives."""

    def operation(kind: str, chosen: dict[str, object]) -> Operation:
        return lambda storage: [*getattr(getattr(storage, kind), method)(**chosen)]

    kinds = (
        st.just("contacts") if method in ONLY_CONTACTS else st.sampled_from(["contacts", "notes"])
    )
    return st.builds(operation, kinds, st.fixed_dictionaries(arguments))


ONLY_CONTACTS = ("birthdays", "names", "known", "entries")
operations = st.one_of(
    st.builds(lambda one: lambda storage: storage.contacts.add(one), contacts),
    st.builds(lambda one: lambda storage: storage.notes.add(one), notes),
    st.builds(lambda some: lambda storage: storage.contacts.put(some), entries),
    st.builds(lambda some: lambda storage: storage.notes.put(some), st.lists(notes, max_size=4)),
    st.builds(lambda new, was: lambda s: s.contacts.update(new, was=was), contacts, contacts),
    st.builds(lambda new, was: lambda s: s.notes.update(new, was=was), notes, notes),
    st.builds(lambda one: lambda storage: storage.contacts.remove(one), ids),
    st.builds(lambda one: lambda storage: storage.notes.remove(one), ids),
    st.builds(lambda one: lambda storage: storage.contacts.get(one), ids),
    st.builds(lambda one: lambda storage: storage.contacts.card(one), ids),
    st.builds(lambda one: lambda storage: [*storage.notes.mentioning(one)], ids),
    listed("find", query=queries, limit=limits),
    listed(
        "refer", reference=queries | st.sampled_from(["a", "b0", "A0000000-0000"]), limit=limits
    ),
    listed("all", tag=tag_asked, sort=st.sampled_from(["", "added", "changed"])),
    listed("all", tag=tag_asked, limit=st.none() | limits),
    listed("entries", tag=tag_asked),
    listed("names", beginning=queries, limit=limits),
    listed(
        "known",
        uids=st.lists(st.sampled_from(["u", "", *map(str, IDS)]), max_size=2),
        digests=st.lists(st.sampled_from(["d", "e"]), max_size=1),
    ),
    listed(
        "birthdays",
        first=st.integers(0, 800).map(lambda days: date(2023, 2, 1) + timedelta(days)),
        days=st.sampled_from([0, 1, 2, 30, 366, 900]),
    ),
    st.just(lambda storage: [*storage.contacts.tags().items(), *storage.notes.tags().items()]),
    st.just(
        lambda storage: [*storage.contacts.all(sort="birthday"), *storage.notes.all(sort="tag")]
    ),
    st.just(lambda storage: (storage.contacts.count(), storage.notes.count(), storage.check())),
)


def outcome(operation: Operation, storage: Storage) -> object:
    """Return what an operation gives, or which error it raises."""
    try:
        return operation(storage)
    except PomichnykError as error:
        return type(error)


@pytest.mark.parametrize("fresh", sorted({*KINDS} - {"memory"}), indirect=True)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(operations, min_size=8, max_size=25), ranked=st.sampled_from([2, 200]))
def test_a_storage_answers_as_the_one_in_memory(
    fresh: Callable[[], str],
    steps: list[Operation],
    ranked: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_rules, "RANKED", ranked)
    with open_storage(fresh()) as storage, open_storage("memory:") as model:
        for step in steps:
            assert outcome(step, storage) == outcome(step, model)
        assert storage.check() == []
