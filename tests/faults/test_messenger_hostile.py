"""Anything at all is sent to a server: each gets its answer, and what is told OK is kept."""

from __future__ import annotations

import random
import re
import socket
from collections import Counter
from pathlib import Path

import pytest

from messages import dialled, heard, serving
from pomichnyk.errors import PomichnykError
from pomichnyk.messenger.protocol import decode
from pomichnyk.storage import open_storage

AT_ONCE = 100
SOURCES = 50
REFUSED = re.compile(rb"NO [^\n]+\n")
TEXTS = ("hello", "Привіт", "🦔" * 50, "a\tb\nc", "", " ", "a\0b", "\x01", "\u202e")


def text(chance: random.Random) -> bytes:
    return chance.choice(TEXTS).encode() + chance.randbytes(chance.choice((0, 0, 0, 1, 5)))


def headed(chance: random.Random, number: int) -> bytes:
    said = text(chance)
    length = chance.choice((len(said), len(said), len(said) + 1, 0, -1, 10**7, 10**30))
    fields = [str(length), f"key {number}", "2026-11-21T12:00:00+00:00", "fuzz"]
    if chance.random() < 0.2:
        fields[chance.randrange(4)] = chance.choice(("", "٣", "\x7f", "x" * 2000, "0001-01-01"))
    version = chance.choice(("1", "1", "1", "2", "", "1.0"))
    return f"\x01pomichnyk/{version}\t".encode() + "\t".join(fields).encode() + b"\n" + said


def changed(chance: random.Random, data: bytes) -> bytes:
    """Return bytes with one of them another, cut off, or put twice."""
    if not data:
        return data
    at = chance.randrange(len(data))
    return chance.choice(
        (
            data[:at] + chance.randbytes(1) + data[at + 1 :],
            data[:at],
            data[:at] + data[at:] * 2,
        )
    )


def input_of(chance: random.Random, number: int) -> bytes:
    kind = chance.randrange(8)
    if kind < 3:
        data = headed(chance, number)
        return changed(chance, data) if chance.random() < 0.5 else data
    if kind < 5:
        return changed(chance, text(chance)) + chance.choice((b"", b"\n", b"\x04", b"\x04more"))
    if kind == 5:
        return changed(chance, b"\x16\x03\x01\x00\x05hello")
    if kind == 6:
        return changed(chance, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return chance.randbytes(chance.randrange(60))


def sent(address: tuple[str, int], source: int, data: bytes) -> socket.socket:
    connection = socket.socket()
    connection.settimeout(30)
    connection.bind((f"127.0.0.{source % SOURCES + 2}", 0))  # each source has ports of its own
    connection.connect(address)
    try:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # refused amid its words
    return connection


def understood(data: bytes, source: str) -> tuple[str, str] | None:
    """Return the sender and key of what is a message, None for anything else."""
    try:
        message = decode(data, source)
    except PomichnykError:
        return None
    return message.sender, message.key


@pytest.mark.parametrize(
    ("inputs", "seed"),
    [(2_000, 0), *(pytest.param(50_000, seed, marks=pytest.mark.slow) for seed in range(1, 5))],
)
def test_whatever_is_sent_is_answered_and_kept_if_it_was_told_ok(
    tmp_path: Path, inputs: int, seed: int
) -> None:
    chance = random.Random(seed)
    answers: Counter[bytes] = Counter()
    messages = set()
    book = tmp_path / "book.db"
    with serving(book, deadline=20.0) as (process, port):
        address = ("127.0.0.1", port)
        for start in range(0, inputs, AT_ONCE):
            said = [input_of(chance, start + one) for one in range(AT_ONCE)]
            asking = [sent(address, start // AT_ONCE, data) for data in said]
            for data, connection in zip(said, asking, strict=True):
                answer = heard(connection)
                answers[answer[:3]] += 1
                message = understood(data, connection.getsockname()[0])
                connection.close()
                assert answer == b"OK\n" if message else REFUSED.fullmatch(answer), (data, answer)
                messages.add(message)
        with dialled(address) as last:
            last.sendall(b"alive\x04")
            assert heard(last) == b"OK\n"
        assert process.poll() is None
    with open_storage(f"sqlite:///{book}") as storage:
        kept = {(message.sender, message.key) for message in storage.messages.all()}
        count = storage.messages.count()

    assert len(kept) == count == len(messages - {None}) + 1
    assert {one for one in messages if one and one[0] == "fuzz"} <= kept
    assert min(answers[b"OK\n"], answers[b"NO "]) > inputs / 20
