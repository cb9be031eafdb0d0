"""The person's own editor, for a text that is too long for the command line."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from pomichnyk.errors import PomichnykError, UnavailableError
from pomichnyk.text import Text


@contextmanager
def edited(text: str) -> Iterator[str]:
    """Give a text as the person leaves it in $VISUAL or $EDITOR.

    What they wrote stays in a file, which the error names, if the block cannot store it.

    Raises:
        UnavailableError: the editor cannot be started, or ended with an error.
    """
    path = _draft(text)
    try:
        _edit(path)
        yield _read(path, text)
    except PomichnykError as error:
        error.text = Text("{error}; what you wrote is in {path}", error=error.text, path=path)
        raise
    path.unlink()


def _draft(text: str) -> Path:
    descriptor, name = mkstemp(prefix="pomichnyk-", suffix=".md", text=True)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return Path(name)


def _edit(path: Path) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        done = subprocess.run([*shlex.split(editor), path], check=False)  # noqa: S603  # the person's choice
    except (OSError, ValueError) as error:
        raise UnavailableError(
            Text("the editor “{editor}” cannot be started: {reason}", editor=editor, reason=error)
        ) from error
    if done.returncode:
        raise UnavailableError(Text("the editor “{editor}” ended with an error", editor=editor))


def _read(path: Path, before: str) -> str:
    """Return what is in the file, without the line end that editors put behind the last line."""
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    return text if before.endswith("\n") else text.removesuffix("\n")
