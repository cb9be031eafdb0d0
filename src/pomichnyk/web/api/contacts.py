"""Contacts, for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import msgspec
from msgspec import UNSET

from pomichnyk.commands._pages import birthday_table
from pomichnyk.commands._records import contact_record, note_record
from pomichnyk.domain.changes import Changes
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Address, Email, Labelled, Messenger, Phone
from pomichnyk.errors import InvalidValueError
from pomichnyk.text import Text
from pomichnyk.web.api import shapes
from pomichnyk.web.api.call import Call
from pomichnyk.web.api.operation import Answer, Operation
from pomichnyk.web.api.paging import part, wanted
from pomichnyk.web.contact_forms import differing
from pomichnyk.web.problems import API

BLANK = msgspec.to_builtins(shapes.NewContact(""))
Fields = Mapping[str, Any]


def listed(call: Call) -> Answer:
    """Answer contacts: all, those with a tag, or those that a search finds."""
    asked = call.query
    if asked.q:
        found = iter(call.app.contacts.find(asked.q, wanted(call)))
    else:
        found = call.app.contacts.all(tag=asked.tag, sort=asked.sort, limit=wanted(call))
    return part(call, "/contacts", found, contact_record)


def got(call: Call) -> Answer:
    """Answer one contact."""
    return Answer(contact_record(call.app.contacts.get(call.ref)))


def added(call: Call) -> Answer:
    """Store a contact."""
    book, region = call.app.contacts, call.app.config.region
    asked_for = changes(msgspec.to_builtins(call.body), None, region)
    made = call.once(book.get, lambda known: book.add(asked_for, known))
    return Answer(contact_record(made), 201, {"Location": f"{API}/contacts/{made.id}"})


def replaced(call: Call) -> Answer:
    """Make a contact what was sent."""
    return _changed(call, msgspec.to_builtins(call.body))


def patched(call: Call) -> Answer:
    """Change of a contact what was sent; null clears a field."""
    sent = msgspec.to_builtins(call.body)
    return _changed(
        call, {name: BLANK[name] if value is None else value for name, value in sent.items()}
    )


def removed(call: Call) -> Answer:
    """Remove a contact."""
    call.expect(contact_record(call.app.contacts.get(call.ref)))
    call.app.contacts.remove(call.ref)
    return Answer(None, 204)


def mentioned(call: Call) -> Answer:
    """Answer the notes that mention a contact."""
    contact = call.app.contacts.get(call.ref)
    return Answer([note_record(note) for note in call.app.contacts.notes(contact.id)])


def birthdays(call: Call) -> Answer:
    """Answer whose birthday comes."""
    start = _day(call.query.start)
    table = birthday_table(call.app.contacts.birthdays(call.query.days, start), start)
    return Answer([table.record(one) for one in table.items])


def changes(fields: Fields, was: Contact | None, region: str) -> Changes:
    """Return what makes a contact have the fields; those not given stay.

    Raises:
        InvalidValueError: a value is not valid.
    """
    old = contact_record(was) if was else BLANK
    made = {name: fields[name] for name in ("name", "comment") if name in fields}
    if "birthday" in fields and fields["birthday"] != old["birthday"]:
        made["birthday"] = fields["birthday"] or ""
    if "tags" in fields:
        new, stored = fields["tags"], old["tags"]
        made |= {"tags": without(new, stored), "remove_tags": without(stored, new)}
    for many, parse in _parsers(region).items():
        if many in fields:
            rows = [(one["label"], one["value"]) for one in old[many]]
            made |= differing(many, rows, _stored(fields[many], rows, parse))
    return Changes(**made)


def without(some: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return those that are not among the others."""
    return [one for one in some if one not in others]


def _changed(call: Call, fields: Fields) -> Answer:
    was = call.app.contacts.get(call.ref)
    call.expect(contact_record(was))
    asked_for = changes(fields, was, call.app.config.region)
    return Answer(contact_record(call.app.contacts.edit(str(was.id), asked_for)))


def _parsers(region: str) -> Mapping[str, Callable[[str], Labelled]]:
    return {
        "phones": partial(Phone.parse, region=region),
        "emails": Email.parse,
        "addresses": Address.parse,
        "messengers": Messenger.parse,
    }


def _stored(
    sent: Sequence[Mapping[str, str]],
    old: Sequence[tuple[str, str]],
    parse: Callable[[str], Labelled],
) -> list[tuple[str, str]]:
    """Return labels and values as they would be stored; what is stored already is right."""
    known = {value for _, value in old}
    return [
        (one["label"], one["value"] if one["value"] in known else parse(one["value"]).value)
        for one in sent
    ]


def _day(typed: Any) -> date:
    if typed is UNSET:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise InvalidValueError(Text("from"), typed, Text("a day as YYYY-MM-DD")) from None


ONE = "/contacts/{id:uuid}"
operations = [
    Operation(
        "GET", "/contacts", listed, "Answer contacts: all, tagged, or found.",
        query=shapes.ContactsAsked, answer=list[shapes.Contact],
    ),
    Operation(
        "POST", "/contacts", added, "Store a contact.",
        body=shapes.NewContact, answer=shapes.Contact, status=201, refusals=(409,),
    ),
    Operation(
        "GET", "/contacts/birthdays", birthdays, "Answer whose birthday comes.",
        query=shapes.BirthdaysAsked, answer=list[shapes.Celebration],
    ),
    Operation("GET", ONE, got, "Answer one contact.", answer=shapes.Contact, refusals=(404,)),
    Operation(
        "PUT", ONE, replaced, "Make a contact what is sent.",
        body=shapes.NewContact, answer=shapes.Contact, refusals=(404, 409, 412),
    ),
    Operation(
        "PATCH", ONE, patched, "Change of a contact what is sent.",
        body=shapes.ContactPatch, answer=shapes.Contact, refusals=(404, 409, 412),
    ),
    Operation(
        "DELETE", ONE, removed, "Remove a contact.", status=204, refusals=(404, 409, 412)
    ),
    Operation(
        "GET", f"{ONE}/notes", mentioned, "Answer the notes that mention a contact.",
        answer=list[shapes.Note], refusals=(404,),
    ),
]  # fmt: skip
