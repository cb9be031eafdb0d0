"""Two hosts, each in a network of its own with one cable between, send each other messages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages import serving
from pomichnyk.storage import open_storage

SEND = """
import sys
from pathlib import Path
from pomichnyk.messenger import send
from pomichnyk.messenger.identity import KnownHosts
known = KnownHosts(Path(sys.argv[4])) if sys.argv[4] else None
send(sys.argv[1], int(sys.argv[2]), sys.argv[3], sender="the other", tls=known)
"""
ANNOUNCE = """
from pomichnyk.messenger.discovery import announce
with announce("Кухня", 20380) as announced:
    print(announced, flush=True)
    input()
"""
AROUND = """
from pomichnyk.messenger.discovery import around
print([(peer.name, peer.port) for peer in around(2)])
"""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[str, str]]:
    """Give the names of two hosts: the first has the addresses .1, the second .2."""
    names = f"pomichnyk-a-{os.getpid()}", f"pomichnyk-b-{os.getpid()}"
    if not shutil.which("ip"):
        pytest.skip("iproute2 is not installed")
    made = []
    try:
        for name in names:
            try:
                ip("netns", "add", name)
            except subprocess.CalledProcessError as error:
                pytest.skip(f"no networks of one's own may be made here: {error.stderr.strip()}")
            made.append(name)
        ip(
            "link",
            "add",
            "cable",
            "netns",
            names[0],
            "type",
            "veth",
            "peer",
            "cable",
            "netns",
            names[1],
        )
        for number, name in enumerate(names, 1):
            ip("-n", name, "address", "add", f"198.51.100.{number}/24", "dev", "cable")
            ip("-n", name, "address", "add", f"2001:db8::{number}/64", "dev", "cable", "nodad")
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", "cable", "up")
        yield names
    finally:
        for name in made:
            ip("netns", "delete", name)


def on(host: str) -> list[str]:
    """Return the words that run a command on a host."""
    return ["ip", "netns", "exec", host]


def ran(host: str, script: str, *words: str) -> str:
    done = subprocess.run(
        [*on(host), sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("address", "tls"), [("198.51.100.{}", False), ("2001:db8::{}", True)])
def test_two_hosts_exchange_messages_both_ways(
    tmp_path: Path, hosts: tuple[str, str], address: str, tls: bool
) -> None:
    known = str(tmp_path / "known_hosts") if tls else ""
    books = [tmp_path / "1.db", tmp_path / "2.db"]
    addresses = [address.format(number) for number in (1, 2)]
    own = [str(tmp_path / str(number)) if tls else "" for number in (1, 2)]
    with (
        serving(books[0], host=addresses[0], around=on(hosts[0]), tls=own[0]) as (_, one),
        serving(books[1], host=addresses[1], around=on(hosts[1]), tls=own[1]) as (_, two),
    ):
        ran(hosts[0], SEND, addresses[1], str(two), "there", known)
        ran(hosts[1], SEND, addresses[0], str(one), "and back", known)
    kept = []
    for book in books:
        with open_storage(f"sqlite:///{book}") as storage:
            kept += [(one.text, one.sender, one.peer) for one in storage.messages.all()]

    assert kept == [
        ("and back", "the other", addresses[1]),
        ("there", "the other", addresses[0]),
    ]


@pytest.mark.slow
def test_one_host_finds_the_other_by_its_name(hosts: tuple[str, str]) -> None:
    words = [*on(hosts[0]), sys.executable, "-c", ANNOUNCE]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as kitchen:
        assert kitchen.stdout
        assert kitchen.stdout.readline() == "True\n"
        found = ran(hosts[1], AROUND)
        kitchen.communicate("\n", timeout=30)

    assert found == "[('Кухня', 20380)]\n"
    assert kitchen.returncode == 0
