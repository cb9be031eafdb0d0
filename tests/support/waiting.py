"""Waiting for what must come, however busy the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable

LIMIT = 20.0
"""Seconds after which what does not come is given up."""


def until(condition: Callable[[], object]) -> None:
    """Return when a condition holds."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)
