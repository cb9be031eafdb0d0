"""What is MongoDB's own: its schema and how it changes, its vocabulary, its turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo import IndexModel, MongoClient
from pymongo.errors import OperationFailure

from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Name
from pomichnyk.domain.folding import asked, document
from pomichnyk.domain.message import Message
from pomichnyk.domain.note import Note
from pomichnyk.errors import ConflictError, InvalidValueError, UnavailableError
from pomichnyk.storage import open_storage
from pomichnyk.storage._mongo import schema, sessions
from pomichnyk.storage._mongo.batches import HEAVIEST, batches
from pomichnyk.storage._mongo.parts import PARTS, beginning, inside, numbers
from pomichnyk.storage._mongo.sessions import MongoDatabase
from pomichnyk.storage._rules import fewest, within
from pomichnyk.storage.mongodb import MongodbStorage

ANNA = Contact(name=Name("Анна Їжак"))
Stored = dict[str, Any]


@pytest.fixture(params=["fresh_mongodb", "fresh_mongodb_alone"])
def url(request: pytest.FixtureRequest) -> str:
    """Return the URL of an empty storage, with transactions and without."""
    fresh: Callable[[], str] = request.getfixturevalue(request.param)
    return fresh()


@pytest.fixture
def client(url: str) -> Iterator[MongoClient[Stored]]:
    """Return what looks into the database behind the storage's back."""
    with MongoClient[Stored](url) as client:
        yield client


def test_batches_are_neither_long_nor_heavy() -> None:
    items = [1, 2, HEAVIEST, 3, 4, 5, 6]

    assert [*batches(items, 3, lambda one: one)] == [[1, 2], [HEAVIEST], [3, 4, 5], [6]]
    assert [*batches([], 3, lambda one: one)] == []


def test_parts_of_a_word_are_numbers_of_its_letters_by_three() -> None:
    assert inside("vchenk") == [*inside("vch"), *inside("che"), *inside("hen"), *inside("enk")]
    assert inside("їа") == []
    assert all(0 <= one < PARTS for one in inside("шевченко"))


def test_beginnings_have_numbers_of_their_own() -> None:
    assert beginning("she") == beginning("shev")
    assert beginning("shevc") != beginning("she")
    assert beginning("shevchen") == beginning("shevchenko")
    assert beginning("sh") is beginning("шевченко") is None
    assert all(PARTS <= (beginning(one) or 0) < 2 * PARTS for one in ("she", "shevchenko"))


LETTERS = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяъыэёђўaeghiyz019'ß"


@given(st.text(LETTERS, min_size=1), st.text(LETTERS, min_size=3), st.text(LETTERS), st.booleans())
def test_who_has_a_word_has_the_numbers_of_what_is_inside_it_and_of_how_it_begins(
    before: str, middle: str, after: str, first: bool
) -> None:
    words = document(("" if first else before) + middle + after).split()
    has = {*numbers(words)}

    for word in asked(middle):
        assert all(
            inside(one) and has.issuperset(inside(one))
            for one in within(word)
            if any(one in stored for stored in words)
        )
        assert all(
            beginning(one) in {None, *has}
            for one in fewest(word)
            if any(stored.startswith(one) for stored in words)
        )


def test_a_schema_is_changed_step_by_step_from_where_it_is(
    url: str, client: MongoClient[Stored]
) -> None:
    open_storage(url).close()
    done: list[str] = []
    steps = [
        *schema.STEPS,
        ("0003", lambda _: done.append("3")),
        ("0004", lambda _: done.append("4")),
    ]
    home = client.get_default_database().name
    database = MongoDatabase(client, home, url)

    assert schema.upgrade(database, steps) == schema.upgrade(database, steps) == "0004"
    assert done == ["3", "4"]
    with pytest.raises(UnavailableError, match="newer version"):
        open_storage(url)

    client[home].meta.update_one(schema.SCHEMA, {"$set": {"version": "0002"}})


