"""Finds a plug for a person: what is unknown or not installed becomes an error of ours."""

from __future__ import annotations

from typing import TypeVar

from pomichnyk.errors import DriverMissingError, UsageError
from pomichnyk.meta import Meta
from pomichnyk.text import Text

Plug = TypeVar("Plug")


def plug(family: type[Plug], name: str) -> type[Plug]:
    """Return the family's class of that name.

    Raises:
        UsageError: there is none; the message lists the names there are.
        DriverMissingError: it needs a package that the extra of the same name brings.
    """
    assert isinstance(family, Meta)
    try:
        return family.named(name)
    except LookupError:
        raise UsageError(
            Text("“{name}” is not one of: {names}", name=name, names=", ".join(family.names()))
        ) from None
    except ModuleNotFoundError as missing:
        raise DriverMissingError(missing.name or name, name) from missing
