"""Copying: what any storage has arrives in any other, is compared there, and may be done again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from pathlib import Path
from runpy import run_path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Address, Birthday, Email, Name, Phone, Tag
from pomichnyk.domain.message import Message, State
from pomichnyk.domain.note import Note
from pomichnyk.errors import UsageError
from pomichnyk.services.checking import check
from pomichnyk.services.copying import Difference, Tally, copy
from pomichnyk.services.homes import Home
from pomichnyk.services.transfer import export
from pomichnyk.storage import Storage, open_storage
from pomichnyk.text import Text
from pomichnyk.vcard.editing import card
from pomichnyk.vcard.entries import entry

KINDS = sorted({"sqlite+pysqlite", *Storage.names()})
PAIRS = [*product(KINDS, KINDS)]
ROUND = [*zip(KINDS, [*KINDS[1:], KINDS[0]], strict=True)]
"""Pairs in which each kind is a source once, and a target once."""
THEN = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
LATER = THEN + timedelta(microseconds=1)
OLENA = Contact(
    name=Name("Олена Пчілка"),
    phones=(Phone("+380671234567", "work"), Phone("+380441234567;ext=12")),
    emails=(Email("o@example.com"),),
    addresses=(Address("вул. Франка, 5", "home"),),
    birthday=Birthday(7, 17, 1849),
    tags=(Tag("друзі"), Tag("поети")),
    comment="a\nb",
    keywords="Гадяч",
    id=UUID(int=1),
    created=THEN,
    changed=THEN,
)
CARD = Card("BEGIN:VCARD\r\nPHOTO;ENCODING=b:AAAA\r\nEND:VCARD\r\n", "u1", "d" * 64)
NOTE = Note(text="# Купити\n@Олена", tags=(Tag("дім"),), id=UUID(int=3), created=THEN, changed=THEN)
MESSAGE = Message(
    text="Привіт!", sender="dacha", peer="10.0.0.2", id=UUID(int=4), created=THEN, changed=THEN
)

people = run_path(str(Path(__file__).parents[2] / "benchmarks/people.py"))["people"]

Fresh = Callable[[], str]
FreshOf = Callable[[str], Fresh]
Both = tuple[Home, Home]

readable = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029")
lines = st.text(readable, max_size=20).map(str.strip)
words = st.sampled_from(["друзі", "Їжа", "ґанок", "work"])
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
offsets = st.integers(0, 20)
contacts = st.builds(
    Contact,
    id=st.uuids(),
    name=lines.filter(bool).map(Name),
    phones=st.lists(st.builds(Phone, st.just("+380671234567"), lines), max_size=2).map(tuple),
    emails=st.lists(st.builds(Email, st.just("a.b@example.org"), lines), max_size=2).map(tuple),
    addresses=st.lists(st.builds(Address, lines.filter(bool), lines), max_size=2).map(tuple),
    birthday=st.none() | st.builds(Birthday, st.just(2), st.just(28), st.integers(1, 2020)),
    tags=st.lists(words.map(Tag), max_size=2).map(tuple),
    comment=st.text(readable | st.just("\n"), max_size=20),
    keywords=lines,
    created=moments,
    changed=moments,
)
cards = st.none() | st.builds(
    Card, st.text(readable | st.sampled_from("\r\n\t"), min_size=1), lines, lines
)
notes = st.builds(
    Note,
    id=st.uuids(),
    text=st.text(readable | st.just("\n"), min_size=1).filter(str.strip),
    tags=st.lists(words.map(Tag), max_size=2).map(tuple),
    contacts=st.lists(st.uuids(), max_size=2).map(tuple),
    created=moments,
    changed=moments,
)
messages = st.builds(
    Message,
    id=st.uuids(),
    text=st.text(readable | st.just("\n"), min_size=1).filter(str.strip),
    sender=lines.filter(bool),
    peer=lines.filter(bool),
    state=st.sampled_from(State),
    sent=moments,
    attempts=st.integers(0, 9),
    due=st.none() | moments,
    why=lines,
    created=moments,
    changed=moments,
)


def named(pair: tuple[str, str]) -> str:
    return f"{pair[0]} to {pair[1]}"


@pytest.fixture(params=ROUND, ids=named)
def opened(request: pytest.FixtureRequest, fresh_of: FreshOf) -> Iterator[Callable[[], Both]]:
    """Return what opens a source and a target, both empty, others at each call."""
    kinds: tuple[str, str] = request.param
    with ExitStack() as stack:

        def both() -> Both:
            stack.close()
            homes = [Home(stack.enter_context(open_storage(fresh_of(one)()))) for one in kinds]
            return homes[0], homes[1]

        yield both


@pytest.fixture
def homes(opened: Callable[[], Both]) -> Both:
    return opened()


@pytest.fixture
def full(homes: Both) -> Both:
    """Return a source that has one record of each kind, and an empty target."""
    source, _ = homes
    source.storage.contacts.put([Entry(OLENA, CARD)])
    source.storage.notes.put([NOTE])
    source.storage.messages.put([MESSAGE])
    return homes


def content(home: Home) -> tuple[object, ...]:
    """Return all that a home has, as it gives it."""
    storage = home.storage
    came = storage.messages.after(None, 1000)
    return [*storage.contacts.entries()], [*storage.notes.all()], [*storage.messages.all()], came


@pytest.mark.parametrize("opened", PAIRS, ids=named, indirect=True)
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    people=st.lists(st.builds(Entry, contacts, cards), max_size=6),
    notebook=st.lists(notes, max_size=4),
    post=st.lists(messages, max_size=6),
)
def test_everything_arrives_and_arrives_once(
    opened: Callable[[], Both], people: list[Entry], notebook: list[Note], post: list[Message]
) -> None:
    source, target = opened()
    source.storage.contacts.put(people)
    source.storage.notes.put(notebook)
    source.storage.messages.put(post)

    first, second = copy(source, target), copy(source, target)

    assert content(target) == content(source)
    assert str(first.digests[0]) == str(first.digests[1]) == str(second.digests[1])
    assert (first.differing, second.differing) == (0, 0)
    counts = [len(people), len(notebook), len(post)]
    assert [(one.new, one.updated, one.unchanged, one.beyond) for one in first.tallies] == [
        (count, 0, 0, 0) for count in counts
    ]
    assert [(one.new, one.updated, one.unchanged, one.beyond) for one in second.tallies] == [
        (0, 0, count, 0) for count in counts
    ]
    assert target.storage.check() == []
    assert str(check(source).digest) == str(check(target).digest) == str(first.digests[0])


def test_messages_are_told_in_the_order_in_which_they_came(homes: Both) -> None:
    source, target = homes
    came = [
        replace(MESSAGE, id=UUID(int=n), key=str(n), created=THEN - timedelta(n)) for n in (5, 2, 7)
    ]
    source.storage.messages.receive(came)

    copy(source, target)

    assert target.storage.messages.after(None) == came


def test_what_the_target_has_beyond_stays_and_is_counted(full: Both) -> None:
    source, target = full
    other = replace(OLENA, id=UUID(int=9), name=Name("Ада"))
    target.storage.contacts.put([Entry(other)])
    target.storage.notes.put([replace(NOTE, id=UUID(int=8))])

    report = copy(source, target)

    assert [(one.new, one.beyond) for one in report.tallies] == [(1, 1), (1, 1), (1, 0)]
    assert report.differing == 0
    assert target.storage.contacts.get(other.id) == other


@pytest.mark.parametrize("name", ["Олена Пчілка", "Ада", "Яна"])
def test_what_is_older_in_the_target_becomes_as_it_is_in_the_source(full: Both, name: str) -> None:
    source, target = full
    older = THEN - timedelta(1)
    target.storage.contacts.put([Entry(replace(OLENA, name=Name(name), changed=older))])
    target.storage.notes.put([replace(NOTE, text="old", changed=older)])
    target.storage.messages.put([replace(MESSAGE, why="old", changed=older)])

    report = copy(source, target)

    assert [(one.new, one.updated) for one in report.tallies] == [(0, 1)] * 3
    assert report.differing == 0
    assert content(target) == content(source)


@pytest.mark.parametrize("name", ["Олена Пчілка", "Ада", "Яна"])
def test_what_is_newer_in_the_target_stays_and_is_told(full: Both, name: str) -> None:
    source, target = full
    newer = Entry(replace(OLENA, name=Name(name), comment="new", changed=LATER), CARD)
    target.storage.contacts.put([newer])
    target.storage.notes.put([replace(NOTE, text="new", changed=LATER)])
    target.storage.messages.put([replace(MESSAGE, why="new", changed=LATER)])
    before = content(target)

    report = copy(source, target)

    assert content(target) == before
    assert str(report.digests[0]) != str(report.digests[1])
    assert report.tallies == [
        Tally(Text(kind), 0, 0, 1, 0) for kind in ("contacts", "notes", "messages")
    ]
    named = [] if name == OLENA.name else ["name"]
    assert report.differences == [
        Difference(
            Text("contacts"),
            f"{OLENA.name} ({OLENA.id})",
            (*named, "comment", "changed"),
            later=True,
        ),
        Difference(Text("notes"), f"Купити ({NOTE.id})", ("text", "changed"), later=True),
        Difference(Text("messages"), f"dacha ({MESSAGE.id})", ("why", "changed"), later=True),
    ]


def test_a_card_alone_is_a_difference(full: Both) -> None:
    source, target = full
    target.storage.contacts.put([Entry(OLENA)])

    assert copy(source, target).tallies[0].updated == 1
    assert target.storage.contacts.card(OLENA.id) == CARD


def test_more_than_a_batch_arrives_and_what_is_missing_is_completed(homes: Both) -> None:
    source, target = homes
    people = [Contact(name=Name(f"Name {n}"), id=UUID(int=n)) for n in range(1, 1_202)]
    post = [replace(MESSAGE, id=UUID(int=n), key=str(n)) for n in range(1, 602)]
    source.storage.contacts.put(map(Entry, people))
    source.storage.messages.put(post)
    target.storage.contacts.put(map(Entry, people[::3]))
    target.storage.messages.put(post[:300])

    report = copy(source, target)

    assert (report.tallies[0].new, report.tallies[0].unchanged) == (800, 401)
    assert (report.tallies[2].new, report.tallies[2].unchanged) == (301, 300)
    assert report.differing == 0
    assert content(target) == content(source)


def test_a_message_that_came_by_another_id_is_told(full: Both) -> None:
    source, target = full
    target.storage.messages.put([replace(MESSAGE, id=UUID(int=11))])

    report = copy(source, target)

    assert report.differences == [Difference(Text("messages"), f"dacha ({MESSAGE.id})", ())]
    assert report.tallies[2].beyond == 1


def test_a_storage_is_not_copied_into_itself(full: Both) -> None:
    with pytest.raises(UsageError, match="itself"):
        copy(full[0], full[0])


@pytest.mark.slow
@pytest.mark.skipif(
    not {"postgresql", "mongodb"} <= {*Storage.names()}, reason="there are no servers' storages"
)
def test_ten_thousand_people_go_round_the_servers_and_come_back(
    fresh_of: FreshOf, tmp_path: Path
) -> None:
    urls = [fresh_of(kind)() for kind in ("sqlite", "postgresql", "mongodb", "sqlite")]
    with open_storage(urls[0]) as storage:
        storage.contacts.put(
            entry(card(Entry(person))) if number % 2 else Entry(person)
            for number, person in enumerate(people(10_000))
        )
        storage.notes.put(replace(NOTE, id=UUID(int=n)) for n in range(1_000))

    for one, other in pairwise(urls):
        with open_storage(one) as source, open_storage(other) as target:
            assert copy(Home(source), Home(target)).differing == 0

    exported = []
    for number in (0, 3):
        with open_storage(urls[number]) as storage:
            export(storage, tmp_path / f"{number}.vcf")
            assert storage.check() == []
            exported.append(((tmp_path / f"{number}.vcf").read_bytes(), content(Home(storage))))
    assert exported[0] == exported[1]
    assert exported[0][0].count(b"BEGIN:VCARD") == 10_000
