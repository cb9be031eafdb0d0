"""Access: the password and the tokens by which the assistant in a browser knows its person.

Neither is kept as it is: of the password a scrypt hash, of a token its SHA-256, in files that
nobody else may read. What another process writes there holds at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hmac import compare_digest
from pathlib import Path
from threading import Lock
from typing import Any

from pomichnyk.domain.contact import now
from pomichnyk.domain.fields import line
from pomichnyk.errors import ConflictError, InvalidValueError, NotFoundError, UnavailableError
from pomichnyk.files import replacing, told
from pomichnyk.text import Text

SHORTEST = 8
"""Characters of the shortest password that is taken."""
LONGEST = 1_000
COST = {"n": 1 << 15, "r": 8, "p": 3}
"""What scrypt is told: 32 MiB and a third of a second, as OWASP recommends."""
MEMORY = 256 << 20
"""Bytes that scrypt may take at most, whatever a file says."""
PREFIX = "pomichnyk_"
"""What a token begins with, so that a leaked one is recognised."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token for programs: its name, when it was made, and its hash."""

    name: str
    made: str
    digest: str


class Access:
    """Who gets in, as kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self._password = JsonFile(folder / "password.json")
        self._tokens = JsonFile(folder / "tokens.json")
        self._hashing = Lock()  # one hash at a time: many would take all the memory

    @property
    def guarded(self) -> bool:
        """Whether a password is set."""
        return bool(self._password.read())

    @property
    def mark(self) -> str:
        """What changes with the password, so that sessions end with the one they began by."""
        return str(self._password.read().get("salt", ""))

    def set_password(self, password: str) -> None:
        """Keep a new password in place of the old one.

        Raises:
            InvalidValueError: it is too short or too long; the message does not show it.
            UnavailableError: it cannot be written.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise InvalidValueError(
                Text("password"),
                "…",
                Text("{least} to {most} characters", least=SHORTEST, most=LONGEST),
            )
        salt = secrets.token_hex(16)
        kept = {**COST, "salt": salt, "hash": self._hash(password, salt, COST)}
        self._password.write(kept)

    def right(self, password: str) -> bool:
        """Tell whether it is the password; it takes as long when it is not."""
        kept = self._password.read() or {**COST, "salt": "", "hash": ""}
        hashed = self._hash(password[:LONGEST], kept["salt"], kept)
        return compare_digest(hashed, kept["hash"]) and len(password) <= LONGEST

    def new_token(self, name: str) -> str:
        """Make a token for a program, and return it: it is not kept and never told again.

        Raises:
            InvalidValueError: the name is not one line of text.
            ConflictError: there is one of that name.
            UnavailableError: it cannot be written.
        """
        name = line(Text("name"), name)
        tokens = self.tokens()
        if any(token.name == name for token in tokens):
            raise ConflictError(Text("there is a token “{name}” already", name=name))
        made = PREFIX + secrets.token_urlsafe(32)
        self._keep([*tokens, Token(name, now().isoformat(timespec="seconds"), digest(made))])
        return made

    def tokens(self) -> list[Token]:
        """Return the tokens there are, the oldest first."""
        return [Token(**kept) for kept in self._tokens.read().get("tokens", [])]

    def revoke_token(self, name: str) -> None:
        """Make a token of no use.

        Raises:
            NotFoundError: there is none of that name.
            UnavailableError: it cannot be written.
        """
        tokens = self.tokens()
        left = [token for token in tokens if token.name != name]
        if len(left) == len(tokens):
            raise NotFoundError(Text("there is no token “{name}”", name=name))
        self._keep(left)

    def known(self, token: str) -> Token | None:
        """Return what is known of a token that a program shows; None if it is none of ours."""
        hashed = digest(token)
        return next((one for one in self.tokens() if compare_digest(one.digest, hashed)), None)

    def _keep(self, tokens: list[Token]) -> None:
        self._tokens.write({"tokens": [asdict(token) for token in tokens]})

    def _hash(self, password: str, salt: str, cost: Mapping[str, Any]) -> str:
        with self._hashing:
            return hashlib.scrypt(
                password.encode(errors="surrogatepass"),
                salt=salt.encode(),
                n=cost["n"],
                r=cost["r"],
                p=cost["p"],
                maxmem=MEMORY,
            ).hex()


class JsonFile:
    """A small file of ours, readable by its owner alone, and read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, ...] | None = None
        self._content: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        """Return what the file holds; nothing if it is not there.

        Raises:
            UnavailableError: it cannot be read, or is no file of ours.
        """
        try:
            there = self.path.stat()
        except FileNotFoundError:
            self._seen, self._content = None, {}
            return {}
        except OSError as error:
            raise UnavailableError(
                Text("{path}: {reason}", path=self.path, reason=error.strerror or error)
            ) from error
        stamp = (there.st_mtime_ns, there.st_size, there.st_ino)
        if stamp != self._seen:
            self._content, self._seen = self._parsed(), stamp
        return self._content

    def write(self, content: dict[str, Any]) -> None:
        """Replace the content, wholly or not at all.

        Raises:
            UnavailableError: it cannot be written.
        """
        with told(self.path):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # What is made now is private from the first moment; what replaces it stays so.
            os.close(os.open(self.path, os.O_CREAT, 0o600))
            with replacing(self.path) as file:
                file.write(json.dumps(content, indent=1).encode())

    def _parsed(self) -> dict[str, Any]:
        try:
            with told(self.path):
                content = json.loads(self.path.read_bytes() or b"{}")
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise UnavailableError(Text("{path} is damaged; remove it", path=self.path))
        return content


def digest(secret: str) -> str:
    """Return what is kept of a random secret: its SHA-256."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
