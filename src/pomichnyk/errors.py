"""Every error of ours, each with its exit code for the shell and its status for the web.

PomichnykError
├── UsageError              the command or an option is not one of ours
├── NotFoundError           nothing is stored under that reference
├── InvalidValueError       a field would hold a value it must not
├── SerializationError      a value cannot be kept in a file, or a file is not what was written
├── ConflictError           it exists already, or somebody changed it meanwhile
│   └── AmbiguousError      a reference fits several
└── UnavailableError        a store, a service or a driver cannot be used
    └── DriverMissingError  an optional package is not installed
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pomichnyk.text import Text

PARTLY_DONE = 7
INTERRUPTED = 130


class PomichnykError(Exception):
    """Something a person can be told in one line; a bug is never one of these."""

    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 500

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text

    def __reduce__(self) -> tuple[Any, ...]:
        """Let every error pass between processes, whatever its own class is made of."""
        return _made_again, (type(self), self.args, self.__dict__)


class UsageError(PomichnykError):
    """The command or an option is not one of ours."""

    exit_code = 2
    status = 400


class NotFoundError(PomichnykError):
    """Nothing is stored under that reference."""

    exit_code = 3
    status = 404


class InvalidValueError(PomichnykError):
    """A field would hold a value it must not: says which, what, and what is expected."""

    exit_code = 4
    status = 422

    def __init__(self, field: Text, value: object, expected: Text) -> None:
        super().__init__(
            Text(
                "{field}: {value} is not valid; expected: {expected}",
                field=field,
                value=_shown(value),
                expected=expected,
            )
        )
        self.field, self.value, self.expected = field, value, expected


class SerializationError(PomichnykError):
    """A value cannot be kept in a file, or a file is not what was written."""

    exit_code = 4
    status = 422


class ConflictError(PomichnykError):
    """It exists already, or somebody changed it meanwhile."""

    exit_code = 5
    status = 409


class AmbiguousError(ConflictError):
    """A reference fits several; the message names some of them."""

    def __init__(self, ref: str, candidates: Sequence[str]) -> None:
        super().__init__(
            Text("“{ref}” fits several: {candidates}", ref=ref, candidates=", ".join(candidates))
        )


class UnavailableError(PomichnykError):
    """A store, a service or a driver cannot be used."""

    exit_code = 6
    status = 503


class DriverMissingError(UnavailableError):
    """An optional package is not installed; the message says which extra brings it."""

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(
            Text(
                "{module} is not installed; install it with: pip install 'pomichnyk[{extra}]'",
                module=module,
                extra=extra,
            )
        )


def _made_again(
    kind: type[PomichnykError], args: tuple[object, ...], state: dict[str, object]
) -> PomichnykError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


def _shown(value: object, limit: int = 60) -> str:
    """Return a value as one short line: a refused megabyte must not fill the terminal."""
    text = repr(value) if isinstance(value, (str, bytes)) else str(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
