"""Notes: the list, the search, one of them."""

from __future__ import annotations

from starlette.responses import Response

from pomichnyk.domain.changes import tagged
from pomichnyk.domain.note import Note
from pomichnyk.storage import FOUND
from pomichnyk.text import Text
from pomichnyk.web.forms import words
from pomichnyk.web.paging import number, paged
from pomichnyk.web.routing import page
from pomichnyk.web.visit import Visit

SORTS = {
    "changed": Text("the latest changed first"),
    "added": Text("the latest added first"),
    "tag": Text("by tag"),
}


EXCERPT = 240
"""How much of a note its tile shows, in characters."""


def listed(visit: Visit) -> Response:
    """Show a page of the notes, all or those with a tag, or what a search finds."""
    query, tag = visit.query.get("q", "").strip(), visit.query.get("tag", "")
    sort = visit.query.get("sort", "")
    sort = sort if sort in SORTS else "changed"
    if query:
        shown = paged(visit.app.notes.find(query, FOUND), 1)
    else:
        at = number(visit.query.get("page", ""))
        shown = paged(visit.app.notes.all(tag=tag, sort=sort, limit=at * FOUND + 1), at)
    return visit.page(
        "notes.html",
        notes=[(note, excerpt(note)) for note in shown.items],
        pages=shown,
        query=query,
        tag=tag,
        sort=sort,
        sorts=SORTS,
        tags=visit.app.storage.notes.tags(),
        count=visit.app.storage.notes.count(),
    )


def excerpt(note: Note) -> str:
    """Return the beginning of what stands behind a note's title."""
    from pomichnyk.views._markdown_html import plain  # takes a while, and no other page needs it

    _, _, rest = note.text.strip().partition("\n")
    return plain(rest[: 2 * EXCERPT])[:EXCERPT]


def shown(visit: Visit) -> Response:
    """Show a note, and the contacts that it mentions."""
    note = _note(visit)
    people = (visit.app.storage.contacts.refer(str(one), 1) for one in note.contacts)
    return visit.page(
        "note.html", note=note, people=[contact for found in people for contact in found]
    )


def asked(visit: Visit) -> Response:
    """Show the form of a new note, which may be about a contact."""
    about = visit.query.get("about", "")
    text = f'@"{visit.app.contacts.get(about).name}" ' if about else ""
    return _form(visit, {"text": text, "tags": visit.query.get("tag", "")})


def added(visit: Visit) -> Response:
    """Store a new note, or show what is wrong."""
    values = _typed(visit)
    made = visit.form.done(lambda: visit.app.notes.add(values["text"], words(values["tags"])))
    if made:
        return visit.moved(f"/notes/{made.id}", did="added")
    return _form(visit, values, status=422)


def edited(visit: Visit) -> Response:
    """Show the form of a note."""
    note = _note(visit)
    return _form(visit, {"text": note.text, "tags": " ".join(note.tags)}, note)


def saved(visit: Visit) -> Response:
    """Store the changes, or show what is wrong, or what somebody else wrote meanwhile."""
    note, values = _note(visit), _typed(visit)
    if visit.form.text("was") != note.changed.isoformat():
        return _form(visit, values, note, status=409)
    if visit.form.done(lambda: _store(visit, note, values)):
        return visit.moved(f"/notes/{note.id}", did="saved")
    return _form(visit, values, note, status=422)


def doubted(visit: Visit) -> Response:
    """Ask whether a note is really to be removed."""
    note = _note(visit)
    return visit.page(
        "remove.html",
        name=note.title,
        back=f"/notes/{note.id}",
        question=Text("Remove the note “{title}”?", title=note.title),
    )


def removed(visit: Visit) -> Response:
    """Remove a note."""
    visit.app.notes.remove(str(visit.path["id"]))
    return visit.moved("/notes", did="removed")


def _note(visit: Visit) -> Note:
    return visit.app.notes.get(str(visit.path["id"]))


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.form.text(name) for name in ("text", "tags")}


def _store(visit: Visit, note: Note, values: dict[str, str]) -> Note:
    wanted = tagged((), add=words(values["tags"]), remove=())
    # A browser gives every line end as one kind: that alone is no change.
    same = values["text"] == note.text.replace("\r\n", "\n")
    return visit.app.notes.edit(
        str(note.id),
        text=None if same else values["text"],
        was=note.text,
        add_tags=wanted,
        remove_tags=[tag for tag in note.tags if tag not in wanted],
    )


def _form(
    visit: Visit, values: dict[str, str], note: Note | None = None, *, status: int = 200
) -> Response:
    return visit.page(
        "note_form.html",
        status=status,
        values=values,
        errors=visit.form.errors,
        note=note,
        conflict=status == 409,  # noqa: PLR2004  # HTTP's own number
    )


routes = [
    page("/notes", get=listed, kept=True),
    page("/notes/new", get=asked, post=added),
    page("/notes/{id:uuid}", get=shown, kept=True),
    page("/notes/{id:uuid}/edit", get=edited, post=saved),
    page("/notes/{id:uuid}/remove", get=doubted, post=removed),
]
