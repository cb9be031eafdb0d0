"""Templates compiled once, and kept as Python keeps its modules."""

from __future__ import annotations

import marshal
import sys
from contextlib import suppress
from hashlib import sha256
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from pomichnyk.files import replacing

SEAL = 32
"""Bytes before the code: a hash of it and of all that it was made of."""


class Bytecode(BytecodeCache):
    """Compiled templates in ``__pycache__`` beside them.

    Who may write there may change our modules as well. What was made of another text, by other
    code or another Python, or is damaged, is made again; where nothing may be written, each time.
    """

    def __init__(self, *code: str) -> None:
        """``code`` names files on which it depends how a template is compiled."""
        known = ((path.stat().st_mtime_ns, path.stat().st_size) for path in map(Path, code))
        self._made_by = repr((MAGIC_NUMBER, *known))

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the path at which a template is kept."""
        return cache_from_source(filename or name)

    def get_source_checksum(self, source: str) -> str:
        """Return all that the code is made of."""
        return f"{self._made_by}{source}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it is still right."""
        with suppress(OSError):
            kept = Path(bucket.key).read_bytes()
            if kept[:SEAL] == _seal(bucket, kept[SEAL:]):
                bucket.code = marshal.loads(kept[SEAL:])  # noqa: S302  # as Python does with modules

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template, if it may be written."""
        if sys.dont_write_bytecode:
            return
        path, code = Path(bucket.key), marshal.dumps(bucket.code)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as file:
                file.write(_seal(bucket, code) + code)


def _seal(bucket: Bucket, code: bytes) -> bytes:
    return sha256(bucket.checksum.encode() + code).digest()
