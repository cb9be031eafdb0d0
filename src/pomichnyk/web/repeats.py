"""Repeats: what came with each Idempotency-Key lately."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from uuid import UUID

MOST = 10_000
"""How many keys are remembered; what was made by older ones is still found by its id."""


class Repeats:
    """Tells a repetition from another body under the same key."""

    def __init__(self) -> None:
        self._digests: OrderedDict[UUID, str] = OrderedDict()
        self._lock = Lock()

    def same(self, identifier: UUID, digest: str) -> bool:
        """Remember what came with a key; return whether the same came before, if anything did."""
        with self._lock:
            first = self._digests.setdefault(identifier, digest)
            while len(self._digests) > MOST:
                self._digests.popitem(last=False)
        return first == digest