def test_a_step_that_was_interrupted_is_done_again(url: str, client: MongoClient[Stored]) -> None:
    open_storage(url).close()
    home = client.get_default_database()
    home.meta.update_one(schema.SCHEMA, {"$set": {"version": schema.NOTHING}})
    home.meta.delete_one({"_id": "notes"})
    home.contacts.drop_index("words_1_added_1")
    home.drop_collection("notes")

    with open_storage(url) as storage:
        storage.contacts.add(ANNA)

        assert storage.check() == []
        assert storage.contacts.find("анна") == [ANNA]


@pytest.mark.parametrize("interrupted", [False, True])
def test_records_of_an_older_schema_are_found_as_new_ones_are(
    url: str, client: MongoClient[Stored], interrupted: bool
) -> None:
    home, note = client.get_default_database(), Note(text="Шевченкова могила")
    mail, unread = (Message(text=text, sender="хата", peer="хата") for text in ("лист", "ще"))
    with open_storage(url) as storage:
        storage.contacts.put([Entry(ANNA)])
        storage.notes.put([note])
        storage.messages.put([mail])
        storage.messages.receive([unread])
    for name in ("contacts", "notes", "messages"):
        home[name].update_many({"words": {"$type": "array"}}, {"$set": {"parts": [1, 2]}})
        for field in ("words", "parts"):
            home[name].drop_index(f"{field}_1_added_1")
            if not interrupted:
                home[name].create_index([(field, 1), ("added", 1)])
    home.meta.update_one(schema.SCHEMA, {"$set": {"version": "0001"}})

    with open_storage(url) as storage:
        assert storage.info().version == "0002"
        assert storage.check() == []
        assert storage.contacts.find("жак") == storage.contacts.find("їжа") == [ANNA]
        assert storage.notes.find("ченк") == storage.notes.find("шевченк") == [note]
        assert storage.messages.find("лис") == [mail]
        assert storage.messages.find("ще") == [unread]
    for name in ("contacts", "notes", "messages"):
        assert home[name].index_information()["parts_1_added_1"]["storageEngine"] == schema.PAGES


def test_indexes_that_somebody_made_in_another_way_are_left_as_they_are(
    url: str, client: MongoClient[Stored]
) -> None:
    home = client.get_default_database()
    with open_storage(url) as storage:
        home.notes.drop_index("words_1_added_1")
        home.notes.create_index([("words", 1), ("added", 1)])
        home.notes.drop_index("contacts_1")

        storage.upgrade()
        assert storage.check() == []
        assert "storageEngine" not in home.notes.index_information()["words_1_added_1"]
        home.notes.drop_index("words_1_added_1")
        storage.upgrade()


