"""A real browser, Debian's Chromium without a screen, and a server of ours for it to visit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any, Self

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Response,
    sync_playwright,
)

from pomichnyk.bootstrap import App
from pomichnyk.commands._dispatch import execute
from pomichnyk.config import Config
from pomichnyk.text import translations
from pomichnyk.views import View

ARGUMENTS = (
    "--no-sandbox",  # it cannot be had by root, nor in a container
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
GIVE_UP = 30_000
"""Milliseconds after which something hangs."""
CHECK = Path(__file__).with_name("accessibility.js").read_text(encoding="utf-8")
TOLD_ALREADY = re.compile(r"Failed to load resource: the server responded with a status of \d+")
"""What the console says of an answer that is told as an answer."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return a browser.

    Playwright runs an event loop in this thread meanwhile: other modules start their own.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        lacking = "there is no browser: apt-get install chromium (scripts/servers)"
        if os.environ.get("CI") == "true":
            pytest.fail(lacking)
        pytest.skip(lacking)
    with started(path) as browser:
        yield browser


@contextmanager
def started(path: str) -> Iterator[Browser]:
    """Start the browser, and end it with the block."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=path, headless=True, args=[*ARGUMENTS], timeout=GIVE_UP
        )
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser, who keeps a list of all that goes wrong in it."""

    def __init__(self, context: BrowserContext, language: str) -> None:
        self.context, self.faults = context, list[str]()
        self.language = language
        self._coming: list[str] = []
        context.set_default_timeout(GIVE_UP)
        context.on("console", self._said)
        context.on("dialog", self._asked)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        context.on("response", self._answered)
        context.on("requestfailed", self._failed)
        context.on("page", lambda page: page.on("domcontentloaded", self._shown))
        self.page = context.new_page()

    def say(self, words: str) -> str:
        """Return words of ours as this visitor reads them."""
        said = translations(self.language).gettext(words)
        assert said != words or self.language == "en", f"not translated: {words}"
        return said

    def expect(self, fault: str) -> None:
        """Wait for a fault that belongs to what is tried, and take it off the list."""
        end = time.monotonic() + GIVE_UP / 1000
        while fault not in self.faults:
            assert time.monotonic() < end, self.faults
            self.page.wait_for_timeout(20)
        self.faults.remove(fault)

    def hindrances(self, page: Page | None = None) -> list[str]:
        """Return what keeps somebody from using the page that is open."""
        shown = page or self.page
        shown.wait_for_load_state()  # a page that has just been turned to has no body yet
        return [f"{shown.url}: {one}" for one in shown.evaluate(CHECK)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not TOLD_ALREADY.match(message.text):
            self.faults.append(f"console: {message.text}")

    def _asked(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            path = "/" + response.url.split("/", 3)[3]
            # A page that tells of a mistake counts once it is there to be looked at.
            faults = self._coming if response.request.is_navigation_request() else self.faults
            faults.append(f"{response.status} {response.request.method} {path}")

    def _shown(self, page: Page) -> None:
        self.faults += self._coming
        self._coming.clear()

    def _failed(self, request: Request) -> None:
        # A search that the next letter overtakes, and a file that is saved rather than shown.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url}: {request.failure}")


@contextmanager
def visitor(browser: Browser, url: str, **options: Any) -> Iterator[Visitor]:
    """Open a browser of one's own, with no cookie; in the end nothing may have gone wrong."""
    settings = {"base_url": url, "locale": "en-GB", "reduced_motion": "reduce", **options}
    context = browser.new_context(**settings)
    try:
        made = Visitor(context, settings["locale"][:2])
        yield made
        assert made.faults + made._coming == []
    finally:
        context.close()


class Served:
    """A server of ours in its own process, with data and settings of its own."""

    def __init__(self, folder: Path, storage: str = "") -> None:
        self.folder = folder
        self.storage = storage or f"sqlite:///{folder}/book.db"
        ours = {name: one for name, one in os.environ.items() if not name.startswith("POMICHNYK_")}
        self.environ = ours | {
            "LC_ALL": "C.UTF-8",
            "POMICHNYK_STORAGE": self.storage,
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder),
            "HOME": str(folder),
        }
        self.url = ""

    def tell(self, *words: str, typed: str = "") -> str:
        """Run a command; return what it prints."""
        return subprocess.run(
            [sys.executable, "-m", "pomichnyk", *words],
            env=self.environ,
            input=typed,
            capture_output=True,
            text=True,
            check=True,
            timeout=GIVE_UP / 1000,
        ).stdout

    def __enter__(self) -> Self:
        """Start to serve, on a free port."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pomichnyk", "web", "--port", "0"],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        assert self.url, self.process.communicate()
        return self

    def __exit__(self, *reason: object) -> None:
        """End it in order; it must have had nothing to complain of."""
        self.process.terminate()
        _, said = self.process.communicate(timeout=60)
        assert (self.process.returncode, said) == (0, "")


@contextmanager
def book(storage: str) -> Iterator[App]:
    """Give the parts of the program, to fill a storage before it is served."""
    view = View.named("plain")(StringIO(), StringIO(), translations("en"))
    with App(Config(storage), view) as app:
        yield app


def fill(storage: str, *commands: tuple[str, ...]) -> None:
    """Run commands on a storage, in this process."""
    with book(storage) as app:
        for words in commands:
            assert execute(app, words) == 0, words
