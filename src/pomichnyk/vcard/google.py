"""Contacts as Google's spreadsheets have them, old (until 2024) and new."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from pomichnyk.vcard import fields
from pomichnyk.vcard.cards import VCard
from pomichnyk.vcard.labels import label as labelled
from pomichnyk.vcard.labels import types
from pomichnyk.vcard.lines import ContentLine
from pomichnyk.vcard.rows import Row, columns, first, label, parts
from pomichnyk.vcard.text import unescape

EXPECTED = "First Name, Last Name, Labels, E-mail 1 - Value, Phone 1 - Value"
_SIGNS = re.compile(r"Given Name|Group Membership|Labels|(E-mail|Phone|Address) \d+ - .*")
_HEADINGS = (
    "Name",
    "First Name",
    "Middle Name",
    "Last Name",
    "Name Prefix",
    "Name Suffix",
    "Nickname",
    "Organization Name",
    "Organization Title",
    "Organization Department",
    "Birthday",
    "Notes",
    "Photo",
    "Labels",
    "UID",
)
_NUMBERED = re.compile(r"(E-mail|Phone|Address|Website) (\d+) - (.*)")
_KINDS = {"E-mail": "EMAIL", "Phone": "TEL", "Address": "ADR", "Website": "URL"}
_ADDRESS = (
    "PO Box",
    "Extended Address",
    "Street",
    "City",
    "Region",
    "Postal Code",
    "Country",
)
_CELLS = ("Label", "Value", "Formatted", *_ADDRESS)
_SEPARATOR = " ::: "
_EVERYBODY = "* myContacts"


def knows(headings: Collection[str]) -> bool:
    """Tell whether a spreadsheet with these headings is one of Google's."""
    return any(map(_SIGNS.fullmatch, headings))


def fill(row: Row) -> None:
    """Take the cells of a row into its card."""
    _fill_name(row)
    for kind in ("Phone", "E-mail", "Website"):
        for number in row.numbers(kind):
            of, *options = _label(row, f"{kind} {number}")
            for value in row.take(f"{kind} {number} - Value").split(_SEPARATOR):
                row.add(_KINDS[kind], value, of, *options)
    for number in row.numbers("Address"):
        _fill_address(row, f"Address {number}")
    _fill_organization(row, "Organization")
    for number in row.numbers("Organization"):
        _fill_organization(row, f"Organization {number} -")
    row.add_birthday(row.take("Birthday"))
    row.add("NOTE", row.take("Notes"))
    row.add("PHOTO", row.take("Photo"), "", "VALUE=uri")
    groups = row.take("Labels", "Group Membership").split(_SEPARATOR)
    row.add_list("CATEGORIES", (one.removeprefix("* ") for one in groups if one != _EVERYBODY))
    row.add("UID", row.take("UID"))


def cells(card: VCard) -> dict[str, str]:
    """Return a card as the cells of a row, by Google's new headings."""
    family, given, middle, prefix, suffix = parts(next(iter(card.named("N")), None), 5)
    company, department = parts(next(iter(card.named("ORG")), None), 2)
    row = {
        "Name": fields.name(card),
        "First Name": given,
        "Middle Name": middle,
        "Last Name": family,
        "Name Prefix": prefix,
        "Name Suffix": suffix,
        "Nickname": first(card, "NICKNAME"),
        "Organization Name": company,
        "Organization Title": first(card, "TITLE"),
        "Organization Department": department,
        "Birthday": next((str(born) for _, born in fields.birthdays(card)), first(card, "BDAY")),
        "Notes": fields.comment(card),
        "Photo": next((unescape(line.text) for line in card.named("PHOTO") if _linked(line)), ""),
        "Labels": _SEPARATOR.join((_EVERYBODY, *_categories(card))),
        "UID": first(card, "UID"),
    }
    return columns(card) | row | dict(_numbered(card))


def order(heading: str) -> tuple[int, int, int]:
    """Return the key by which headings come in Google's order."""
    if heading in _HEADINGS:
        return 0, _HEADINGS.index(heading), 0
    if (found := _NUMBERED.fullmatch(heading)) and found[3] in _CELLS:
        return 1 + [*_KINDS].index(found[1]), int(found[2]), _CELLS.index(found[3])
    return 9, 0, 0


def _fill_name(row: Row) -> None:
    names = (
        row.take("Last Name", "Family Name"),
        row.take("First Name", "Given Name"),
        row.take("Middle Name", "Additional Name"),
        row.take("Name Prefix"),
        row.take("Name Suffix"),
    )
    row.add_name(row.take("Name"), names)
    row.add("NICKNAME", row.take("Nickname"))


def _fill_address(row: Row, heading: str) -> None:
    of, *options = _label(row, heading)
    structured = [row.take(f"{heading} - {part}") for part in _ADDRESS]
    formatted = row.take(f"{heading} - Formatted")
    if not any(structured):
        structured[_ADDRESS.index("Street")] = formatted
    elif not {*formatted.split()} <= {*" ".join(structured).split()}:
        row.keep(f"{heading} - Formatted", formatted)
    row.add_parts("ADR", structured, of, *options)


def _fill_organization(row: Row, heading: str) -> None:
    company = row.take(f"{heading} Name")
    department = row.take(f"{heading} Department")
    row.add_parts("ORG", [company, department] if department else [company])
    row.add("TITLE", row.take(f"{heading} Title"))


def _label(row: Row, heading: str) -> list[str]:
    """Return the label of a numbered value, and ``TYPE=PREF`` if it is the preferred one."""
    text = row.take(f"{heading} - Label", f"{heading} - Type")
    of = label(text.removeprefix("* "))
    return [of, "TYPE=PREF"] if text.startswith("* ") else [of]


def _numbered(card: VCard) -> Iterator[tuple[str, str]]:
    for kind, name in _KINDS.items():
        for number, line in enumerate(card.named(name), 1):
            heading = f"{kind} {number} - "
            of = labelled(card, line)
            star = "* " if "pref" in line.types else ""
            yield f"{heading}Label", f"{star}{of.title() if types(of) else of}"
            if name != "ADR":
                yield f"{heading}Value", unescape(line.text)
                continue
            for part, text in zip(_ADDRESS, parts(line, len(_ADDRESS)), strict=True):
                yield f"{heading}{part}", text


def _linked(line: ContentLine) -> bool:
    return line.param("VALUE").lower() == "uri" and not line.binary


def _categories(card: VCard) -> Iterator[str]:
    for line in card.named("CATEGORIES"):
        for category, _ in fields.categories(line):
            yield unescape(category)
