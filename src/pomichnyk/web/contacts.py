"""Contacts: the list, the search, one of them, birthdays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial

from starlette.responses import Response

from pomichnyk.commands._pages import birthday_table
from pomichnyk.commands._records import contact_record
from pomichnyk.domain.contact import Contact
from pomichnyk.services.contacts import Celebration
from pomichnyk.storage import FOUND
from pomichnyk.text import Text
from pomichnyk.views.pages import Table
from pomichnyk.web.contact_cards import linked_card
from pomichnyk.web.contact_forms import blank, changes, filled, typed
from pomichnyk.web.links import contact_link, day, mail_link, phone_link, tag_links, together
from pomichnyk.web.paging import number, paged
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit

SORTS = {
    "name": Text("by name"),
    "birthday": Text("by birthday"),
    "added": Text("the latest added first"),
    "changed": Text("the latest changed first"),
}
AHEAD = 60
"""Days of birthdays that are shown."""


def listed(visit: Visit) -> Response:
    """Show a page of the contacts, all or those with a tag, or what a search finds."""
    query, tag = visit.query.get("q", "").strip(), visit.query.get("tag", "")
    sort = visit.query.get("sort", "")
    sort = sort if sort in SORTS else "name"
    if query:
        shown = paged(visit.app.contacts.find(query, FOUND), 1)
    else:
        at = number(visit.query.get("page", ""))
        shown = paged(visit.app.contacts.all(tag=tag, sort=sort, limit=at * FOUND + 1), at)
    return visit.page(
        "contacts.html",
        table=visit.shown(listing(shown.items)) if shown.items else None,
        pages=shown,
        query=query,
        tag=tag,
        sort=sort,
        sorts=SORTS,
        tags=visit.app.storage.contacts.tags(),
        count=visit.app.storage.contacts.count(),
    )


def shown(visit: Visit) -> Response:
    """Show a contact and the notes that mention them."""
    contact = _contact(visit)
    card = linked_card(contact, [*visit.app.contacts.notes(contact.id)])
    return visit.page("contact.html", contact=contact, card=visit.shown(card))


def asked(visit: Visit) -> Response:
    """Show the form of a new contact."""
    return _form(visit, blank())


def added(visit: Visit) -> Response:
    """Store a new contact, or show what is wrong beside the fields."""
    values = typed(visit.form)
    if "more" in visit.form:
        return _form(visit, values)
    asked_for = changes(values, visit.form, None, visit.app.config.region)
    add = partial(visit.app.contacts.add, asked_for)
    if made := visit.form.done(add):
        return visit.moved(f"/contacts/{made.id}", did="added")
    return _form(visit, values, status=422)


def edited(visit: Visit) -> Response:
    """Show the form of a contact."""
    contact = _contact(visit)
    return _form(visit, filled(contact), contact)


def saved(visit: Visit) -> Response:
    """Store the changes, or show what is wrong, or what somebody else changed meanwhile."""
    contact, values = _contact(visit), typed(visit.form)
    if "more" in visit.form:
        return _form(visit, values, contact)
    if visit.form.text("was") != contact.changed.isoformat():
        theirs = visit.shown(linked_card(contact))
        return _form(visit, values, contact, status=409, theirs=theirs)
    asked_for = changes(values, visit.form, contact, visit.app.config.region)
    edit = partial(visit.app.contacts.edit, str(contact.id), asked_for)
    if visit.form.done(edit):
        return visit.moved(f"/contacts/{contact.id}", did="saved")
    return _form(visit, values, contact, status=422)


def doubted(visit: Visit) -> Response:
    """Ask whether a contact is really to be removed."""
    contact = _contact(visit)
    return visit.page(
        "remove.html",
        name=contact.name,
        back=f"/contacts/{contact.id}",
        question=Text("Remove {name} from the address book?", name=contact.name),
    )


def removed(visit: Visit) -> Response:
    """Remove a contact."""
    visit.app.contacts.remove(str(visit.path["id"]))
    return visit.moved("/contacts", did="removed")


def birthdays(visit: Visit) -> Response:
    """Show the birthdays to come."""
    today = datetime.now().astimezone().date()
    born = [*visit.app.contacts.birthdays(AHEAD, today)]
    return visit.page("birthdays.html", table=visit.shown(celebrations(born, today)), days=AHEAD)


def celebrations(born: Sequence[Celebration], today: date) -> Table[Celebration]:
    """Return a page of birthdays in which each name leads to its contact."""
    plain = birthday_table(born, today)

    def cells(one: Celebration) -> Sequence[str | Text]:
        when, _, *rest = plain.cells(one)
        return (day(str(when)), contact_link(one.contact), *rest)

    return Table(plain.columns, born, cells, plain.record, plain.empty)


def _contact(visit: Visit) -> Contact:
    return visit.app.contacts.get(str(visit.path["id"]))


def _form(
    visit: Visit,
    values: dict[str, object],
    contact: Contact | None = None,
    *,
    status: int = 200,
    theirs: str = "",
) -> Response:
    return visit.page(
        "contact_form.html",
        status=status,
        values=values,
        errors=visit.form.errors,
        contact=contact,
        theirs=theirs,
        more="more" in visit.form,
    )


def listing(contacts: Iterable[Contact]) -> Table[Contact]:
    """Return a page of contacts whose values are links."""
    return Table(
        (Text("name"), Text("phones"), Text("e-mails"), Text("birthday"), Text("tags")),
        contacts,
        _cells,
        contact_record,
        Text("no contacts"),
    )


def _cells(contact: Contact) -> Sequence[str]:
    return (
        contact_link(contact),
        together(phone_link(one.value) for one in contact.phones),
        together(mail_link(one.value) for one in contact.emails),
        day(str(contact.birthday)) if contact.birthday else "",
        tag_links("/contacts", contact.tags),
    )


routes = [
    page("/contacts", get=listed, kept=True),
    page("/contacts/new", get=asked, post=added),
    page("/contacts/birthdays", get=birthdays, kept=True),
    page("/contacts/{id:uuid}", get=shown, kept=True),
    page("/contacts/{id:uuid}/edit", get=edited, post=saved),
    page("/contacts/{id:uuid}/remove", get=doubted, post=removed),
]
