"""The message commands, as lines that a person types."""

from __future__ import annotations

import io
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.commands import _message_serving
from pomichnyk.commands._dispatch import execute
from pomichnyk.domain.message import Message, State
from pomichnyk.errors import ConflictError, UnavailableError
from pomichnyk.messenger import MessageServer, send
from pomichnyk.messenger.discovery import Peer
from pomichnyk.storage import Storage, open_storage
from pomichnyk.text import Text

Run = Callable[..., tuple[int, str, str]]
RECORD = [
    *("id", "text", "sender", "peer", "state", "sent", "created", "attempts", "due", "why"),
]
THEN = datetime(2026, 1, 2, 12, 30, 15, tzinfo=UTC)
NOWHERE = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a person's data, which is not that of whoever runs the tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "pomichnyk"


@pytest.fixture
def there() -> Iterator[tuple[str, Storage]]:
    """Return the address of another computer, and its storage."""
    with (
        open_storage("memory:") as storage,
        MessageServer(storage.messages, port=0).start() as server,
    ):
        yield f"127.0.0.1:{server.address[1]}", storage


@pytest.fixture
def received(app: App) -> Message:
    """Return a message that came."""
    message = Message(
        text="кава\nготова", sender="хата", peer="10.0.0.7:1", sent=THEN, created=THEN
    )
    app.storage.messages.receive([message])
    return message


class Refusing:
    """An inbox that takes nothing."""

    def __init__(self, error: ConflictError | UnavailableError) -> None:
        self.error = error

    def receive(self, messages: object) -> int:
        raise self.error


def test_a_message_is_delivered(run: Run, app: App, there: tuple[str, Storage]) -> None:
    address, storage = there

    code, out, err = run("message", "send", address, "кава", "готова", "--name", "кухня")
    [sent] = app.mailbox.all()

    assert (code, err) == (0, "")
    assert out == f"delivered to {address} ({str(sent.id)[:8]})\n"
    assert [(one.sender, one.text) for one in storage.messages.all()] == [("кухня", "кава готова")]


