"""The web view under load: many at once add and read for a while, and are broken off by an end.

LOAD_SECONDS=10 makes the load shorter than the 30 s that it has; --log-cli-level=INFO tells how
quick the answers were.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from statistics import quantiles
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

import pytest

from browser_driver import Served, fill
from pomichnyk.storage import open_storage

pytestmark = pytest.mark.slow
CLIENTS = 50
LOAD = float(os.environ.get("LOAD_SECONDS", "30"))
GIVE_UP = 60
UNDER_WAY = 3 * CLIENTS
"""Changes that are stored before a server is told to end."""
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Client:
    """One of many: adds contacts by the API and notes by the form, and reads them again."""

    def __init__(self, url: str, number: int) -> None:
        self.number, self._where = number, urlsplit(url).netloc
        self.times: list[float] = []
        self.contacts: set[str] = set()
        self.notes: set[str] = set()

    def work(self, until: Callable[[], bool]) -> None:
        """Do it over and over."""
        with closing(http.client.HTTPConnection(self._where, timeout=GIVE_UP)) as self._line:
            head, page = self._ask("GET", "/notes/new")
            cookie = {"Cookie": head["Set-Cookie"].partition(";")[0]}
            token = re.findall(r'name="token" value="(\w+)"', page)[0]
            for turn in count():
                if until():
                    return
                self._round(f"{self.number}-{turn}", cookie, token)

    def _round(self, mark: str, cookie: Mapping[str, str], token: str) -> None:
        name = f"Особа {mark}"
        _, made = self._ask("POST", "/api/contacts", json.dumps({"name": name}), JSON, 201)
        self.contacts.add(name)
        _, read = self._ask("GET", f"/api/contacts/{json.loads(made)['id']}")
        assert json.loads(read)["name"] == name
        text = f"Нотатка {mark}"
        self._ask(
            "POST",
            "/notes/new",
            urlencode({"token": token, "text": text, "tags": ""}),
            {**FORM, **cookie},
            303,
        )
        self.notes.add(text)
        _, page = self._ask("GET", "/contacts?sort=added", headers=cookie)
        assert "</html>" in page

    def _ask(
        self,
        method: str,
        path: str,
        body: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
        status: int = 200,
    ) -> tuple[http.client.HTTPMessage, str]:
        start = time.perf_counter()
        self._line.request(method, path, body, dict(headers))
        answer = self._line.getresponse()
        said = answer.read().decode()
        self.times.append(time.perf_counter() - start)
        assert answer.status == status, (method, path, answer.status, said[:500])
        return answer.headers, said


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    fill(served.storage)
    with served:
        yield served


def stored(served: Served) -> tuple[list[str], list[str]]:
    """Return the names and the texts that are in the storage, whatever the server says."""
    with open_storage(served.storage) as storage:
        names = sorted(str(one.name) for one in storage.contacts.all())
        return names, sorted(note.text for note in storage.notes.all())


def acknowledged(clients: list[Client]) -> tuple[list[str], list[str]]:
    """Return the names and the texts that the server said it has stored."""
    names = sorted(name for client in clients for name in client.contacts)
    return names, sorted(text for client in clients for text in client.notes)


def test_fifty_at_once_meet_no_error_and_lose_nothing(here: Served) -> None:
    clients = [Client(here.url, number) for number in range(CLIENTS)]
    end = time.monotonic() + LOAD
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(one.work, lambda: time.monotonic() > end) for one in clients]:
            done.result()

    assert stored(here) == acknowledged(clients)
    times = [one for client in clients for one in client.times]
    cuts = quantiles(times, n=100)
    rate = len(times) / LOAD
    logging.getLogger(__name__).info(
        "%.0f requests/s, p50 %.3f s, p99 %.3f s", rate, cuts[49], cuts[98]
    )
    assert len(times) > 10 * CLIENTS


def test_an_end_amid_the_load_finishes_what_runs(here: Served) -> None:
    clients = [Client(here.url, number) for number in range(CLIENTS)]
    gone = threading.Event()

    def work(client: Client) -> None:
        # The server closes connections between two requests, and is not there any more.
        with suppress(ConnectionError):
            client.work(gone.is_set)

    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(work, one) for one in clients]
        _until(lambda: sum(len(one.contacts) + len(one.notes) for one in clients) > UNDER_WAY)
        here.process.send_signal(signal.SIGTERM)
        try:
            code = here.process.wait(GIVE_UP)
        finally:
            gone.set()
        for done in working:
            done.result()

    assert code == 0
    assert stored(here) == acknowledged(clients)


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + GIVE_UP
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)
