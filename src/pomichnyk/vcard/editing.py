"""Puts what has changed of a contact back into its card, and touches nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC
from typing import TypeVar

from pomichnyk.domain.contact import Contact, Entry
from pomichnyk.domain.fields import (
    Address,
    Birthday,
    Email,
    Labelled,
    Messenger,
    Name,
    Phone,
    Tag,
)
from pomichnyk.domain.folding import fold
from pomichnyk.errors import InvalidValueError
from pomichnyk.vcard import fields
from pomichnyk.vcard.cards import VCard
from pomichnyk.vcard.drafts import Draft
from pomichnyk.vcard.labels import label
from pomichnyk.vcard.lines import ContentLine, read_option
from pomichnyk.vcard.rows import COLUMN
from pomichnyk.vcard.text import LINE_END, escape, split, unescape

Value = TypeVar("Value", bound=Labelled)

_BESIDE = ("NICKNAME", "ORG", "TITLE", "URL", COLUMN)
_DATED = frozenset({"VALUE", "X-APPLE-OMIT-YEAR"})


def card(entry: Entry, version: str = "3.0", region: str = "UA") -> VCard:
    """Return the card of a contact.

    The card that the contact came from comes back with only those lines altered whose meaning
    differs from the contact; unaltered, it is the same byte for byte. An altered card tells its
    time (REV, if it did so before) and gets the contact's id for a UID if it had none.

    Args:
        entry: the contact and the card it came from, if any.
        version: ``3.0`` or ``4.0``, for a contact that came from none.
        region: country of phone numbers that state none, as it was when the card was read.
    """
    contact = entry.contact
    old = VCard(entry.card.text) if entry.card else _blank(version)
    draft = Draft(old)
    phones, emails = ({one.value for one in many} for many in (contact.phones, contact.emails))
    _values(draft, fields.phones(old, region, phones), contact.phones, _phone)
    _values(draft, fields.emails(old, emails), contact.emails, _email)
    _values(draft, fields.addresses(old), contact.addresses, _address)
    _values(draft, fields.messengers(old), contact.messengers, _messenger)
    _birthday(draft, [*fields.birthdays(old)], contact.birthday)
    _tags(draft, old, contact.tags)
    _comment(draft, old, contact.comment)
    _name(draft, contact.name)
    if not draft.changed:
        return old
    _stamp(draft, contact)
    return draft.card


def enriched(old: VCard, more: VCard) -> VCard:
    """Return a card with what another says beside our fields and it does not: a firm, a link."""
    draft = Draft(old)
    known = {(line.name, _words(line)) for line in old.lines}
    for line in more.named(*_BESIDE):
        if (line.name, _words(line)) not in known:
            options = [one for one in line.options if read_option(one)[0] != "TYPE"]
            draft.add(line.name, line.value, label=label(more, line), options=options)
    return draft.card if draft.changed else old


def _words(line: ContentLine) -> str:
    return " ".join(unescape(line.text.replace(";", " ")).split())


def _blank(version: str) -> VCard:
    lines = ("BEGIN:VCARD", f"VERSION:{version}", "REV:", "END:VCARD")
    return VCard("\r\n".join(lines))


def _values(
    draft: Draft,
    held: Iterable[tuple[ContentLine, Value]],
    values: Sequence[Value],
    line: Callable[[str, Value], tuple[str, str]],
) -> None:
    """Remove the lines of values that are gone, relabel those that stay, and add the new ones."""
    wanted = {fields.key(value.value): value for value in values}
    found = set()
    for old, value in held:
        key = fields.key(value.value)
        if key not in wanted:
            draft.remove(old)
        elif key not in found and value.label != wanted[key].label:
            draft.relabel(old, wanted[key].label)
        found.add(key)
    for key, value in wanted.items():
        if key not in found:
            name, text = line(draft.version, value)
            draft.add(name, text, label=value.label)


def _phone(version: str, phone: Phone) -> tuple[str, str]:
    return "TEL", escape(phone.value.replace(";ext=", " ext. "), version)


def _email(version: str, email: Email) -> tuple[str, str]:
    return "EMAIL", escape(email.value, version)


def _address(version: str, address: Address) -> tuple[str, str]:
    return "ADR", f";;{escape(address.value, version)};;;;"


def _messenger(version: str, messenger: Messenger) -> tuple[str, str]:
    return "IMPP", escape(f"{fields.MESSENGER}:{messenger.value}", version)


def _birthday(
    draft: Draft, held: Sequence[tuple[ContentLine, Birthday]], born: Birthday | None
) -> None:
    if not born:
        for line, _ in held:
            draft.remove(line)
        return
    value = str(born) if draft.version != "4.0" else _basic(born)
    if not held:
        draft.add("BDAY", value)
    elif held[0][1] != born:
        draft.write(held[0][0], value, drop=_DATED)


def _basic(born: Birthday) -> str:
    """Return a day as 4.0 has it: ``19900415``, or ``--0415`` without a year."""
    year = "--" if born.year is None else f"{born.year:04}"
    return f"{year}{born.month:02}{born.day:02}"


def _tags(draft: Draft, old: VCard, tags: Sequence[Tag]) -> None:
    """Take the categories out that are no tag any more, and add the new tags behind the last."""
    missing = {fold(tag): tag for tag in tags}
    wanted = frozenset(missing)
    lines = old.named("CATEGORIES")
    kept = [[*_kept(line, wanted, missing, draft.version)] for line in lines]
    added = [_category(tag, draft.version) for tag in missing.values()]
    if kept:
        kept[-1] += added
    elif added:
        draft.add("CATEGORIES", ",".join(added))
    for line, parts in zip(lines, kept, strict=True):
        if (value := ",".join(parts)) == line.text:
            continue
        if value.strip(","):
            draft.write(line, value)
        else:
            draft.remove(line)


def _kept(
    line: ContentLine, wanted: frozenset[str], missing: dict[str, Tag], version: str
) -> Iterator[str]:
    """Yield the categories of a line that stay, and take their tags out of the missing."""
    for part, tag in fields.categories(line):
        key = fold(tag) if tag else ""
        if key in missing:
            spelled = missing.pop(key)
            yield part if spelled == tag else _category(spelled, version)
        elif not tag or key in wanted:
            yield part


def _category(tag: Tag, version: str) -> str:
    # Reading a tag takes one # away.
    return escape(f"#{tag}" if tag.startswith("#") else tag, version)


def _comment(draft: Draft, old: VCard, comment: str) -> None:
    """Write the comment in the first of the notes, which it has all in it."""
    comment = LINE_END.sub("\n", comment)
    if comment == LINE_END.sub("\n", fields.comment(old)):
        return
    notes = fields.notes(old)
    for line in notes[1:] if comment else notes:
        draft.remove(line)
    value = escape(comment, draft.version)
    if comment and notes:
        draft.write(notes[0], value)
    elif comment:
        draft.add("NOTE", value)


def _name(draft: Draft, name: Name) -> None:
    if _named(draft.card) == name:
        return
    value = escape(name, draft.version)
    lines = draft.named("FN")
    if lines:
        draft.write(next((line for line in lines if line.value.strip()), lines[0]), value)
    else:
        draft.add("FN", value, after="VERSION")
    parts = draft.named("N")
    if parts:
        draft.write(parts[0], _parts(name, parts[0], draft.version))
    elif draft.version != "4.0":
        draft.add("N", _parts(name, None, draft.version), after="FN")


def _named(card: VCard) -> str:
    try:
        return fields.name(card)
    except InvalidValueError:
        return ""


def _parts(name: Name, old: ContentLine | None, version: str) -> str:
    """Return a name as an N value: the family name stays what it was if it still is in it."""
    family, given = [*map(unescape, split(old.text, ";")), "", ""][:2] if old else ("", "")
    rest, *last = name.rsplit(maxsplit=1)
    new_family, new_given = "".join(last), rest
    if without := _without(name, family):
        new_family, new_given = family, without
    elif without := _without(name, given):
        new_family, new_given = without, given
    return f"{escape(new_family, version)};{escape(new_given, version)};;;"


def _without(name: str, part: str) -> str:
    """Return a name without the part that it begins or ends with, empty if it does not."""
    if part and name.endswith(f" {part}"):
        return name.removesuffix(part).strip()
    return name.removeprefix(part).strip() if part and name.startswith(f"{part} ") else ""


def _stamp(draft: Draft, contact: Contact) -> None:
    """Say when the card changed, if it did so before, and whose it is."""
    for line in draft.named("REV"):
        form = "%Y-%m-%dT%H:%M:%SZ" if "-" in line.value else "%Y%m%dT%H%M%SZ"
        draft.write(line, f"{contact.changed.astimezone(UTC):{form}}", drop=_DATED)
    if not draft.named("UID"):
        scheme = "urn:uuid:" if draft.version == "4.0" else ""
        draft.add("UID", f"{scheme}{contact.id}", after="VERSION")
