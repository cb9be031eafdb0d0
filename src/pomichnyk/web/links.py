"""Links in the cells of tables and cards: HTML in which every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, quote_plus, urlencode

from markupsafe import Markup, escape

from pomichnyk.domain.contact import Contact
from pomichnyk.domain.note import Note
from pomichnyk.views._readable import line


def link(text: str, path: str, **query: str) -> Markup:
    """Return a link to a page of ours."""
    behind = f"?{urlencode(query)}" if query else ""
    return _anchor(quote(path) + behind, text)


def contact_link(contact: Contact) -> Markup:
    """Return a link to a contact, named by the name."""
    return _anchor(f"/contacts/{contact.id}", contact.name)


def note_link(note: Note) -> Markup:
    """Return a link to a note, named by its first line."""
    return _anchor(f"/notes/{note.id}", note.title)


def phone_link(number: str) -> Markup:
    """Return a link that calls a number."""
    return _anchor(f"tel:{quote(number, safe='+;=')}", number)


def mail_link(address: str) -> Markup:
    """Return a link that writes to an address."""
    return _anchor(f"mailto:{quote(address, safe='@')}", address)


def day(text: str) -> Markup:
    """Return a day that is not broken over two lines."""
    return Markup(f"<time>{escape(text)}</time>")  # noqa: S704  # the rest is ours


def tag_links(path: str, tags: Iterable[str]) -> Markup:
    """Return tags, each leading to the list of those that have it."""
    return Markup(" ").join(
        _anchor(f"{path}?tag={quote_plus(tag)}", tag, ' class="tag"') for tag in tags
    )


def together(links: Iterable[Markup]) -> Markup:
    """Return several links as one cell."""
    return Markup("<br>").join(links)


def _anchor(href: str, text: str, attributes: str = "") -> Markup:
    """Return a link; ``attributes`` are words of ours."""
    return Markup(f'<a{attributes} href="{escape(href)}">{escape(line(text))}</a>')  # noqa: S704  # the rest is escaped
