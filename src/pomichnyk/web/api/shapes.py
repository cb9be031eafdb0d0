"""Shapes: what goes in and out, as structs that check it and describe themselves.

They say which types there are; what a value must be (a phone number, a day) is said by the fields
of a contact and a note, whose errors are told as problems with status 422.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from pomichnyk.domain.fields import LONGEST_LINE, LONGEST_TEXT
from pomichnyk.storage import FOUND

MOST = 500
"""How many records are answered at once at most."""
Line = Annotated[str, Meta(max_length=LONGEST_LINE)]
LongText = Annotated[str, Meta(max_length=LONGEST_TEXT)]
Identifier = Annotated[str, Meta(extra_json_schema={"format": "uuid"})]
Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Limit = Annotated[int, Meta(ge=1, le=MOST, description="how many to answer")]
Offset = Annotated[int, Meta(ge=0, le=10_000_000, description="how many to leave out first")]
Query = Annotated[str, Meta(max_length=LONGEST_LINE, description="words to search for")]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", extra_json_schema={"format": "date"})]


class Strict(Struct, forbid_unknown_fields=True):
    """A shape that refuses names that it does not know."""


class Value(Strict):
    """A phone, an e-mail, an address or a messenger, with its label."""

    value: Line
    label: Line = ""


class NewContact(Strict):
    """A contact to be stored, or what one is to be from now on."""

    name: Line
    phones: list[Value] = []
    emails: list[Value] = []
    addresses: list[Value] = []
    messengers: list[Value] = []
    birthday: Line | None = None
    tags: list[Line] = []
    comment: LongText = ""


class ContactPatch(Strict):
    """What is to change of a contact; what is left out stays (RFC 7396)."""

    name: Line | UnsetType = UNSET
    phones: list[Value] | UnsetType | None = UNSET
    emails: list[Value] | UnsetType | None = UNSET
    addresses: list[Value] | UnsetType | None = UNSET
    messengers: list[Value] | UnsetType | None = UNSET
    birthday: Line | UnsetType | None = UNSET
    tags: list[Line] | UnsetType | None = UNSET
    comment: LongText | UnsetType | None = UNSET


class Contact(Struct):
    """A contact as it is stored."""

    id: Identifier
    name: str
    phones: list[Value]
    emails: list[Value]
    addresses: list[Value]
    messengers: list[Value]
    birthday: str | None
    tags: list[str]
    comment: str
    created: Moment
    changed: Moment


class Celebration(Contact):
    """A contact whose birthday comes: on which day, at which age, in how many days."""

    date: str
    age: int | None
    days: int


class NewNote(Strict):
    """A note to be stored, or what one is to be from now on."""

    text: LongText
    tags: list[Line] = []


class NotePatch(Strict):
    """What is to change of a note; what is left out stays (RFC 7396)."""

    text: LongText | UnsetType = UNSET
    tags: list[Line] | UnsetType | None = UNSET


class Note(Struct):
    """A note as it is stored; ``contacts`` are the ids of those it mentions."""

    id: Identifier
    text: str
    tags: list[str]
    contacts: list[Identifier]
    created: Moment
    changed: Moment


class ContactsAsked(Strict):
    """Which contacts."""

    q: Query = ""
    tag: Line = ""
    sort: Literal["name", "birthday", "added", "changed"] = "name"
    limit: Limit = FOUND
    offset: Offset = 0


class NotesAsked(Strict):
    """Which notes."""

    q: Query = ""
    tag: Line = ""
    sort: Literal["added", "changed", "tag"] = "added"
    limit: Limit = FOUND
    offset: Offset = 0


class BirthdaysAsked(Strict, rename={"start": "from"}):
    """Which birthdays: of how many days, from which on; today if that is not said."""

    days: Annotated[int, Meta(ge=1, le=3660)] = 7
    start: Day | UnsetType = UNSET


class NewMessage(Strict):
    """A message to be sent: to a contact's name, or HOST[:PORT]."""

    to: Line
    text: LongText


class Message(Struct):
    """A message as it is stored; ``due`` is when it is tried next, if it waits."""

    id: Identifier
    text: str
    sender: str
    peer: str
    state: Literal["received", "waiting", "delivered", "refused"]
    sent: Moment
    created: Moment
    attempts: int
    due: Moment | None
    why: str


class MessagesAsked(Strict):
    """Which messages."""

    q: Query = ""
    state: Literal["", "received", "waiting", "delivered", "refused"] = ""
    limit: Limit = FOUND
    offset: Offset = 0


class QuestionAsked(Strict):
    """About whom a question is asked, by name or number, and how many of the best to name."""

    student: Line = ""
    group: Line = ""
    subject: Line = ""
    teacher: Line = ""
    limit: Limit = 5


class Question(Struct):
    """One of the twelve questions, and what it is about."""

    name: str
    about: list[str]
    sentence: str


class Answered(Struct):
    """The answer to a question: its rows, or one figure."""

    question: str
    answer: list[dict[str, Any]] | float | None


class Person(Struct):
    """A student, a group, a subject or a teacher; the third field says what belongs to it."""

    id: int
    name: str


class Storage(Struct):
    """What the storage says of itself; its URL without a password."""

    url: str
    version: str
    contacts: int
    notes: int
    messages: int
    size: int | None


class Check(Struct):
    """What is wrong with the storage; nothing if it is sound."""

    problems: list[str]


class Nothing(Strict):
    """No parameters."""


class FieldError(Struct):
    """Which field is wrong, and what is expected."""

    field: str
    expected: str


class Problem(Struct):
    """Why something was not done (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[FieldError] = []
