"""A contact's card in a browser: its values lead to a call, a letter, a list, a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from pomichnyk.commands._pages import contact_card
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Labelled
from pomichnyk.domain.note import Note
from pomichnyk.text import Text
from pomichnyk.views.pages import Card
from pomichnyk.web.links import mail_link, note_link, phone_link, tag_links


def linked_card(contact: Contact, notes: Sequence[Note] = ()) -> Card:
    """Return the card of a contact, and of the notes that mention them, its values as links."""
    links: dict[Text, Sequence[Markup]] = {
        Text("phones"): [_labelled(phone_link(one.value), one) for one in contact.phones],
        Text("e-mails"): [_labelled(mail_link(one.value), one) for one in contact.emails],
        Text("tags"): [tag_links("/contacts", contact.tags)],
        Text("notes"): [*map(note_link, notes)],
    }
    card = contact_card(contact, notes)
    fields = [
        (label, links.get(label, values) if isinstance(label, Text) else values)
        for label, values in card.fields
    ]
    return replace(card, fields=fields)


def _labelled(shown: Markup, one: Labelled) -> Markup:
    return (
        shown + Markup(' <span class="label">{}</span>').format(one.label) if one.label else shown
    )
