"""The seam to the async path libraries: aiopath where it works, else anyio.

Only methods are used that work alike in both; the decision page on tidying lists the rest.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import Any, Protocol, cast

LIBRARIES = (("aiopath", "AsyncPath"), ("anyio", "Path"))


class AsyncPath(Protocol):
    """What is asked of an async path."""

    def stat(self) -> Coroutine[Any, Any, os.stat_result]:
        """Return the status of what is there."""

    def mkdir(self) -> Coroutine[Any, Any, None]:
        """Make the folder."""


def async_path() -> Callable[[str], AsyncPath]:
    """Return the path class of the first library that can be imported.

    Raises:
        ModuleNotFoundError: there is none.
    """
    for module, name in LIBRARIES:
        try:
            return cast("Callable[[str], AsyncPath]", getattr(import_module(module), name))
        except (ImportError, TypeError):  # aiopath 0.7 has a TypeError for Python 3.14
            continue
    raise ModuleNotFoundError("an async path library is needed", name=LIBRARIES[-1][0])
