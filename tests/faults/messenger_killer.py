"""Kills a server at random moments while clients send; a program of its own.

Usage: messenger_killer.py FOLDER KILLS CLIENTS SEED. A child serves the real storage on one port
and dies by SIGKILL, again and again; children that send give every message its key, and try again
with it until they are told OK. Each OK is a line of FOLDER/told: the key, the text, and how many
times its sender had to try again so far.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pomichnyk.messenger import MessageServer, send
from pomichnyk.messenger.errors import UndeliveredError
from pomichnyk.storage import open_storage

READY = b"."
GIVE_UP = 60.0


def child(run: Callable[[], None]) -> int:
    """Run something in a child; return its id."""
    pid = os.fork()
    if pid == 0:
        run()
        os._exit(0)
    return pid


def serve(url: str, port: int, ready: int) -> None:
    with open_storage(url) as storage, MessageServer(storage.messages, port=port) as server:
        os.write(ready, READY)
        server.serve()


def chat(folder: Path, name: str, port: int) -> None:
    """Send messages until there is a file that says enough."""
    told = os.open(folder / "told", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    number = tries = 0
    while not (folder / "enough").exists():
        number += 1
        key = f"{name}-{number}"
        tries += delivered(port, key)
        os.write(told, f"{key} text of {key} {tries}\n".encode())


def delivered(port: int, key: str) -> int:
    """Send a message until it is told OK; return how often it had to be sent again."""
    end = time.monotonic() + GIVE_UP
    again = 0
    while True:
        try:
            send("127.0.0.1", port, f"text of {key}", sender="client", key=key)
        except UndeliveredError:
            if time.monotonic() > end:
                raise
            again += 1
            time.sleep(0.005)
        else:
            return again


def main(folder: Path, kills: int, clients: int, seed: int) -> None:
    chance = random.Random(seed)
    url = f"sqlite:///{folder / 'book.db'}"
    with open_storage(url) as storage, MessageServer(storage.messages, port=0) as first:
        port = first.address[1]  # and the storage is made, so that a kill hits the serving
    listen, tell = os.pipe()
    senders = [child(partial(chat, folder, str(name), port)) for name in range(clients)]
    for _ in range(kills):
        server = child(lambda: serve(url, port, tell))
        os.read(listen, 1)
        time.sleep(chance.uniform(0, 0.12))
        os.kill(server, signal.SIGKILL)
        os.waitpid(server, 0)
    server = child(lambda: serve(url, port, tell))
    os.read(listen, 1)
    (folder / "enough").touch()
    codes = [os.waitpid(pid, 0)[1] for pid in senders]
    os.kill(server, signal.SIGTERM)
    os.waitpid(server, 0)
    sys.exit(any(codes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