def test_a_server_that_does_not_let_one_choose_how_an_index_is_kept_keeps_it_as_usual(
    url: str, client: MongoClient[Stored], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_storage(url).close()
    home = client.get_default_database()
    home.notes.drop_index("contacts_1")
    strange = IndexModel("contacts", sparse=True, storageEngine={"strange": {}})
    monkeypatch.setattr(schema, "INDEXES", {"notes": [strange]})

    schema.mend(MongoDatabase(client, home.name, url))

    made = home.notes.index_information()["contacts_1"]
    home.notes.drop_index("contacts_1")
    monkeypatch.undo()
    schema.mend(MongoDatabase(client, home.name, url))
    assert made["sparse"]
    assert "storageEngine" not in made


def test_the_server_itself_refuses_what_is_no_record(url: str, client: MongoClient[Stored]) -> None:
    open_storage(url).close()
    home = client.get_default_database()

    for name in ("contacts", "notes", "messages"):
        with pytest.raises(OperationFailure, match="validation"):
            home[name].insert_one({"_id": "1", "name": 5})


def test_what_is_missing_of_a_schema_is_found_by_a_check_and_mended_by_an_upgrade(
    url: str, client: MongoClient[Stored]
) -> None:
    home = client.get_default_database()
    with open_storage(url) as storage:
        home.contacts.drop_index("parts_1_added_1")
        home.command("collMod", "notes", validator={})
        home.meta.delete_one({"_id": "messages"})

        assert [str(line) for line in storage.check()] == [
            "contacts: the index parts_1_added_1 is missing",
            "notes: the rules for its documents are not ours",
            "meta: the turns of those who write are missing",
        ]
        storage.upgrade()
        assert storage.check() == []


def test_documents_that_disagree_are_found_by_a_check_and_mended_by_an_upgrade(
    url: str, client: MongoClient[Stored]
) -> None:
    home = client.get_default_database()
    with open_storage(url) as storage:
        storage.contacts.put([Entry(ANNA, Card("text", "u", "d"))])
        home.contacts.update_one({}, {"$set": {"words": ["інше"], "place": "?"}})
        home.contacts_words.delete_many({})

        assert [str(line) for line in storage.check()] == [
            f"“{ANNA.id}” is found by other words than its own",
            "words that typos are corrected to are missing (contacts)",
        ]
        storage.upgrade()
        assert storage.check() == []
        assert storage.contacts.find("анна") == storage.contacts.find("аннв") == [ANNA]
        assert [*storage.contacts.entries()] == [Entry(ANNA, Card("text", "u", "d"))]


def test_what_is_no_record_is_told_by_a_check(url: str, client: MongoClient[Stored]) -> None:
    home = client.get_default_database()
    with open_storage(url) as storage:
        storage.contacts.add(ANNA)
        other = replace(ANNA, id=Contact(name=Name("x")).id)
        storage.contacts.add(other)
        home.command("collMod", "contacts", validationLevel="off")
        home.contacts.update_one({"_id": str(ANNA.id)}, {"$unset": {"name": 1}})
        home.contacts.update_one({"_id": str(other.id)}, {"$set": {"name": "a\nb"}})
        home.command("collMod", "contacts", validationLevel="strict")

        said = [str(line) for line in storage.check()]

        assert said[0] == f"“{ANNA.id}” is not made as a record is (contacts)"
        assert said[1].startswith(f"“{other.id}”: name: 'a\\nb' is not valid")
        with pytest.raises(InvalidValueError):
            storage.contacts.get(other.id)


def test_words_that_no_record_has_any_more_are_swept_when_they_are_old(
    url: str, client: MongoClient[Stored]
) -> None:
    words = client.get_default_database().contacts_words
    with open_storage(url) as storage:
        storage.contacts.add(ANNA)
        storage.contacts.update(replace(ANNA, name=Name("Ганна Їжак")), was=ANNA)
        storage.upgrade()
        assert words.find_one({"_id": "анна"})

        words.update_many({}, {"$set": {"seen": "2020-01-01"}})
        storage.upgrade()

        assert {one["_id"] for one in words.find()} == {"ганна", "hanna", "їжак", "yizhak"}
        storage.contacts.add(Contact(name=Name("Їжак")))
        assert words.find_one({"_id": "їжак"})["seen"] > "2020-01-01"  # type: ignore[index]


def test_one_word_is_looked_for_once_and_by_the_indexes(
    url: str, client: MongoClient[Stored]
) -> None:
    database = client.get_default_database()
    with open_storage(url) as storage:
        storage.contacts.add(ANNA)
        database.command("profile", 2)
        assert storage.contacts.find("хтозна") == []
        assert storage.contacts.find("жак") == [ANNA]
        database.command("profile", 0)

    searches = [*database["system.profile"].find({"ns": f"{database.name}.contacts"})]
    database["system.profile"].drop()
    assert [one["command"]["aggregate"] for one in searches] == ["contacts"] * 2
    assert all("IXSCAN" in one["planSummary"] for one in searches)


def test_a_long_word_without_latin_letters_is_found_whole_and_by_its_beginning_and_inside(
    url: str,
) -> None:
    contact = Contact(name=Name("Анна"), comment="аа" + "ь" * 1_200)
    silent = Contact(name=Name("Їжак"), comment="ь" * 1_200)
    with open_storage(url) as storage:
        storage.contacts.put([Entry(contact), Entry(silent)])

        assert storage.contacts.find("ь" * 1_200) == [silent, contact]
        assert storage.contacts.find("ь" * 1_100) == [silent, contact]
        assert storage.contacts.find("аа" + "ь" * 1_100) == [contact]


def test_what_is_listed_comes_a_few_documents_at_a_time(
    url: str, client: MongoClient[Stored]
) -> None:
    database, number = client.get_default_database(), 2 * sessions.READ + 1
    with open_storage(url) as storage:
        storage.notes.put(Note(text=str(n)) for n in range(number))
        database.command("profile", 2)
        assert len([*storage.notes.all()]) == number
        database.command("profile", 0)

    asked = database["system.profile"].find({"ns": f"{database.name}.notes"}).sort("ts")
    assert [one["nreturned"] for one in asked] == [sessions.READ, sessions.READ, 1]
    database["system.profile"].drop()


def test_a_turn_is_waited_for_and_given_up_in_time(
    fresh_mongodb_alone: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh_mongodb_alone()
    with open_storage(url) as storage, MongoClient[Stored](url) as client:
        held = {"$set": {"until": sessions.NEVER + timedelta(days=40_000), "holder": "other"}}
        client.get_default_database().meta.update_one({"_id": "contacts"}, held)
        monkeypatch.setattr(sessions, "PATIENCE", 0.1)

        with pytest.raises(UnavailableError, match="another program is writing to it; try again"):
            storage.contacts.add(ANNA)

        free = {"$set": {"until": sessions.NEVER}}
        client.get_default_database().meta.update_one({"_id": "contacts"}, free)
        storage.contacts.add(ANNA)


def test_who_lost_the_turn_writes_no_more(
    fresh_mongodb_alone: Callable[[], str],
) -> None:
    url = fresh_mongodb_alone()
    with open_storage(url) as storage, MongoClient[Stored](url) as client:
        turns = client.get_default_database().meta

        def decide(known: list[Entry]) -> list[Entry]:
            turns.update_one({"_id": "contacts"}, {"$set": {"holder": "other"}})
            return [*known, *(Entry(Contact(name=Name(str(n)))) for n in range(1200))]

        with pytest.raises(UnavailableError, match="another program is writing"):
            storage.contacts.reconcile(decide, uids=[], digests=[])

        assert storage.contacts.count() < 1200


def test_what_was_decided_is_tried_again_and_asked_once(
    fresh_mongodb: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh_mongodb()
    with open_storage(url) as storage:
        assert isinstance(storage, MongodbStorage)
        asked: list[list[Entry]] = []
        writes = iter([True, False])
        put = storage.contacts._writer.put

        def conflicting(*arguments: Any) -> None:
            put(*arguments)
            if next(writes):
                raise OperationFailure("", 112, {"errorLabels": ["TransientTransactionError"]})

        def decide(known: list[Entry]) -> list[Entry]:
            asked.append(known)
            return [Entry(ANNA, Card("text", "u", "d"))]

        monkeypatch.setattr(storage.contacts._writer, "put", conflicting)
        storage.contacts.reconcile(decide, uids=["u"], digests=[])

        assert asked == [[]]
        assert storage.contacts.known(uids=["u"], digests=[]) == [
            Entry(ANNA, Card("text", "u", "d"))
        ]


def test_what_others_changed_before_it_is_tried_again_is_a_conflict(
    fresh_mongodb: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = fresh_mongodb()
    with open_storage(url) as storage, open_storage(url) as other:
        assert isinstance(storage, MongodbStorage)
        seen = iter([[], [Entry(ANNA)]])
        monkeypatch.setattr(storage.contacts, "_known", lambda *_: next(seen))

        def conflicting(*_: Any) -> None:
            raise OperationFailure("", 112, {"errorLabels": ["TransientTransactionError"]})

        monkeypatch.setattr(storage.contacts._writer, "put", conflicting)
        with pytest.raises(ConflictError, match="another program changed it meanwhile"):
            storage.contacts.reconcile(lambda _: [Entry(ANNA)], uids=["u"], digests=[])

        assert other.contacts.count() == 0


def test_messages_are_given_their_words_when_they_are_first_searched(
    url: str, client: MongoClient[Stored]
) -> None:
    stored = client.get_default_database().messages
    message = Message(text="привіт", sender="хата", peer="10.0.0.7:1")
    with open_storage(url) as storage:
        storage.messages.receive([message])
        assert stored.find_one()["words"] is None  # type: ignore[index]

        assert storage.messages.find("прив") == [message]
        assert "привіт" in stored.find_one()["words"]  # type: ignore[index]
        assert storage.check() == []
