"""A page of 50 contacts, beside a bare ASGI application that makes the same query and template.

python benchmarks/web.py [--rounds 15] [--requests 200]      needs the extra `web`

Both run in uvicorn, each in a process of its own, and answer over connections that stay open.
“made” is a page that is made anew, with the session, the guard and its headers; “kept” one that has
not changed since, and “not modified” the answer to a browser that has it. Times are of
all processors' work in the servers (Linux), and of the clock.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from people import people
from rounds import Contenders, Times, rounds, table

from pomichnyk.domain.contact import Entry
from pomichnyk.storage import open_storage

CONNECTIONS = (1, 8)
PATH = "/contacts"


def main() -> None:
    """Measure pages, and how soon the first one comes."""
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--requests", type=int, default=200)
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder, ExitStack() as servers:
        os.environ["XDG_DATA_HOME"] = folder
        url = f"sqlite:///{folder}/book.db"
        with open_storage(url) as storage:
            storage.contacts.put(map(Entry, people(1000)))
        ours = servers.enter_context(served(site(url)))
        bare = servers.enter_context(served(barely(url)))
        for connections in CONNECTIONS:
            pages(ours, bare, connections, chosen.rounds, chosen.requests)
        starts(url, chosen.rounds)


def pages(ours: Server, bare: Server, connections: int, count: int, requests: int) -> None:
    """Print the ratios of pages that are made and kept to the bare ones."""
    cookie = re.findall(r"(?m)^set-cookie: ([^;]*)", ours.answer(""))[0]
    known = f"Cookie: {cookie}\r\n"
    etag = re.findall(r"(?m)^etag: (\S*)", ours.answer(known))[0]
    asked = {
        "bare ASGI": (bare, ""),
        "made": (ours, ""),
        "kept": (ours, known),
        "not modified": (ours, f"{known}If-None-Match: {etag}\r\n"),
    }
    contenders: Contenders = {
        name: partial(server.asked, headers, requests, connections)
        for name, (server, headers) in asked.items()
    }
    title = f"{requests} requests over {connections} connections"
    if sys.platform == "linux":
        clock: Callable[[], float] = lambda: ours.cpu() + bare.cpu()  # noqa: E731
        table(f"{title}, processor", rounds(contenders, count, clock=clock), "bare ASGI")
    table(f"{title}, clock", rounds(contenders, count), "bare ASGI")


def starts(url: str, count: int) -> None:
    """Print how long after its start each server has answered first."""
    commands = {
        "bare ASGI": barely(url),
        "Starlette, a page of one word": [sys.executable, __file__, "word"],
        "ours": site(url),
    }
    times: Times = {name: [] for name in commands}
    for _ in range(count):
        for name, command in commands.items():
            start = perf_counter()
            with served(command) as server:
                server.answer("")
                times[name].append(perf_counter() - start)
    table("from start to the first page", times, "bare ASGI")


def barely(url: str) -> list[str]:
    """Return the command that starts the bare application."""
    return [sys.executable, __file__, "bare", url]


def site(url: str) -> list[str]:
    """Return the command that starts our server."""
    return [sys.executable, "-m", "pomichnyk", "--storage", url, "web", "--port", "0"]


class Server:
    """A server that runs, and a client of few words."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        self._pid = process.pid
        self._port = urlsplit(process.stdout.readline().strip()).port or 0

    def asked(self, headers: str, requests: int, connections: int) -> None:
        """Ask for the page so many times, over several connections at once."""
        with ThreadPoolExecutor(connections) as pool:
            each = [requests // connections] * connections
            list(pool.map(partial(self._asked, headers), each))

    def answer(self, headers: str) -> str:
        """Return the head and the beginning of the answer."""
        return self._asked(headers, 1)

    def cpu(self) -> float:
        """Return the seconds that all threads have worked."""
        tasks = Path(f"/proc/{self._pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def _asked(self, headers: str, requests: int) -> str:
        asked = f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n".encode()
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            for _ in range(requests):
                connection.sendall(asked)
                head = _read(connection)
        return head


def _read(connection: socket.socket) -> str:
    data = connection.recv(1 << 16)
    while b"\r\n\r\n" not in data:
        data += connection.recv(1 << 16)
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)content-length: (\d+)", head)
    left = int(found[1]) - len(body) if found else 0
    while left > 0:
        left -= len(connection.recv(1 << 16))
    return head.decode().replace("\r\n", "\n")


@contextmanager
def served(command: list[str]) -> Iterator[Server]:
    """Give a server that says its URL on its first line."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield Server(process)
    finally:
        process.terminate()
        process.wait()
        assert process.stdout
        process.stdout.close()


def bare(url: str) -> None:
    """Serve the page by an application that does nothing else."""
    from pomichnyk.services.contacts import ContactBook
    from pomichnyk.text import translations
    from pomichnyk.views._html import environment
    from pomichnyk.views.web import fragment
    from pomichnyk.web.assets import Assets
    from pomichnyk.web.contacts import SORTS, listing
    from pomichnyk.web.guard import Visitor
    from pomichnyk.web.paging import paged
    from pomichnyk.web.site import MENU, TEMPLATES

    catalogue = translations("en")
    template = environment(catalogue, TEMPLATES).get_template("contacts.html")
    assets = Assets(TEMPLATES.parent / "static").urls

    with open_storage(url) as storage:
        book = ContactBook(storage)

        async def application(_scope: Any, _receive: Any, send: Any) -> None:
            shown = paged(book.all(limit=51), 1)
            body = template.render(
                table=fragment(listing(shown.items), catalogue),
                pages=shown,
                sorts=SORTS,
                tags=storage.contacts.tags(),
                count=storage.contacts.count(),
                asset=assets.__getitem__,
                visitor=Visitor("x"),
                menu=MENU,
                language="en",
                here=PATH,
                again=PATH,
                sort="name",
                **dict.fromkeys(("query", "tag", "csrf", "done"), ""),
            ).encode()
            headers = [
                (b"content-type", b"text/html; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
            ]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

        serve(application)


def word() -> None:
    """Serve one word by Starlette, with a template: what our libraries take by themselves."""
    from jinja2 import Template
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    def said(_request: Request) -> HTMLResponse:
        return HTMLResponse(Template("{{ word }}").render(word="hello"))

    serve(Starlette(routes=[Route(PATH, said)]))


def serve(application: Any) -> None:
    """Serve an application, and say its URL first."""
    import uvicorn

    # As asyncio makes it itself: with the protocol named, it sends at once.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        print(f"http://127.0.0.1:{bound.getsockname()[1]}/", flush=True)
        config = uvicorn.Config(
            application,
            loop="asyncio",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
        )
        uvicorn.Server(config).run([bound])


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        bare(sys.argv[2])
    elif sys.argv[1:2] == ["word"]:
        word()
    else:
        main()
