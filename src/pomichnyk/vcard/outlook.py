"""Contacts as Outlook's spreadsheets have them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pomichnyk.vcard import fields
from pomichnyk.vcard.cards import VCard
from pomichnyk.vcard.labels import label
from pomichnyk.vcard.rows import Row, columns, first, parts
from pomichnyk.vcard.text import unescape

EXPECTED = "First Name, Last Name, E-mail Address, Mobile Phone, Business Phone"
_SIGNS = frozenset({"E-mail Address", "Business Phone", "Mobile Phone", "Home Phone"})
_EMAILS = ("E-mail Address", "E-mail 2 Address", "E-mail 3 Address")
_PHONES = {
    "Mobile Phone": "mobile",
    "Home Phone": "home",
    "Home Phone 2": "home",
    "Business Phone": "work",
    "Business Phone 2": "work",
    "Home Fax": "home fax",
    "Business Fax": "work fax",
    "Other Fax": "fax",
    "Pager": "pager",
    "Car Phone": "car",
    "Company Main Phone": "main",
    "Other Phone": "",
    "Primary Phone": "",
}
_PLACES = {"Home": "home", "Business": "work", "Other": "other"}
_ADDRESS = ("PO Box", "Extended", "Street", "City", "State", "Postal Code", "Country/Region")
_HEADINGS = (
    "Title",
    "First Name",
    "Middle Name",
    "Last Name",
    "Suffix",
    "Nickname",
    *_EMAILS,
    *_PHONES,
    *(f"{place} {part}" for place in _PLACES for part in _ADDRESS if part != "Extended"),
    "Company",
    "Department",
    "Job Title",
    "Web Page",
    "Birthday",
    "Notes",
    "Categories",
    "Name",
    "UID",
)


def knows(headings: Collection[str]) -> bool:
    """Tell whether a spreadsheet with these headings is one of Outlook's."""
    return not _SIGNS.isdisjoint(headings)


def fill(row: Row) -> None:
    """Take the cells of a row into its card."""
    named = ("Last Name", "First Name", "Middle Name", "Title", "Suffix")
    row.add_name(row.take("Name"), [row.take(heading) for heading in named])
    row.add("NICKNAME", row.take("Nickname"))
    for heading in _EMAILS:
        row.add("EMAIL", row.take(heading))
    for heading, of in _PHONES.items():
        row.add("TEL", row.take(heading), of)
    for place, of in _PLACES.items():
        row.add_parts("ADR", _taken_address(row, place), of)
    company, department = row.take("Company"), row.take("Department")
    row.add_parts("ORG", [company, department] if department else [company])
    row.add("TITLE", row.take("Job Title"))
    row.add("URL", row.take("Web Page"))
    row.add("URL", row.take("Personal Web Page"))
    row.add_birthday(row.take("Birthday"))
    row.add("NOTE", row.take("Notes"))
    row.add_list("CATEGORIES", map(str.strip, row.take("Categories").split(";")))
    row.add("UID", row.take("UID"))


def cells(card: VCard) -> dict[str, str]:
    """Return a card as the cells of a row; values that have no column go into the notes."""
    family, given, middle, prefix, suffix = parts(next(iter(card.named("N")), None), 5)
    company, department = parts(next(iter(card.named("ORG")), None), 2)
    row = {
        "Title": prefix,
        "First Name": given,
        "Middle Name": middle,
        "Last Name": family,
        "Suffix": suffix,
        "Nickname": first(card, "NICKNAME"),
        "Company": company,
        "Department": department,
        "Job Title": first(card, "TITLE"),
        "Web Page": first(card, "URL"),
        "Birthday": next((str(born) for _, born in fields.birthdays(card)), first(card, "BDAY")),
        "Categories": ";".join(
            unescape(part)
            for line in card.named("CATEGORIES")
            for part, _ in fields.categories(line)
        ),
        "Name": fields.name(card),
        "UID": first(card, "UID"),
    }
    left = [*_place(card, row)]
    row["Notes"] = "\n".join(filter(None, (fields.comment(card), *left)))
    return dict.fromkeys(_HEADINGS, "") | columns(card) | row


def order(heading: str) -> tuple[int, int]:
    """Return the key by which headings come in Outlook's order."""
    return (0, _HEADINGS.index(heading)) if heading in _HEADINGS else (1, 0)


def _taken_address(row: Row, place: str) -> list[str]:
    taken = [row.take(f"{place} {part}") for part in _ADDRESS]
    taken[0] = taken[0] or row.take(f"{place} Address PO Box")
    taken[-1] = taken[-1] or row.take(f"{place} Country")
    streets = (row.take(f"{place} Street {number}") for number in (2, 3))
    taken[2] = "\n".join(filter(None, (taken[2], *streets)))
    return taken


def _place(card: VCard, row: dict[str, str]) -> Iterator[str]:
    """Put phones, e-mails and addresses into free columns; yield those that found none."""
    for line in card.named("TEL", "EMAIL"):
        of, text = label(card, line), unescape(line.text)
        wanted = _EMAILS if line.name == "EMAIL" else _phone_columns(of)
        if free := next((heading for heading in wanted if not row.get(heading)), ""):
            row[free] = text
        else:
            yield f"{of}: {text}" if of else text
    for line in card.named("ADR"):
        address, of = parts(line, len(_ADDRESS)), label(card, line)
        if not _place_address(address, of, row):
            text = ", ".join(filter(None, address))
            yield f"{of}: {text}" if of else text


def _phone_columns(of: str) -> list[str]:
    """Return the columns that a phone may go to, those of its label first."""
    fitting = [heading for heading, word in _PHONES.items() if of and word == of]
    return fitting if "fax" in of else [*fitting, "Other Phone", "Primary Phone"]


def _place_address(address: list[str], of: str, row: dict[str, str]) -> bool:
    for place, word in _PLACES.items():
        columns = [f"{place} {part}" for part in _ADDRESS]
        if word == (of or "home") and not any(map(row.get, columns)):
            address[2] = "\n".join(filter(None, (address[1], address[2])))
            row |= {
                heading: part
                for heading, part in zip(columns, address, strict=True)
                if not heading.endswith("Extended")
            }
            return True
    return False
