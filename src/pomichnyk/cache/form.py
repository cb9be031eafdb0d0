"""Forms: commands of which only some words change, so that the rest is packed once."""

from __future__ import annotations

from pomichnyk.cache.resp import pack

DIGEST = 32
"""How many letters of a key tell one call from another; those before are the prefix."""


class Hole:
    """A word that may be anything; its length is given before it."""


class Keyed:
    """A word that ends in a digest, which is given."""

    def __init__(self, prefix: bytes = b"") -> None:
        self.prefix = prefix


Word = bytes | int | Keyed | type[Hole]


class Form:
    """A command to be filled in: what is given comes in the order of its words."""

    def __init__(self, *words: Word) -> None:
        self._whole = b"*%d\r\n%b" % (len(words), b"".join(map(_packed, words)))

    def filled(self, *given: bytes | int) -> bytes:
        """Return the command."""
        return self._whole % given


def _packed(word: Word) -> bytes:
    if isinstance(word, Keyed):
        before = word.prefix.replace(b"%", b"%%")
        return b"$%d\r\n%b%%b\r\n" % (len(word.prefix) + DIGEST, before)
    if isinstance(word, type):
        return b"$%d\r\n%b\r\n"
    return pack(word)[4:].replace(b"%", b"%%")
