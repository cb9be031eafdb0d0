"""Contact: a person in the address book."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from pomichnyk.domain.fields import Address, Birthday, Email, Messenger, Name, Phone, Tag


def now() -> datetime:
    """Return the present moment in UTC, to the microsecond."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person: many phones, e-mails, addresses and messengers, a birthday, tags and a comment.

    Attributes:
        keywords: words it is also found by, from the imported card: organisation, nickname, ...
        created: when it was first stored, UTC.
        changed: when it last changed, UTC.
    """

    name: Name
    phones: tuple[Phone, ...] = ()
    emails: tuple[Email, ...] = ()
    addresses: tuple[Address, ...] = ()
    birthday: Birthday | None = None
    tags: tuple[Tag, ...] = ()
    comment: str = ""
    keywords: str = ""
    messengers: tuple[Messenger, ...] = ()
    id: UUID = field(default_factory=uuid4)
    created: datetime = field(default_factory=now)
    changed: datetime = field(default_factory=now)

    def searched(self) -> str:
        """Return all the text by which the contact is found, a line for each value."""
        return "\n".join(
            (
                self.name,
                *(phone.value.removeprefix("+") for phone in self.phones),
                *(one.value for one in (*self.emails, *self.addresses, *self.messengers)),
                *self.tags,
                self.comment,
                self.keywords,
            )
        )


@dataclass(frozen=True, slots=True)
class Card:
    """The vCard that a contact came from, verbatim: what our fields do not cover lives here.

    Attributes:
        text: the card from BEGIN:VCARD to END:VCARD with its own line ends.
        uid: its UID, or empty if it has none.
        digest: SHA-256 of the text in hexadecimal, with line feeds for its line ends, by which
            the same card is known again.
    """

    text: str
    uid: str
    digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact together with the card it came from, if it came from one."""

    contact: Contact
    card: Card | None = None
