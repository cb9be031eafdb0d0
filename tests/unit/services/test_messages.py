"""The mailbox: what becomes of a message, with real servers on the other side."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from pomichnyk.domain.contact import Contact, Entry, now
from pomichnyk.domain.fields import Messenger, Name
from pomichnyk.domain.message import Message, State
from pomichnyk.errors import (
    AmbiguousError,
    ConflictError,
    InvalidValueError,
    NotFoundError,
    UnavailableError,
)
from pomichnyk.messenger import MessageServer
from pomichnyk.messenger.identity import Identity
from pomichnyk.services.arrivals import Arrivals, Inbox
from pomichnyk.services.messages import LONGEST, SHORTEST, Mailbox, pause
from pomichnyk.services.peers import Place
from pomichnyk.storage import Storage, open_storage
from pomichnyk.text import Text

Serve = Callable[..., str]
WHY = Text("the roof is on fire")


@pytest.fixture
def storage() -> Iterator[Storage]:
    with open_storage("memory:") as opened:
        yield opened


@pytest.fixture
def there() -> Iterator[Storage]:
    """Return the storage of the other computer."""
    with open_storage("memory:") as opened:
        yield opened


@pytest.fixture
def mailbox(storage: Storage, tmp_path: Path) -> Mailbox:
    return Mailbox(storage, tmp_path)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return what starts a server for an inbox and gives its address."""
    with ExitStack() as servers:

        def started(inbox: Any, port: int = 0, **options: Any) -> str:
            server = servers.enter_context(MessageServer(inbox, port=port, **options).start())
            return f"{server.address[0]}:{server.address[1]}"

        yield started


@pytest.fixture
def nobody() -> Iterator[str]:
    """Return an address where nobody answers, and nobody else will."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


class Full:
    """An inbox that takes nothing, now or ever."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def receive(self, messages: object) -> int:
        del messages
        raise self.error


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def came(storage: Storage) -> list[tuple[str, str]]:
    """Return the senders and texts of what was received."""
    return [(one.sender, one.text) for one in storage.messages.after(None)]


def test_a_message_arrives_and_is_delivered(
    mailbox: Mailbox, storage: Storage, there: Storage, serve: Serve
) -> None:
    address = serve(there.messages)

    sent = mailbox.send(address, "привіт,\nробото", sender="хата")

    assert came(there) == [("хата", "привіт,\nробото")]
    assert (sent.state, sent.attempts, sent.due, sent.why) == (State.DELIVERED, 1, None, "")
    assert [*storage.messages.all()] == [sent]
    [arrived] = there.messages.after(None)
    assert (arrived.key, arrived.sent) == (sent.key, sent.sent)


