"""Shows the messages that come while a line is being typed, above it, and leaves it whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands._message_pages import arrival
from pomichnyk.domain.message import Message
from pomichnyk.errors import PomichnykError

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

BEAT = 1.0
"""Seconds between looks at the storage."""


class Watch:
    """Looks for messages, as long as the prompt waits, in a thread that ends with it."""

    def __init__(self, app: App, session: PromptSession[str]) -> None:
        self._app, self._session = app, session
        self._come: deque[Message] = deque()
        self._showing: Awaitable[None] | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Show what comes while the block lasts; what came at its very end, behind it."""
        ended = Event()
        thread = Thread(target=self._watch, args=(ended,), name="arrivals")
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self._show()

    def _watch(self, ended: Event) -> None:
        while True:
            with suppress(PomichnykError):  # the next command tells what is wrong with the storage
                self._come.extend(self._app.arrivals.new())
            if self._come:
                self._show_above()
            if ended.wait(BEAT):
                return

    def _show_above(self) -> None:
        """Have the prompt's own thread show what came: it hides the line and draws it again."""
        from prompt_toolkit.application import run_in_terminal

        def show() -> None:
            self._showing = run_in_terminal(self._show)  # nobody else keeps it until it is done

        prompt = self._session.app
        if prompt.loop:
            with suppress(RuntimeError):  # the prompt has just ended
                prompt.loop.call_soon_threadsafe(show, context=prompt.context)

    def _show(self) -> None:
        while self._come:
            self._app.view.show(arrival(self._come.popleft()))
