"""Notes, for programs."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from pomichnyk.commands._records import note_record
from pomichnyk.web.api import shapes
from pomichnyk.web.api.call import Call
from pomichnyk.web.api.contacts import without
from pomichnyk.web.api.operation import Answer, Operation
from pomichnyk.web.api.paging import part, wanted
from pomichnyk.web.problems import API


def listed(call: Call) -> Answer:
    """Answer notes: all, those with a tag, or those that a search finds."""
    asked = call.query
    if asked.q:
        found = iter(call.app.notes.find(asked.q, wanted(call)))
    else:
        found = call.app.notes.all(tag=asked.tag, sort=asked.sort, limit=wanted(call))
    return part(call, "/notes", found, note_record)


def got(call: Call) -> Answer:
    """Answer one note."""
    return Answer(note_record(call.app.notes.get(call.ref)))


def added(call: Call) -> Answer:
    """Store a note."""
    sent, book = call.body, call.app.notes
    made = call.once(book.get, lambda known: book.add(sent.text, sent.tags, known))
    return Answer(note_record(made), 201, {"Location": f"{API}/notes/{made.id}"})


def replaced(call: Call) -> Answer:
    """Make a note what was sent."""
    return _changed(call, call.body.text, call.body.tags)


def patched(call: Call) -> Answer:
    """Change of a note what was sent; null clears its tags."""
    sent = call.body
    text = None if sent.text is UNSET else sent.text
    return _changed(call, text, None if sent.tags is UNSET else sent.tags or ())


def removed(call: Call) -> Answer:
    """Remove a note."""
    call.expect(note_record(call.app.notes.get(call.ref)))
    call.app.notes.remove(call.ref)
    return Answer(None, 204)


def _changed(call: Call, text: str | None, tags: Sequence[str] | None) -> Answer:
    was = call.app.notes.get(call.ref)
    call.expect(note_record(was))
    wanted_tags = was.tags if tags is None else tags
    made = call.app.notes.edit(
        str(was.id),
        text=text,
        was=None if text is None else was.text,
        add_tags=without(wanted_tags, was.tags),
        remove_tags=without(was.tags, wanted_tags),
    )
    return Answer(note_record(made))


ONE = "/notes/{id:uuid}"
operations = [
    Operation(
        "GET", "/notes", listed, "Answer notes: all, tagged, or found.",
        query=shapes.NotesAsked, answer=list[shapes.Note],
    ),
    Operation(
        "POST", "/notes", added, "Store a note.",
        body=shapes.NewNote, answer=shapes.Note, status=201, refusals=(409,),
    ),
    Operation("GET", ONE, got, "Answer one note.", answer=shapes.Note, refusals=(404,)),
    Operation(
        "PUT", ONE, replaced, "Make a note what is sent.",
        body=shapes.NewNote, answer=shapes.Note, refusals=(404, 409, 412),
    ),
    Operation(
        "PATCH", ONE, patched, "Change of a note what is sent.",
        body=shapes.NotePatch, answer=shapes.Note, refusals=(404, 409, 412),
    ),
    Operation("DELETE", ONE, removed, "Remove a note.", status=204, refusals=(404, 409, 412)),
]  # fmt: skip