def test_a_message_is_kept_before_it_is_sent_and_is_due_again_if_that_is_cut_off(
    mailbox: Mailbox, storage: Storage
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        sending = threading.Thread(target=mailbox.send, args=(address, "важливе"))
        sending.start()
        connection, _ = listener.accept()
        [kept] = storage.messages.all(state=State.WAITING)
        assert storage.messages.due(now()) == mailbox.retry(every=True) == []
        assert storage.messages.due(now() + timedelta(minutes=2)) == [kept]
        with pytest.raises(ConflictError, match="being tried already"):
            mailbox.retry_one(str(kept.id))
        connection.recv(1000)
        connection.sendall(b"OK\n")
        connection.close()
        sending.join()

    assert kept.text == "важливе"
    assert storage.messages.get(kept.id).state is State.DELIVERED


def test_what_nobody_takes_waits_and_is_delivered_once_somebody_does(
    mailbox: Mailbox, storage: Storage, there: Storage, serve: Serve
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        before = now()
        sent = mailbox.send(address, "привіт")
    assert (sent.state, sent.attempts) == (State.WAITING, 1)
    assert sent.due
    assert 4 < (sent.due - before).total_seconds() < 60
    assert address in sent.why
    assert mailbox.retry() == []

    serve(there.messages, port=port_of(address))
    [delivered] = mailbox.retry(every=True)

    assert (delivered.state, delivered.attempts) == (State.DELIVERED, 2)
    assert came(there) == [(mailbox.sender, "привіт")]
    assert mailbox.retry(every=True) == []


def test_what_is_due_is_tried_in_the_order_of_writing(
    mailbox: Mailbox, storage: Storage, there: Storage, serve: Serve
) -> None:
    address = serve(there.messages)
    storage.messages.put(
        waiting(address, text=f"{n}", sent=now() - timedelta(minutes=9 - n)) for n in (2, 0, 1)
    )
    storage.messages.put([waiting(address, text="later", due=now() + timedelta(hours=1))])

    assert [one.state for one in mailbox.retry()] == [State.DELIVERED] * 3
    assert [text for _, text in came(there)] == ["0", "1", "2"]


def test_all_that_goes_to_a_silent_computer_waits_together(
    mailbox: Mailbox, storage: Storage, nobody: str
) -> None:
    storage.messages.put(waiting(nobody) for _ in range(3))

    [tried] = mailbox.retry()

    assert {one.due for one in storage.messages.all()} == {tried.due}
    assert sorted(one.attempts for one in storage.messages.all()) == [0, 0, 1]
    assert mailbox.retry() == []


def test_pauses_double_from_seconds_to_an_hour() -> None:
    usual = [pause(attempts).total_seconds() for attempts in range(1, 2000)]

    assert min(usual) >= SHORTEST
    assert max(usual) <= LONGEST
    for attempts in range(2, 10):
        assert SHORTEST * 2 ** (attempts - 1) * 0.7 < usual[attempts - 1]
        assert usual[attempts - 1] < SHORTEST * 2 ** (attempts - 1) * 1.3
    assert len({*usual}) > 100


def test_what_is_refused_is_tried_no_more_until_it_is_asked_for(
    mailbox: Mailbox, there: Storage, serve: Serve
) -> None:
    address = serve(Full(ConflictError(WHY)))

    refused = mailbox.send(address, "привіт")

    assert (refused.state, refused.due) == (State.REFUSED, None)
    assert str(WHY) in refused.why
    assert mailbox.retry(every=True) == []
    assert mailbox.retry_one(str(refused.id)).attempts == 2


def test_what_is_not_taken_now_waits(mailbox: Mailbox, serve: Serve) -> None:
    address = serve(Full(UnavailableError(WHY)))

    sent = mailbox.send(address, "привіт")

    assert sent.state is State.WAITING
    assert str(WHY) in sent.why


def test_two_that_retry_at_once_send_each_message_once(
    storage: Storage, there: Storage, serve: Serve, tmp_path: Path
) -> None:
    counted = Counting(there)
    address = serve(counted)
    storage.messages.put(waiting(address) for _ in range(20))
    boxes = [Mailbox(storage, tmp_path) for _ in range(3)]

    threads = [threading.Thread(target=box.retry, kwargs={"every": True}) for box in boxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counted.received == there.messages.count() == 20
    assert len([*storage.messages.all(state=State.DELIVERED)]) == 20


class Counting:
    """An inbox that counts deliveries, repeated or not."""

    def __init__(self, storage: Storage) -> None:
        self._messages, self.received = storage.messages, 0

    def receive(self, messages: Sequence[Message]) -> int:
        self.received += len(messages)
        return self._messages.receive(messages)


def test_a_delivery_whose_answer_was_lost_is_repeated_and_kept_once(
    mailbox: Mailbox, storage: Storage, there: Storage, serve: Serve
) -> None:
    address = serve(there.messages)
    sent = mailbox.send(address, "привіт")
    storage.messages.put([replace(sent, state=State.WAITING, due=now())])  # as if OK never came

    [again] = mailbox.retry()

    assert again.state is State.DELIVERED
    assert came(there) == [(mailbox.sender, "привіт")]


@pytest.mark.parametrize("removed", [False, True])
def test_an_outcome_that_another_process_was_quicker_to_note(
    storage: Storage, tmp_path: Path, removed: bool
) -> None:
    """While one process sends, another changes the message, or the person removes it."""

    class Meddler:
        def receive(self, messages: Sequence[Message]) -> int:
            [mail] = storage.messages.all()
            if removed:
                storage.messages.remove(mail.id)
            else:
                storage.messages.update(replace(mail, why="x", changed=now()), was=mail)
            return len(messages)

    with MessageServer(Meddler(), port=0).start() as server:
        sent = Mailbox(storage, tmp_path).send(f"127.0.0.1:{server.address[1]}", "привіт")

    assert sent.state is State.DELIVERED
    assert [one.state for one in storage.messages.all()] == ([] if removed else [State.DELIVERED])


def test_one_that_has_arrived_or_came_cannot_be_sent_again(
    mailbox: Mailbox, storage: Storage, there: Storage, serve: Serve
) -> None:
    sent = mailbox.send(serve(there.messages), "привіт")
    received = Message(text="а", sender="б", peer="в:1")
    storage.messages.receive([received])

    for one in (sent, received):
        with pytest.raises(ConflictError, match="not on its way"):
            mailbox.retry_one(str(one.id))


def waiting(address: str, **fields: Any) -> Message:
    """Return a message that is due."""
    usual: dict[str, Any] = {"text": "привіт", "sender": "хата", "due": now()}
    return Message(peer=address, state=State.WAITING, **usual | fields)


class TestWhom:
    """Whom a person means."""

    @pytest.fixture
    def address(self, there: Storage, serve: Serve) -> str:
        return serve(there.messages)

    @pytest.mark.parametrize("beginning", ["156614", "fade12"])
    def test_a_contact_is_meant_by_name_or_id(
        self, mailbox: Mailbox, storage: Storage, there: Storage, address: str, beginning: str
    ) -> None:
        olena = Contact(
            id=UUID(f"{beginning}00-0000-7000-8000-000000000000"),
            name=Name("Олена Пчілка"),
            messengers=(Messenger(address, "home"),),
        )
        storage.contacts.put([Entry(olena)])

        for whom in ("олена пчілка", beginning, str(olena.id)):
            assert mailbox.send(whom, "привіт").peer == address
        assert len(came(there)) == 3

    def test_a_contact_without_an_address_is_not_reached(
        self, mailbox: Mailbox, storage: Storage
    ) -> None:
        storage.contacts.put([Entry(Contact(name=Name("Олена")))])

        with pytest.raises(NotFoundError, match="“Олена” has no messenger address"):
            mailbox.send("олена", "привіт")

    def test_of_several_none_is_guessed(self, mailbox: Mailbox, storage: Storage) -> None:
        storage.contacts.put(Entry(Contact(name=Name("Олена"))) for _ in range(2))

        with pytest.raises(AmbiguousError):
            mailbox.send("олена", "привіт")

    def test_a_mistaken_name_is_corrected_and_nothing_is_kept(
        self, mailbox: Mailbox, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "zeroconf", None)  # not installed: nobody is listened for
        storage.contacts.put([Entry(Contact(name=Name("Олена Пчілка")))])

        with pytest.raises(NotFoundError, match="did you mean “Олена Пчілка”"):
            mailbox.send("олена пчлка", "привіт")
        assert storage.messages.count() == 0

    def test_a_computer_that_was_found_lately_is_meant_by_its_name(
        self, mailbox: Mailbox, tmp_path: Path, there: Storage, address: str
    ) -> None:
        host, _, port = address.partition(":")
        known = {"name": "Кухня", "host": host, "port": int(port), "fingerprint": ""}
        (tmp_path / "messenger-peers.json").write_text(json.dumps([known]))

        assert mailbox.send("кухня", "привіт").state is State.DELIVERED

        (tmp_path / "messenger-peers.json").write_text(json.dumps([known, known]))
        with pytest.raises(AmbiguousError):
            mailbox.send("кухня", "привіт")

    @pytest.mark.parametrize("noted", ["", "[1]", '[{"a": 1}]', "{"])
    def test_notes_that_are_damaged_are_as_none(
        self, mailbox: Mailbox, tmp_path: Path, noted: str
    ) -> None:
        (tmp_path / "messenger-peers.json").write_text(noted)

        assert mailbox.peers.lately() == []

    def test_an_address_is_an_address(self, mailbox: Mailbox, nobody: str) -> None:
        assert mailbox.send(nobody, "привіт").peer == nobody
        assert mailbox.send("nobody.invalid", "привіт").peer == "nobody.invalid:20380"

    @pytest.mark.parametrize("whom", ["хата:99999", "ні там:1", "http://хата", "::x"])
    def test_what_can_only_be_an_address_and_is_none_is_refused(
        self, mailbox: Mailbox, whom: str
    ) -> None:
        with pytest.raises(InvalidValueError, match="HOST:PORT"):
            mailbox.send(whom, "привіт")

    def test_an_empty_message_is_not_sent(self, mailbox: Mailbox, nobody: str) -> None:
        with pytest.raises(InvalidValueError):
            mailbox.send(nobody, " \n")
        assert [*mailbox.all()] == []


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("10.0.0.7", Place("10.0.0.7", 20380)),
        ("fe80::1%eth0", Place("fe80::1%eth0", 20380)),
        ("tls:[::1]:9", Place("::1", 9, tls=True)),
        ("хата:1", Place("хата", 1)),
    ],
)
def test_a_place_is_kept_as_it_is_written(typed: str, place: Place) -> None:
    assert Place.parse(typed) == place
    assert Place.parse(str(place)) == place


def test_a_computer_met_by_tls_is_never_spoken_to_without(
    mailbox: Mailbox, there: Storage, serve: Serve, tmp_path: Path
) -> None:
    pytest.importorskip("cryptography", reason="the extra “tls” is not installed")
    address = serve(there.messages, tls=Identity(tmp_path / "there"), plain=False)

    first = mailbox.send(address, "таємне", tls=True)
    second = mailbox.send(address, "ще таємніше")

    assert (first.state, second.state) == (State.DELIVERED, State.DELIVERED)
    assert first.peer == second.peer == f"tls:{address}"
    assert [text for _, text in came(there)] == ["таємне", "ще таємніше"]


def test_another_certificate_is_refused_loudly_and_nothing_is_sent(
    mailbox: Mailbox, there: Storage, tmp_path: Path
) -> None:
    pytest.importorskip("cryptography", reason="the extra “tls” is not installed")
    with MessageServer(there.messages, port=0, tls=Identity(tmp_path / "1")).start() as server:
        port = server.address[1]
        mailbox.send(f"127.0.0.1:{port}", "раз", tls=True)
    with MessageServer(there.messages, port=port, tls=Identity(tmp_path / "2")).start():
        refused = mailbox.send(f"127.0.0.1:{port}", "два")

    assert refused.state is State.REFUSED
    assert "certificate is not the one" in refused.why
    assert [text for _, text in came(there)] == ["раз"]


class TestArrivals:
    """What came since the last look."""

    def message(self, text: str = "привіт", **fields: Any) -> Message:
        usual: dict[str, Any] = {"sender": "хата", "peer": "10.0.0.7:1"}
        return Message(text=text, **usual | fields)

    def test_what_was_there_before_is_not_new(self, storage: Storage) -> None:
        storage.messages.receive([self.message() for _ in range(120)])
        arrivals = Arrivals(storage)

        assert arrivals.new() == []
        later = [self.message("1"), self.message("2")]
        storage.messages.receive(later)
        assert arrivals.new() == later
        assert arrivals.new() == []

    def test_the_first_of_all_is_new(self, storage: Storage) -> None:
        arrivals = Arrivals(storage)
        assert arrivals.new() == []

        first = self.message()
        storage.messages.receive([first])

        assert arrivals.new() == [first]

    def test_it_goes_on_when_the_last_one_was_removed(self, storage: Storage) -> None:
        arrivals = Arrivals(storage)
        arrivals.new()
        last = self.message()
        storage.messages.receive([last])
        assert arrivals.new() == [last]
        storage.messages.remove(last.id)
        assert arrivals.new() == []

        later = self.message()
        storage.messages.receive([later])

        assert arrivals.new() == [later]

    def test_what_is_skipped_is_not_new(self, storage: Storage) -> None:
        arrivals = Arrivals(storage)
        arrivals.new()
        storage.messages.receive([self.message()])

        arrivals.skip()

        assert arrivals.new() == []

    def test_a_repeated_delivery_is_no_news(self, storage: Storage) -> None:
        inbox, first = Inbox(storage), self.message(key="1")
        again, other = self.message(key="1"), self.message(key="2")

        assert inbox.receive([first]) == 1
        assert inbox.news([first]) == [first]
        assert inbox.receive([again, other]) == 1
        assert inbox.news([again, other]) == [other]
