"""The form of a contact: its values as they are typed, and what they ask to change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pomichnyk.domain.changes import Changes
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Address, Birthday, Email, Labelled, Messenger, Name, Phone, Tag
from pomichnyk.domain.fields import text as stored_text
from pomichnyk.text import Text
from pomichnyk.web.forms import Form, words

Row = tuple[str, str]
"""A label and a value."""
Values = dict[str, Any]
MANY = {
    "phone": "phones",
    "email": "emails",
    "address": "addresses",
    "messenger": "messengers",
}
"""The fields of which there may be many, as the form and as a contact name them."""


def blank() -> Values:
    """Return the values of a form that nobody has filled in."""
    return {"name": "", "birthday": "", "tags": "", "comment": "", **{kind: [] for kind in MANY}}


def filled(contact: Contact) -> Values:
    """Return the values of a contact."""
    return {
        "name": contact.name,
        "birthday": str(contact.birthday or ""),
        "tags": " ".join(contact.tags),
        "comment": contact.comment,
        **{kind: _rows(getattr(contact, many)) for kind, many in MANY.items()},
    }


def typed(form: Form) -> Values:
    """Return what was typed; rows that are empty are left out."""
    return {
        **{name: form.text(name) for name in ("name", "birthday", "tags", "comment")},
        **{kind: _typed_rows(form, kind) for kind in MANY},
    }


def changes(values: Values, form: Form, was: Contact | None, region: str) -> Changes:
    """Return what the typed values change of a contact; None stands for a new one.

    What is wrong is kept beside its field in ``form.errors``. A value that is stored already is
    right as it is: an old card may have what a form would not take today.
    """
    old = filled(was) if was else blank()
    single: Values = {}
    checks: dict[str, Callable[[str], object]] = {
        "name": Name,
        "birthday": lambda one: Birthday.parse(one) if one.strip() else None,
        "comment": partial(stored_text, Text("comment")),
    }
    for name, check in checks.items():
        if values[name] != old[name].replace("\r\n", "\n") or (name == "name" and not was):
            form.read(name, check)
            single[name] = values[name]
    single |= _tags(values["tags"], form, was)
    parsers: dict[str, Callable[[str], Labelled]] = {
        "phone": partial(Phone.parse, region=region),
        "email": Email.parse,
        "address": Address.parse,
        "messenger": Messenger.parse,
    }
    for kind, parse in parsers.items():
        new = _checked(form, kind, values[kind], old[kind], parse)
        single |= differing(MANY[kind], old[kind], new)
    return Changes(**single)


def _rows(values: Sequence[Labelled]) -> list[Row]:
    return [(one.label, one.value) for one in values]


def _typed_rows(form: Form, kind: str) -> list[Row]:
    labels, values = form.texts(f"{kind}_label"), form.texts(kind)
    pairs = zip(labels, values, strict=False)
    return [(label.strip(), value.strip()) for label, value in pairs if value.strip()]


def _tags(typed_tags: str, form: Form, was: Contact | None) -> Values:
    """Return the tags to add and to remove."""
    new = [tag for word in words(typed_tags) if (tag := form.read("tags", Tag, word))]
    old = [*was.tags] if was else []
    return {
        "tags": [tag for tag in new if tag not in old],
        "remove_tags": [tag for tag in old if tag not in new],
    }


def _checked(
    form: Form, kind: str, rows: list[Row], old: list[Row], parse: Callable[[str], Labelled]
) -> list[Row]:
    """Return the rows with their values as they would be stored."""
    known = {value for _, value in old}
    checked = []
    for place, (label, value) in enumerate(rows):
        if value in known:
            checked.append((label, value))
        elif found := form.read(f"{kind}.{place}", parse, value):
            checked.append((label, found.value))
    return checked


def differing(many: str, old: Sequence[Row], new: Sequence[Row]) -> Values:
    """Return what makes the new rows of a field of the old: only values that differ are touched."""
    add, remove = [], []
    for value in dict.fromkeys(value for _, value in (*old, *new)):
        before = [label for label, one in old if one == value]
        after = [label for label, one in new if one == value]
        if before == after:
            continue
        # One label in place of another keeps the value where it is; all else begins anew.
        if before and not (len(before) == len(after) == 1 and after[0]):
            remove.append(value)
        add += [(label, value) for label in after]
    return {many: add, f"remove_{many}": remove}
