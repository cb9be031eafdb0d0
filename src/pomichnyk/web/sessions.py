"""Sessions: who has logged in, known by a random cookie of which only the hash is kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import time

from pomichnyk.services.access import JsonFile, digest

LASTING = 14 * 24 * 3600
"""Seconds that a session lasts."""
MOST = 100
"""How many sessions there may be; the oldest makes room."""


class Sessions:
    """The sessions of one person, in a file, so that a restart logs nobody out."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time) -> None:
        self._file, self._clock, self._lock = JsonFile(folder / "sessions.json"), clock, Lock()

    def begin(self, mark: str) -> str:
        """Begin a session under the password that has this mark; return the cookie's value.

        Raises:
            UnavailableError: it cannot be written.
        """
        cookie = new_cookie()
        with self._lock:
            there = self._living()
            there[digest(cookie)] = {"mark": mark, "until": self._clock() + LASTING}
            self._keep(there)
        return cookie

    def known(self, cookie: str, mark: str) -> bool:
        """Tell whether a cookie belongs to a session that lasts, under the present password."""
        found = self._file.read().get(digest(cookie))
        return found is not None and found["mark"] == mark and found["until"] > self._clock()

    def end(self, cookie: str) -> None:
        """End a session.

        Raises:
            UnavailableError: it cannot be written.
        """
        with self._lock:
            there = self._living()
            if there.pop(digest(cookie), None):
                self._keep(there)

    def _living(self) -> dict[str, dict[str, object]]:
        moment = self._clock()
        return {one: kept for one, kept in self._file.read().items() if kept["until"] > moment}

    def _keep(self, sessions: dict[str, dict[str, object]]) -> None:
        self._file.write(dict([*sessions.items()][-MOST:]))


def new_cookie() -> str:
    """Return a value that nobody guesses."""
    return secrets.token_urlsafe(32)


def form_token(cookie: str) -> str:
    """Return what a form must hold to come from a page of this cookie's holder.

    No other site knows the cookie, which no script may read, so none can make it.
    """
    return digest(f"form {cookie}")
