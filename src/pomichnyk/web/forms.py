"""Forms: what a person filled in, and what is wrong with it, each beside its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hmac import compare_digest
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import TypeVar

from starlette.datastructures import FormData, UploadFile

from pomichnyk.errors import ConflictError, InvalidValueError, PomichnykError
from pomichnyk.text import Text

Value = TypeVar("Value")

FORM = 8 << 20
"""Bytes of the largest form: a note of a million letters, each as six signs."""
UPLOAD = 64 << 20
"""Bytes of the largest form with files."""
ENDING = re.compile(r"\.[a-z0-9]{1,8}\Z", re.ASCII | re.IGNORECASE)
FIELDS = 2_000
FILES = 10


class Form:
    """The fields of a form, by name, and the errors found in them.

    Attributes:
        errors: what is wrong, by the name of the field; ``""`` is for the whole form.
    """

    def __init__(self, data: FormData | None = None) -> None:
        self._data = data or FormData()
        self.errors: dict[str, Text] = {}

    def genuine(self, token: str) -> bool:
        """Tell whether the form comes from a page that was given this token."""
        return compare_digest(self.text("token").encode(), token.encode())

    def text(self, name: str) -> str:
        """Return what was typed into a field, its lines parted by line feeds; or ""."""
        value = self._data.get(name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return what was typed into each of the fields of one name, in order."""
        return [value for value in self._data.getlist(name) if isinstance(value, str)]

    def __contains__(self, name: str) -> bool:
        return name in self._data

    @contextmanager
    def file(self, name: str) -> Iterator[Path]:
        """Give a file that was sent, as a path with the ending that it had; gone afterwards.

        Its name is never used: it may be anything, ``../../etc/passwd`` as well.

        Raises:
            InvalidValueError: none was chosen.
        """
        sent = self._data.get(name)
        if not isinstance(sent, UploadFile) or not sent.filename:
            raise InvalidValueError(Text("file"), "", Text("a file to be sent"))
        with TemporaryDirectory(prefix="pomichnyk-") as folder:
            path = Path(folder, f"file{_ending(sent.filename)}")
            with path.open("xb") as file:
                copyfileobj(sent.file, file)
            yield path

    def filename(self, name: str) -> str:
        """Return the name of a file that was sent, to be shown to a person and for nothing else."""
        sent = self._data.get(name)
        return (sent.filename or "") if isinstance(sent, UploadFile) else ""

    def read(
        self, name: str, parse: Callable[[str], Value], typed: str | None = None
    ) -> Value | None:
        """Return what ``parse`` makes of a field; if it refuses, keep why beside the field."""
        try:
            return parse(self.text(name) if typed is None else typed)
        except PomichnykError as error:
            self.errors[name] = wrong(error)
            return None

    def done(self, change: Callable[[], Value]) -> Value | None:
        """Return what a change gives; if it is refused, keep why for the whole form.

        Nothing is changed if something is wrong with the form already.

        Raises:
            NotFoundError: what was to be changed is not there any more.
        """
        if self.errors:
            return None
        try:
            return change()
        except (InvalidValueError, ConflictError) as error:
            self.errors[""] = error.text
            return None


def wrong(error: PomichnykError) -> Text:
    """Return what is said beside a field: what is expected, for the field is named there."""
    if isinstance(error, InvalidValueError):
        return Text("expected: {expected}", expected=error.expected)
    return error.text


def words(typed: str) -> list[str]:
    """Return the words of a field that takes several, parted by blanks or commas."""
    return typed.replace(",", " ").split()


def _ending(filename: str) -> str:
    """Return the ending of a name if it is a plain one: a few letters behind a dot."""
    return found[0].lower() if (found := ENDING.search(filename)) else ""
