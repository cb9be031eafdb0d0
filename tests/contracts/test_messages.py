"""What every storage promises of messages: see ``MessageRepository``."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomichnyk.domain.message import Message, State
from pomichnyk.errors import ConflictError, NotFoundError, PomichnykError
from pomichnyk.storage import Storage, _rules, open_storage

START = datetime(2024, 5, 1, 12, 30, 15, 123456, tzinfo=UTC)
FULL = Message(
    text="Два рядки:\nкава о 9-й, 'так' \"ні\" 😀",
    sender="Мар'яна-ПК",
    peer="[fe80::1%eth0]:8765",
    state=State.WAITING,
    key="0001",
    sent=START,
    attempts=3,
    due=START + timedelta(microseconds=1),
    why="nobody answers",
    created=START,
    changed=START + timedelta(microseconds=2),
)


def came(text: str = "привіт", minute: int = 0, **fields: Any) -> Message:
    """Return a message that came at some minute, of which only some fields matter."""
    moment = START + timedelta(minutes=minute)
    usual: dict[str, Any] = {
        "sender": "хата",
        "peer": "10.0.0.7:5000",
        "created": moment,
        "changed": moment,
    }
    return Message(text=text, **usual | fields)


def waiting(text: str = "привіт", minute: int = 0, **fields: Any) -> Message:
    """Return a message that is due at some minute."""
    due = START + timedelta(minutes=minute)
    return came(text, minute, state=State.WAITING, **{"due": due} | fields)


def test_a_message_comes_back_equal_to_the_microsecond(storage: Storage) -> None:
    received = came()
    storage.messages.put([FULL])

    assert storage.messages.receive([received]) == 1

    assert storage.messages.get(FULL.id) == FULL
    assert storage.messages.get(received.id) == received
    assert type(storage.messages.get(FULL.id).state) is State
    assert storage.messages.count() == storage.info().messages == 2
    assert storage.check() == []


def test_messages_are_there_when_the_storage_is_opened_again(home: str) -> None:
    if home == "memory:":
        pytest.skip("it is gone with the program by design")
    received = came(minute=1)
    with open_storage(home) as storage:
        storage.messages.receive([received])
        storage.messages.put([FULL])

    with open_storage(home) as storage:
        assert [*storage.messages.all()] == [received, FULL]
        assert storage.messages.find("привіт") == [received]


def test_a_delivery_that_is_repeated_is_stored_once(storage: Storage) -> None:
    first, second = came(key="1"), came(key="2")
    again, other = came(key="1", peer="10.0.0.9:1"), came(key="1", sender="робота")

    assert storage.messages.receive([first]) == 1
    assert storage.messages.receive([again, second, replace(second, id=uuid4()), other]) == 2
    assert storage.messages.receive([again, first]) == storage.messages.receive([]) == 0

    assert storage.messages.after(None) == [first, second, other]


def test_repeated_within_one_batch_they_keep_the_order_of_their_coming(storage: Storage) -> None:
    first, second, third = (came(key=key) for key in "012")

    assert storage.messages.receive([first, second, replace(first, id=uuid4()), third]) == 3

    assert storage.messages.after(None) == [first, second, third]


def test_what_was_sent_is_not_taken_for_what_was_received(storage: Storage) -> None:
    mine = waiting(key="1")
    storage.messages.put([mine, replace(mine, id=uuid4())])

    assert storage.messages.receive([came(key="1")]) == 1

    assert storage.messages.count() == 3


def test_a_message_whose_id_is_taken_is_not_received_and_no_other_with_it(
    storage: Storage,
) -> None:
    first = came()
    storage.messages.receive([first])

    with pytest.raises(ConflictError):
        storage.messages.receive([came("новий"), came("інший", id=first.id)])

    assert [*storage.messages.all()] == [first]


def test_threads_that_receive_at_once_store_every_message_once(storage: Storage) -> None:
    def receive(number: int) -> int:
        some = [came(key=str(n // 2)) for n in range(number, number + 20)]
        return storage.messages.receive(some)

    with ThreadPoolExecutor(4) as pool:
        new = sum(pool.map(receive, range(0, 200, 5)))

    keys = [message.key for message in storage.messages.after(None, limit=1000)]
    assert new == len(keys) == 108
    assert {*keys} == {*map(str, range(108))}


def test_put_stores_new_ones_in_place_of_old_ones_and_may_be_repeated(storage: Storage) -> None:
    received, mine = came(), waiting(minute=1)
    later = replace(mine, state=State.DELIVERED, due=None, attempts=1, text="інакше")

    for _ in range(2):
        storage.messages.put([received, mine])
    storage.messages.put([later])

    assert [*storage.messages.all()] == [later, received]
    assert storage.messages.find("інакше") == [later]
    assert storage.messages.find("привіт") == [received]


def test_put_leaves_out_what_was_received_already(storage: Storage) -> None:
    first = came(key="1")
    storage.messages.receive([first])

    storage.messages.put([came("інше", key="1"), came("нове", key="2")])

    assert {message.text for message in storage.messages.all()} == {"привіт", "нове"}
    assert storage.messages.get(first.id) == first


def test_what_is_not_stored_is_not_found(storage: Storage) -> None:
    with pytest.raises(NotFoundError):
        storage.messages.get(uuid4())
    with pytest.raises(NotFoundError):
        storage.messages.remove(uuid4())
    with pytest.raises(NotFoundError):
        storage.messages.update(FULL, was=FULL)
    with pytest.raises(NotFoundError):
        storage.messages.after(uuid4())
    assert storage.messages.refer(str(uuid4())) == storage.messages.refer("0") == []
    assert [*storage.messages.all()] == storage.messages.find("привіт") == []


def test_an_update_of_what_was_changed_meanwhile_is_a_conflict(storage: Storage) -> None:
    storage.messages.put([FULL])
    ours = replace(FULL, why="ours", changed=START + timedelta(1))
    storage.messages.update(ours, was=FULL)

    with pytest.raises(ConflictError):
        storage.messages.update(replace(FULL, why="theirs"), was=FULL)

    assert storage.messages.get(FULL.id) == ours


@pytest.mark.parametrize("searched", [False, True])
def test_an_update_changes_what_a_message_is_found_by(storage: Storage, searched: bool) -> None:
    storage.messages.put([FULL, came("?!", minute=1)])
    if searched:
        assert storage.messages.find("кава") == [FULL]
    new = replace(FULL, text="чай")

    storage.messages.update(new, was=FULL)

    assert storage.messages.find("чай") == [new]
    assert storage.messages.find("кава") == []
    assert storage.check() == []


@pytest.mark.parametrize("searched", [False, True])
def test_what_is_removed_is_gone_and_not_found(storage: Storage, searched: bool) -> None:
    gone, kept = came("старе слово"), came("нове слово", minute=1)
    storage.messages.receive([gone, kept])
    if searched:
        assert storage.messages.find("слово") == [kept, gone]

    storage.messages.remove(gone.id)

    assert storage.messages.find("слово") == storage.messages.find("слвоо") == [kept]
    assert storage.messages.find("старе") == []
    assert storage.check() == []
    assert storage.messages.receive([came(key=gone.key)]) == 1


def test_all_are_listed_the_latest_stored_first_then_by_id(storage: Storage) -> None:
    every = [came(minute=minute % 3, id=UUID(int=9 - minute)) for minute in range(6)]
    every += [waiting(minute=4), came(minute=5, state=State.REFUSED)]
    storage.messages.put(every)
    ordered = sorted(every, key=lambda one: (START - one.created, str(one.id)))

    assert [*storage.messages.all()] == ordered
    assert [*storage.messages.all(limit=3)] == ordered[:3]
    assert [*storage.messages.all(limit=0)] == []
    for state in State:
        chosen = [one for one in ordered if one.state is state]
        assert [*storage.messages.all(state=state)] == chosen
        assert [*storage.messages.all(state=state, limit=1)] == chosen[:1]


def test_what_came_after_a_message_is_told_in_the_order_of_storing(storage: Storage) -> None:
    every = [came(minute=5), came(minute=3), came(minute=3, id=UUID(int=1))]
    for one in every:
        storage.messages.receive([one])
    storage.messages.put([waiting(minute=9)])

    assert storage.messages.after(None) == every
    assert storage.messages.after(None, limit=2) == every[:2]
    assert storage.messages.after(every[0].id) == every[1:]
    assert storage.messages.after(every[-1].id) == []
    last = came()
    storage.messages.receive([last])
    assert storage.messages.after(every[-1].id) == [last]


def test_what_is_due_comes_the_longest_due_first(storage: Storage) -> None:
    first, second = waiting(minute=0, id=UUID(int=5)), waiting(minute=1, id=UUID(int=1))
    tied = waiting(minute=0, id=UUID(int=7))
    never = waiting(due=None)
    storage.messages.put([second, tied, first, waiting(minute=9), never])
    storage.messages.put([came(state=State.DELIVERED, due=START), came()])

    assert storage.messages.due(START + timedelta(minutes=1)) == [first, tied, second]
    assert storage.messages.due(START + timedelta(minutes=1), limit=1) == [first]
    assert storage.messages.due(START - timedelta(microseconds=1)) == []


def test_a_message_is_referred_to_by_its_id_or_the_beginning_of_one(storage: Storage) -> None:
    old = came(id=UUID("ab000000-0000-4000-8000-000000000001"))
    new = came(id=UUID("ab100000-0000-4000-8000-000000000002"), minute=1)
    storage.messages.put([old, new])

    assert storage.messages.refer("ab") == [new, old]
    assert storage.messages.refer("AB0") == storage.messages.refer(old.id.hex) == [old]
    assert storage.messages.refer("ab", limit=1) == [new]
    assert storage.messages.refer("") == storage.messages.refer("хата") == []


FOUND = {
    "whole word": ("каву", ["купи каву", "Каву вже купив"]),
    "beginning": ("кав", ["купи каву", "Каву вже купив", "КАВА є?"]),
    "two words": ("каву куп", ["купи каву", "Каву вже купив"]),
    "Latin letters": ("kavu", ["купи каву", "Каву вже купив"]),
    "inside a word": ("упив", ["Каву вже купив"]),
    "typo": ("вжже", ["Каву вже купив"]),
    "sender": ("хата", ["купи каву", "Каву вже купив", "КАВА є?"]),
    "address": ("10.0.0.7", ["купи каву", "Каву вже купив", "КАВА є?"]),
    "apostrophe": ("мар’яна", []),
    "nothing": (" \t", []),
    "operators": ('каву OR "', []),
}


@pytest.mark.parametrize(("query", "texts"), FOUND.values(), ids=FOUND)
def test_a_query_finds_just_what_is_meant_the_latest_first(
    storage: Storage, query: str, texts: list[str]
) -> None:
    storage.messages.receive([came("КАВА є?", 0), came("Каву вже купив", 1)])
    storage.messages.put([came("купи каву", 2, state=State.DELIVERED)])

    assert [message.text for message in storage.messages.find(query)] == texts
    assert [message.text for message in storage.messages.find(query, limit=1)] == texts[:1]


def test_what_comes_after_a_search_is_found_by_the_next(storage: Storage) -> None:
    first, second = came("перше слово"), came("друге слово", 1)
    storage.messages.receive([first])
    assert storage.messages.find("слово") == [first]

    storage.messages.receive([second])

    assert storage.messages.find("слово") == [second, first]
    assert storage.messages.find("слвоо") == [second, first]
    assert storage.check() == []


def test_what_comes_after_the_last_was_found_and_removed_is_found(storage: Storage) -> None:
    first, second, third = came("перше слово"), came("друге слово", 1), came("третє слово", 2)
    storage.messages.receive([first, second])
    assert storage.messages.find("слово") == [second, first]

    storage.messages.remove(second.id)
    storage.messages.receive([third])

    assert storage.messages.find("слово") == [third, first]
    assert storage.check() == []


def test_among_very_many_those_stored_last_are_ranked(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_rules, "RANKED", 4)
    storage.messages.receive([came(f"кава {9 - n}", minute=9 - n) for n in range(6)])

    assert [one.text[-1] for one in storage.messages.find("кава", limit=3)] == [*"765"]


TEXTS = ["кава", "Каву!", "kava чай", "?", "шевченко"]
IDS = [UUID(int=number) for number in range(1, 6)]
moments = st.integers(0, 3).map(lambda hours: START + timedelta(hours=hours))
received = st.builds(
    came,
    id=st.sampled_from(IDS[:3]),  # the first two are deliveries of one message
    text=st.sampled_from(TEXTS),
    created=moments,
    changed=moments,
).map(lambda one: replace(one, key=str(one.id.int // 3)))
sent = st.builds(
    came,
    id=st.sampled_from(IDS[3:]),
    text=st.sampled_from(TEXTS),
    state=st.sampled_from([*State][1:]),
    key=st.just("0"),
    attempts=st.integers(0, 2),
    due=st.none() | moments,
    created=moments,
    changed=moments,
)
messages = received | sent
limits = st.integers(0, 3)
Operation = Callable[[Storage], object]
operations: st.SearchStrategy[Operation] = st.one_of(
    st.builds(lambda some: lambda s: s.messages.receive(some), st.lists(received, max_size=3)),
    st.builds(lambda some: lambda s: s.messages.put(some), st.lists(messages, max_size=3)),
    st.builds(
        lambda new, was: lambda s: s.messages.update(replace(new, id=was.id), was=was), sent, sent
    ),
    st.builds(lambda one: lambda s: s.messages.remove(one), st.sampled_from(IDS)),
    st.builds(lambda one: lambda s: s.messages.get(one), st.sampled_from(IDS)),
    st.builds(
        lambda state, limit: lambda s: [*s.messages.all(state=state, limit=limit)],
        st.none() | st.sampled_from(State),
        st.none() | limits,
    ),
    st.builds(
        lambda one, limit: lambda s: s.messages.after(one, limit),
        st.none() | st.sampled_from(IDS),
        limits,
    ),
    st.builds(lambda now, limit: lambda s: s.messages.due(now, limit), moments, limits),
    st.builds(
        lambda query, limit: lambda s: s.messages.find(query, limit),
        st.sampled_from([*TEXTS, "кав", "ава", "каав", "шевчнеко", "хата"]),
        limits,
    ),
    st.builds(lambda ref: lambda s: s.messages.refer(ref), st.sampled_from(["0", "x", ""])),
    st.just(lambda s: (s.messages.count(), s.check())),
)


def outcome(operation: Operation, storage: Storage) -> object:
    """Return what an operation gives, or which error it raises."""
    try:
        return operation(storage)
    except PomichnykError as error:
        return type(error)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(operations, min_size=5, max_size=20))
def test_a_storage_answers_as_the_one_in_memory(
    fresh: Callable[[], str], steps: list[Operation]
) -> None:
    with open_storage(fresh()) as storage, open_storage("memory:") as model:
        for step in steps:
            assert outcome(step, storage) == outcome(step, model)
        assert storage.check() == []