def test_a_pipe_is_sent_whole(
    run: Run, there: tuple[str, Storage], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, storage = there
    monkeypatch.setattr(sys, "stdin", io.StringIO("два\nрядки\n"))

    assert run("message", "send", address, "-")[0] == 0
    assert [one.text for one in storage.messages.all()] == ["два\nрядки"]


def test_what_nobody_takes_is_kept_and_the_shell_is_told(run: Run, app: App) -> None:
    code, out, err = run("message", "send", NOWHERE, "привіт")
    [kept] = app.mailbox.all(state=State.WAITING)
    assert kept.due

    assert (code, err) == (6, "")
    assert out == (
        f"{NOWHERE} did not take the message: Connection refused; it is kept and will be tried "
        f"again at {kept.due.astimezone():%H:%M:%S} ({str(kept.id)[:8]})\n"
    )


def test_what_is_refused_is_told(run: Run, app: App) -> None:
    reason = ConflictError(Text("no thanks"))
    with MessageServer(Refusing(reason), port=0).start() as server:
        code, out, err = run("message", "send", f"127.0.0.1:{server.address[1]}", "привіт")
        [kept] = app.mailbox.all(state=State.REFUSED)
        again = run("message", "retry", str(kept.id), view="json")

    assert (code, err) == (5, "")
    assert "no thanks" in out
    assert again[0] == 5
    assert json.loads(again[1])["attempts"] == 2


def test_a_program_reads_a_message(run: Run, there: tuple[str, Storage]) -> None:
    address, _ = there

    record = json.loads(run("message", "send", address, "так", view="json")[1])

    assert [*record] == RECORD
    assert (record["peer"], record["state"], record["due"]) == (address, "delivered", None)
    assert json.loads(run("message", "list", view="json")[1]) == [record]
    assert json.loads(run("message", "show", record["id"][:8], view="json")[1]) == record


def test_messages_are_listed_by_state(run: Run, received: Message) -> None:
    run("message", "send", NOWHERE, "чекає")
    code, out, _ = run("message", "list")

    assert code == 0
    assert [line.split("\t")[2:] for line in out.splitlines()] == [
        [NOWHERE, "waiting", "чекає"],
        ["хата", "received", "кава готова"],
    ]
    assert run("message", "list", "--waiting")[1].count("\n") == 1
    assert run("message", "list", "--received", "--limit", "9")[1].count("\n") == 1
    assert run("message", "list", "--delivered")[1] == ""
    assert run("message", "list", "--waiting", "--received")[0] == 2


def test_contacts_are_named_by_their_places(run: Run, app: App) -> None:
    run("contact", "add", "Інший", "--messenger", "127.0.0.1:2")
    run("contact", "add", "Мар'яна", "--messenger", NOWHERE)
    run("message", "send", "мар'яна", "чекає")
    run("message", "send", "127.0.0.1:3", "чекає")
    [later, first] = app.mailbox.all()

    shown = [line.split("\t")[2] for line in run("message", "list")[1].splitlines()]

    assert shown == ["127.0.0.1:3", "Мар'яна"]
    assert f"to\tМар'яна ({NOWHERE})\n" in run("message", "show", str(first.id))[1]
    assert "to\t127.0.0.1:3\n" in run("message", "show", str(later.id))[1]


def test_messages_are_found(run: Run, received: Message) -> None:
    assert str(received.id)[:8] in run("message", "find", "каву"[:3])[1]
    assert run("message", "find", "чай")[:2] == (0, "")


def test_a_message_is_shown_whole(run: Run, received: Message) -> None:
    shown = run("message", "show", str(received.id)[:9])[1].splitlines()

    assert shown[:4] == [
        "Message from хата",
        "from\tхата (10.0.0.7:1)",
        "state\treceived",
        f"sent\t{THEN.astimezone():%Y-%m-%d %H:%M:%S}",
    ]
    assert shown[-3:] == [f"id\t{received.id}", "message\tкава", "message\tготова"]


def test_a_message_that_waits_is_shown_with_its_attempts(run: Run, app: App) -> None:
    run("message", "send", NOWHERE, "чекає")
    [kept] = app.mailbox.all()
    shown = run("message", "show", str(kept.id))[1]

    assert f"to\t{NOWHERE}\n" in shown
    assert "attempts\t1\nnext attempt\t" in shown
    assert "why\t127.0.0.1:1 did not take" in shown


def test_a_message_is_removed(run: Run, app: App, received: Message) -> None:
    beginning = str(received.id)[:8]

    assert run("message", "remove", beginning) == (0, f"removed the message {beginning}\n", "")
    assert run("message", "remove", beginning)[0] == 3
    assert app.storage.messages.count() == 0


def test_of_several_that_may_be_meant_none_is_guessed(run: Run, app: App) -> None:
    ids = [UUID(f"ab{number}00000-0000-8000-8000-000000000000") for number in (1, 2)]
    app.storage.messages.receive(
        [Message(text="а", sender="б", peer="в:1", id=identifier) for identifier in ids]
    )

    code, out, err = run("message", "show", "ab")

    assert (code, out) == (5, "")
    assert "“ab” fits several" in err
    assert run("message", "show", "ab1")[0] == 0


def test_what_waits_is_retried(run: Run, app: App, there: tuple[str, Storage]) -> None:
    address, storage = there
    assert run("message", "retry") == (0, "", "")
    run("message", "send", NOWHERE, "чекає")
    app.storage.messages.put(
        [
            Message(
                text="прийде", sender="хата", peer=address, state=State.WAITING, due=THEN, sent=THEN
            )
        ]
    )

    due, every = run("message", "retry"), run("message", "retry", "--all")

    assert (due[0], due[1].split("\t")[2:]) == (0, [address, "delivered", "прийде\n"])
    assert (every[0], every[1].split("\t")[2:]) == (7, [NOWHERE, "waiting", "чекає\n"])
    assert storage.messages.count() == 1
    assert run("message", "retry", "abc", "--all")[0] == 2


def test_computers_nearby_are_listed_and_noted(
    run: Run, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = Peer("Кухня", "10.0.0.7", 20380, "AB:CD")
    monkeypatch.setattr(
        "pomichnyk.messenger.discovery.around", lambda seconds: [near] * (seconds < 9)
    )

    assert run("message", "peers") == (0, "Кухня\t10.0.0.7\t20380\tAB:CD\n", "")
    assert app.mailbox.peers.lately() == [near]
    assert json.loads(run("message", "peers", "--seconds", "8", view="json")[1]) == [
        {"name": "Кухня", "host": "10.0.0.7", "port": 20380, "fingerprint": "AB:CD"}
    ]
    assert run("message", "peers", "--seconds", "9")[1] == ""
    assert app.mailbox.peers.lately() == []


def test_what_is_not_installed_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zeroconf", None)

    code, out, err = run("message", "peers")

    assert (code, out) == (6, "")
    assert "pomichnyk[discovery]" in err


class TestServe:
    """Serving, in this process: it ends by a signal that another thread sends."""

    def served(self, app: App, *words: str, during: Callable[[str, int], Any]) -> tuple[int, str]:
        """Serve until what is done during it is done; return the exit code and what was shown."""
        out = app.view.out = Listened()
        failures = []

        def do() -> None:
            try:
                line = out.wait("listening on")
                host, port = line.removeprefix("listening on ").split(";")[0].split(", port ")
                during(host, int(port))
            except BaseException as failure:  # noqa: BLE001  # raised again below
                failures.append(failure)
            finally:
                signal.raise_signal(signal.SIGTERM)

        doing = threading.Thread(target=do)
        doing.start()
        try:
            code = execute(app, ["message", "serve", "--port", "0", *words])
        finally:
            doing.join()
        assert failures == []
        return code, out.getvalue()

    def test_messages_are_shown_as_they_come_each_once(self, app: App) -> None:
        def during(host: str, port: int) -> None:
            for text, key in (("перше", "1"), ("друге\x1b[31m", "2"), ("друге", "2")):
                send(host, port, text, sender="хата", key=key)

        code, shown = self.served(app, during=during)

        assert code == 128 + signal.SIGTERM
        lines = shown.splitlines()
        assert [line[6:] for line in lines[1:-1]] == ["хата: перше", "хата: друге\ufffd[31m"]
        assert lines[-1] == "stopped"
        assert len(app.storage.messages.after(None)) == 2
        assert app.arrivals.new() == []

    def test_the_outbox_is_retried_meanwhile(
        self, app: App, there: tuple[str, Storage], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(_message_serving, "BEAT", 0.01)
        address, storage = there
        mail = Message(text="давнє", sender="хата", peer=address, state=State.WAITING, due=THEN)
        app.storage.messages.put([mail])

        out: list[str] = []

        def during(host: str, port: int) -> None:
            assert isinstance(app.view.out, Listened)
            out.append(app.view.out.wait("delivered to"))

        self.served(app, during=during)

        assert out == [f"delivered to {address} ({str(mail.id)[:8]})"]
        assert [one.text for one in storage.messages.all()] == ["давнє"]

    def test_by_tls_alone(self, app: App, folder: Path) -> None:
        pytest.importorskip("cryptography", reason="the extra “tls” is not installed")
        with open_storage("memory:") as other:
            from pomichnyk.services.messages import Mailbox

            box = Mailbox(other, folder.parent / "other")
            sent: list[Message] = []

            def during(host: str, port: int) -> None:
                sent.append(box.send(f"{host}:{port}", "відкрите"))
                sent.append(box.send(f"{host}:{port}", "таємне", tls=True))

            _, shown = self.served(app, "--tls", during=during)

        assert "; the fingerprint is " in shown
        assert [one.state for one in sent] == [State.REFUSED, State.DELIVERED]
        assert [one.text for one in app.storage.messages.after(None)] == ["таємне"]

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
    def test_nobody_is_told_of_what_they_cannot_reach(self, run: Run, host: str) -> None:
        code, out, err = run("message", "serve", "--host", host, "--announce")

        assert (code, out) == (2, "")
        assert "--announce needs" in err

    @pytest.mark.parametrize("port", ["65536", "-1", "x", "9" * 99])
    def test_what_is_no_port_is_refused(self, run: Run, port: str) -> None:
        assert run("message", "serve", f"--port={port}")[0] == 4

    def test_a_port_that_is_taken_is_told(self, run: Run, there: tuple[str, Storage]) -> None:
        code, out, err = run("message", "serve", "--port", there[0].rpartition(":")[2])

        assert (code, out) == (5, "")
        assert "another program listens there" in err


class Listened(io.StringIO):
    """An output whose lines can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._written = threading.Condition()

    def write(self, text: str) -> int:
        with self._written:
            count = super().write(text)
            self._written.notify_all()
            return count

    def wait(self, beginning: str) -> str:
        """Return the first line that begins so; give up after half a minute."""
        with self._written:
            assert self._written.wait_for(lambda: bool(self._found(beginning)), 30)
            return self._found(beginning)

    def _found(self, beginning: str) -> str:
        lines = self.getvalue().split("\n")[:-1]
        return next((line for line in lines if line.startswith(beginning)), "")
