"""Mailbox: what a person does with messages, those that came and those on their way.

A message is in the outbox, on disk, before it is sent the first time. Whoever is about to try it
says so there first, so that no two processes try at once; if they die over it, it is due again
after ``LEASE``. The other side knows a repeated delivery by its key, so it is kept once.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from pomichnyk.domain.contact import now
from pomichnyk.domain.message import Message, State, new_id
from pomichnyk.errors import (
    AmbiguousError,
    ConflictError,
    InvalidValueError,
    NotFoundError,
    PomichnykError,
)
from pomichnyk.services.peers import TLS, Peers, Place, whereabouts
from pomichnyk.services.references import namesakes
from pomichnyk.storage import FOUND, Storage
from pomichnyk.text import Text

PATIENCE = 10.0
"""Seconds that one attempt may take."""
LEASE = timedelta(minutes=1)
"""How long nobody else tries a message that is being tried."""
SHORTEST, LONGEST = 5.0, 3600.0
"""Seconds between attempts: they double from the one to the other."""
JITTER = 0.25
"""How much of a pause is left to chance, so that many do not come back at once."""
SHOWN, SHORT_ID = 5, 8


class Mailbox:
    """The messages that came, and the outbox.

    Attributes:
        sender: what this computer calls itself.
        peers: the computers that were heard of.
    """

    def __init__(self, storage: Storage, folder: Path, *, patience: float = PATIENCE) -> None:
        self._messages, self._contacts = storage.messages, storage.contacts
        self._patience = patience
        self.peers, self.sender = Peers(folder), socket.gethostname() or "unknown"

    def send(
        self,
        whom: str,
        text: str,
        *,
        sender: str = "",
        tls: bool = False,
        identifier: UUID | None = None,
    ) -> Message:
        """Send a message and return what became of it: delivered, refused, or waiting.

        Args:
            whom: a contact's name, that of a computer nearby, or ``HOST[:PORT]``.
            text: what to say.
            sender: what this computer calls itself, if not as usual.
            tls: whether to speak by TLS alone, now and whenever it is tried again.
            identifier: the id to store it under, if not a new one.

        Raises:
            InvalidValueError: the text is empty, or cannot be stored.
            NotFoundError, AmbiguousError: it is not clear who is meant.
            UnavailableError: it could not even be stored.
        """
        place = self.peers.guarded(whereabouts(whom, self._contacts, self.peers))
        place = replace(place, tls=place.tls or tls)
        moment = now()
        mail = Message(
            text=text,
            sender=sender or self.sender,
            peer=str(place),
            state=State.WAITING,
            sent=moment,
            attempts=1,
            due=moment + LEASE,
            id=identifier or new_id(),
            created=moment,
            changed=moment,
        )
        self._messages.put([mail])
        return self._tried(mail)

    def retry(self, *, every: bool = False, stopped: Callable[[], bool] = bool) -> list[Message]:
        """Try the waiting messages that are due, or every one; return what became of them.

        Those to a computer that cannot be reached wait together, as if each had been tried.

        Args:
            every: whether also those are tried that are not due yet.
            stopped: asked between messages; whether to leave the others for another time.
        """
        due = self._messages.all(state=State.WAITING) if every else self._messages.due(now(), FOUND)
        done: list[Message] = []
        silent: dict[str, Message] = {}
        for mail in sorted(due, key=lambda one: one.sent):
            if stopped():
                break
            if failed := silent.get(mail.peer):
                self._changed(mail, due=failed.due, why=failed.why)
            elif outcome := self._claimed(mail):
                done.append(outcome)
                if outcome.state is State.WAITING:
                    silent[mail.peer] = outcome
        return done

    def retry_one(self, ref: str) -> Message:
        """Try one message again, also one that was refused; return what became of it.

        Raises:
            NotFoundError: none is meant.
            ConflictError: it has arrived, or came from another computer; or it is being tried.
        """
        mail = self.get(ref)
        if mail.state not in {State.WAITING, State.REFUSED}:
            raise ConflictError(Text("“{id}” is not on its way", id=mail.id))
        if not (outcome := self._claimed(mail)):
            raise ConflictError(Text("“{id}” is being tried already", id=mail.id))
        return outcome

    def reaches(self, name: str) -> bool:
        """Tell whether a contact of that name has a messenger address."""
        return any(contact.messengers for contact in namesakes(self._contacts, name))

    def known(self, peer: str) -> str:
        """Return the name of the contact who is reached at a place, or the place itself."""
        try:
            place = Place.parse(peer.removeprefix(TLS))
        except InvalidValueError:  # a backup may say what it likes
            return peer
        for contact in self._contacts.find(place.host):
            if place in (Place.parse(one.value) for one in contact.messengers):
                return contact.name
        return peer

    def get(self, ref: str) -> Message:
        """Return the message that an id, or the beginning of one, means.

        Raises:
            NotFoundError: none is meant.
            AmbiguousError: several may be.
        """
        found = self._messages.refer(ref, SHOWN)
        if not found:
            raise NotFoundError(Text("nothing is stored under “{ref}”", ref=ref))
        if len(found) > 1:
            raise AmbiguousError(ref, [str(one.id)[:SHORT_ID] for one in found])
        return found[0]

    def remove(self, ref: str) -> Message:
        """Remove a message, and return what it was; one that is waiting is sent no more.

        Raises:
            NotFoundError: none is meant.
            AmbiguousError: several may be.
        """
        mail = self.get(ref)
        self._messages.remove(mail.id)
        return mail

    def all(self, *, state: State | None = None, limit: int | None = None) -> Iterator[Message]:
        """Yield the messages, the latest first; see ``MessageRepository.all``."""
        return self._messages.all(state=state, limit=limit)

    def find(self, query: str, limit: int = FOUND) -> list[Message]:
        """Return the messages that a query finds, the best first."""
        return self._messages.find(query, limit)

    def _claimed(self, mail: Message) -> Message | None:
        """Try a message unless another process does; return what became of it."""
        if _being_tried(mail):
            return None
        claimed = self._changed(
            mail, state=State.WAITING, attempts=mail.attempts + 1, due=now() + LEASE, why=""
        )
        return self._tried(claimed) if claimed else None

    def _tried(self, mail: Message) -> Message:
        """Send a message that is ours to try, and note what became of it."""
        from pomichnyk.messenger.errors import RefusedError

        outcome: dict[str, object]
        try:
            self._deliver(mail)
        except RefusedError as refusal:
            outcome = {"state": State.REFUSED, "due": None, "why": str(refusal)}
        except PomichnykError as failure:
            outcome = {"due": now() + pause(mail.attempts), "why": str(failure)}
        else:
            outcome = {"state": State.DELIVERED, "due": None, "why": ""}
        return self._changed(mail, **outcome) or self._outrun(mail, **outcome)

    def _deliver(self, mail: Message) -> None:
        from pomichnyk.messenger.client import send

        place = Place.parse(mail.peer)
        send(
            place.host,
            place.port,
            mail.text,
            sender=mail.sender,
            key=mail.key,
            sent=mail.sent,
            timeout=self._patience,
            tls=self.peers.hosts if place.tls else None,
        )

    def _changed(self, mail: Message, **fields: object) -> Message | None:
        """Store a changed message and return it; None if another process was quicker."""
        changed = replace(mail, changed=now(), **fields)  # type: ignore[arg-type]  # by name
        try:
            self._messages.update(changed, was=mail)
        except (ConflictError, NotFoundError):
            return None
        return changed

    def _outrun(self, mail: Message, **fields: object) -> Message:
        """Return the outcome that another process, or the person who removed it, left to note."""
        outcome = replace(mail, **fields)  # type: ignore[arg-type]  # by name
        try:
            stored = self._messages.get(mail.id)
        except NotFoundError:
            return outcome
        if outcome.state is State.DELIVERED and stored.state is not State.DELIVERED:
            return self._changed(stored, **fields) or outcome
        return stored


def _being_tried(mail: Message) -> bool:
    """Tell whether a process is trying a message: it is not due, but nothing is wrong with it."""
    return mail.attempts > 0 and not mail.why and mail.due is not None and mail.due > now()


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 5 s, twice that, ... an hour, and chance."""
    doubled = SHORTEST * 2 ** min(attempts - 1, 20)
    seconds = min(doubled, LONGEST) * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret
    return timedelta(seconds=min(max(seconds, SHORTEST), LONGEST))
