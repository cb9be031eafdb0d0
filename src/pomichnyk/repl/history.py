"""History: the lines that were typed, kept for the next time where that is possible."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import platformdirs
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from pomichnyk.config import APPLICATION


class _PrivateHistory(FileHistory):
    """A file that its owner alone may read."""

    def store_string(self, string: str) -> None:
        # A full disk costs a line of history, never the conversation.
        with suppress(OSError):
            super().store_string(string)


def history() -> History:
    """Return the history in the user's state folder, or one for this time if that is refused."""
    folder = Path(platformdirs.user_state_dir(APPLICATION, appauthor=False))
    path = folder / "history"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return _PrivateHistory(path)
