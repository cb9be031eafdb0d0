"""Every statement the relational storages run, by name, written once over the models.

A name says the kind of record first: ``contact.add``. For SQLite they are compiled ahead by
``scripts/compile_statements.py``, since importing SQLAlchemy costs more than a command may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Table,
    UpdateBase,
    bindparam,
    column,
    delete,
    distinct,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    union,
    update,
)

from pomichnyk.storage._sql import models as rows

Statement = Select[Any] | UpdateBase
Statements = dict[str, Statement]
Insert = Callable[[Table], Any]
"""A dialect's own ``insert``, which knows ON CONFLICT."""
Column = ColumnElement[Any]
Values = dict[str, BindParameter[Any]]

TABLES: Mapping[str, Any] = {
    "contact": rows.ContactRow.__table__,
    "contact.details": rows.DetailRow.__table__,
    "contact.tags": rows.ContactTagRow.__table__,
    "contact.cards": rows.CardRow.__table__,
    "contact.words": rows.ContactWordRow.__table__,
    "note": rows.NoteRow.__table__,
    "note.tags": rows.NoteTagRow.__table__,
    "note.links": rows.LinkRow.__table__,
    "note.words": rows.NoteWordRow.__table__,
    "message": rows.MessageRow.__table__,
    "message.words": rows.MessageWordRow.__table__,
}
CONTACT, NOTE, MESSAGE = TABLES["contact"].c, TABLES["note"].c, TABLES["message"].c
BY_NAME = (CONTACT.place, CONTACT.id)
ORDERS: Mapping[str, Mapping[str, tuple[Column, ...]]] = {
    "contact": {
        "name": BY_NAME,
        "birthday": (CONTACT.birthday_day.is_(None), CONTACT.birthday_day, *BY_NAME),
        "added": (CONTACT.created.desc(), *BY_NAME),
        "changed": (CONTACT.changed.desc(), *BY_NAME),
    },
    "note": {
        "added": (NOTE.created.desc(), NOTE.id),
        "changed": (NOTE.changed.desc(), NOTE.created.desc(), NOTE.id),
    },
}
SHOWN = {
    "contact": ("pk", "id", "name", "birthday", "comment", "keywords", "created", "changed"),
    "contact.details": ("kind", "label", "value"),
    "contact.tags": ("tag",),
    "contact.cards": ("text", "uid", "digest"),
    "note": ("pk", "id", "text", "created", "changed"),
    "note.tags": ("tag",),
    "note.links": ("contact",),
}
"""The columns of which a record is made, and what belongs to it."""
LATEST = (MESSAGE.created.desc(), MESSAGE.id)
BEST = {"contact": BY_NAME, "note": (NOTE.changed.desc(), NOTE.id), "message": LATEST}
"""How those that a search finds are ordered within a rank."""
ROWID: Column = column("rowid")
RANKED = {"contact": ROWID, "note": ROWID, "message": ROWID.desc()}
"""Which of very many are ranked: those added first, but of messages the last."""


def statements(insert: Insert) -> Statements:
    """Return the statements that every relational database runs."""
    return {
        **_record("contact", insert),
        **_record("note", insert),
        **_words("contact", insert),
        **_words("note", insert),
        **_words("message", insert),
        **_part("contact.details", insert),
        **_part("contact.tags", insert),
        **_part("contact.cards", insert),
        **_part("note.tags", insert),
        **_part("note.links", insert),
        **_contacts(),
        **_notes(),
        **_messages(insert),
    }


def full_text() -> Statements:
    """Return the searches over SQLite's FTS5 tables, which its migrations make."""
    return {
        name: statement
        for kind in BEST
        for name, statement in {
            f"{kind}.find.index": _best(kind, _matching(kind, "index")),
            f"{kind}.find.parts": _best(kind, _matching(kind, "parts")),
            f"{kind}.find.both": _best(
                kind,
                _matching(kind, "parts").where(
                    column("rowid").in_(_matching(kind, "index", "beginnings"))
                ),
            ),
        }.items()
    }


def _matching(kind: str, index: str, match: str = "match") -> Select[Any]:
    found = table(f"{kind}_{index}", column("rowid"), column(f"{kind}_{index}"))
    return select(found.c.rowid).where(found.c[f"{kind}_{index}"].match(bindparam(match)))


def _best(kind: str, matching: Select[Any]) -> Select[Any]:
    pk = TABLES[kind].c.pk
    ranked = matching.order_by(RANKED[kind]).limit(bindparam("among"))
    return _limited(select(pk).where(pk.in_(ranked)).order_by(*BEST[kind]))


def _record(kind: str, insert: Insert) -> Statements:
    row, columns = TABLES[kind], TABLES[kind].c
    values: Values = {one.name: bindparam(one.name) for one in columns if one.name != "pk"}
    by_name = (columns.place, columns.id)
    return {
        f"{kind}.add": insert(row).values(values),
        f"{kind}.change": update(row).where(columns.pk == bindparam("at")).values(values),
        f"{kind}.remove": delete(row).where(columns.pk == bindparam("at")),
        f"{kind}.count": select(func.count()).select_from(row),
        f"{kind}.stored": select(columns.id, columns.pk, columns.changed, columns.folded).where(
            columns.id.in_(_many("ids"))
        ),
        f"{kind}.rows": select(*(columns[name] for name in SHOWN[kind])).where(
            columns.pk.in_(_many("pks"))
        ),
        f"{kind}.named": _limited(
            select(columns.pk).where(columns.folded_name == bindparam("name")).order_by(*by_name)
        ),
        f"{kind}.beginning": _limited(
            select(columns.pk)
            .where(columns.id >= bindparam("beginning"), columns.id < bindparam("end"))
            .order_by(*by_name)
        ),
        f"{kind}.folded": select(columns.pk, columns.folded).order_by(columns.pk),
        **_orders(kind),
        **_tags(kind),
    }


def _orders(kind: str) -> Statements:
    made: Statements = {}
    for sort, order in ORDERS[kind].items():
        made |= _all(kind, sort, select(TABLES[kind].c.pk).order_by(*order))
    return made


def _all(kind: str, sort: str, ordered: Select[Any]) -> Statements:
    tags, owner = TABLES[f"{kind}.tags"], owner_of(f"{kind}.tags")
    tagged = select(owner).where(tags.c.folded == bindparam("tag"))
    return {
        f"{kind}.all.{sort}": _limited(ordered),
        f"{kind}.tagged.{sort}": _limited(ordered.where(TABLES[kind].c.pk.in_(tagged))),
    }


def _tags(kind: str) -> Statements:
    tags = TABLES[f"{kind}.tags"].c
    every = select(func.min(tags.tag), func.count(distinct(owner_of(f"{kind}.tags"))))
    return {
        f"{kind}.every_tag": every.group_by(tags.folded).order_by(func.min(tags.place), tags.folded)
    }


def _part(name: str, insert: Insert) -> Statements:
    """Return how to add, clear and read a table of what belongs to records."""
    part, owner = TABLES[name], owner_of(name)
    values: Values = {one.name: bindparam(one.name) for one in part.c}
    of_records = owner.in_(_many("pks"))
    return {
        f"{name}.add": insert(part).values(values),
        f"{name}.clear": delete(part).where(of_records),
        f"{name}.of": select(owner, *(part.c[one] for one in SHOWN[name]))
        .where(of_records)
        .order_by(*part.primary_key),
    }


def _words(kind: str, insert: Insert) -> Statements:
    words = TABLES[f"{kind}.words"]
    counted = insert(words).values(word=bindparam("word"), count=bindparam("change"))
    length = func.length(words.c.word)
    return {
        f"{kind}.words.count": counted.on_conflict_do_update(
            index_elements=["word"], set_={"count": words.c.count + counted.excluded.count}
        ),
        f"{kind}.words.forget": delete(words).where(
            words.c.word == bindparam("word"), words.c.count <= 0
        ),
        f"{kind}.words.long": select(words.c.word, words.c.count).where(
            length.between(bindparam("shortest"), bindparam("longest"))
        ),
    }


def _contacts() -> Statements:
    card, name = TABLES["contact.cards"].c, CONTACT.folded_name
    known = union(
        select(CONTACT.pk).where(CONTACT.id.in_(_many("ids"))),
        select(card.contact).where(
            or_(card.uid.in_(_many("uids")), card.digest.in_(_many("digests")))
        ),
    )
    names = select(CONTACT.name, CONTACT.place).distinct().order_by(CONTACT.place, CONTACT.name)
    return {
        "contact.known": select(CONTACT.pk).where(CONTACT.pk.in_(known)).order_by(*BY_NAME),
        "contact.birthdays": select(CONTACT.pk)
        .where(CONTACT.birthday_day.in_(_many("days")))
        .order_by(*BY_NAME),
        "contact.names": _limited(names),
        "contact.names.beginning": _limited(
            names.where(name >= bindparam("beginning"), name < bindparam("end"))
        ),
    }


def _notes() -> Statements:
    tags, links = TABLES["note.tags"].c, TABLES["note.links"].c
    first = select(func.min(tags.place)).where(tags.note == NOTE.pk).scalar_subquery()
    by_tag = select(NOTE.pk).order_by(first.is_(None), first, NOTE.created.desc(), NOTE.id)
    mention = select(links.note).where(links.contact == bindparam("contact"))
    return {
        **_all("note", "tag", by_tag),
        "note.mentioning": select(NOTE.pk).where(NOTE.pk.in_(mention)).order_by(*BEST["note"]),
    }


def _messages(insert: Insert) -> Statements:
    row = TABLES["message"]
    unset = ("pk", "folded")
    values: Values = {one.name: bindparam(one.name) for one in MESSAGE if one.name not in unset}
    folded: Values = {"folded": bindparam("folded")}
    at = MESSAGE.pk == bindparam("at")
    return {
        "message.receive": insert(row)
        .values(values)
        .on_conflict_do_nothing(
            index_elements=["sender", "sender_key"], index_where=text("state = 'received'")
        ),
        "message.add": insert(row).values(values).on_conflict_do_nothing(),
        "message.change": update(row).where(at).values(values | folded),
        "message.remove": delete(row).where(at),
        "message.index": update(row).where(at).values(folded),
        "message.count": select(func.count()).select_from(row),
        "message.stored": select(MESSAGE.id, MESSAGE.pk, MESSAGE.changed, MESSAGE.folded).where(
            MESSAGE.id.in_(_many("ids"))
        ),
        "message.folded": select(MESSAGE.pk, MESSAGE.folded)
        .where(MESSAGE.folded.is_not(None))
        .order_by(MESSAGE.pk),
        **_chosen_messages(),
    }


def _chosen_messages() -> Statements:
    """Return what reads messages; states stand as they are, to meet the partial indexes."""
    received, waiting = (
        MESSAGE.state == literal_column(f"'{state}'") for state in ("received", "waiting")
    )
    shown = (one for one in MESSAGE if one.name != "folded")
    message, ordered = select(*shown), select(MESSAGE.pk).order_by(*LATEST)
    later = MESSAGE.pk > bindparam("after")
    return {
        "message.rows": message.where(MESSAGE.pk.in_(_many("pks"))),
        "message.all.every": _limited(ordered),
        "message.all.received": _limited(ordered.where(received)),
        "message.all.sent": _limited(ordered.where(~received, MESSAGE.state == bindparam("state"))),
        "message.beginning": _limited(
            ordered.where(MESSAGE.id >= bindparam("beginning"), MESSAGE.id < bindparam("end"))
        ),
        "message.after": _limited(message.where(received, later).order_by(MESSAGE.pk)),
        "message.due": _limited(
            message.where(waiting, MESSAGE.due <= bindparam("moment")).order_by(
                MESSAGE.due, MESSAGE.id
            )
        ),
        "message.indexed": select(func.coalesce(func.max(MESSAGE.pk), 0)).where(
            MESSAGE.folded.is_not(None)
        ),
        "message.unindexed": _limited(
            message.where(MESSAGE.folded.is_(None), later).order_by(MESSAGE.pk)
        ),
    }


def owner_of(part: str) -> Column:
    """Return the column of a table of what belongs to records that names the record."""
    column_name: Column = TABLES[part].c[part.split(".", maxsplit=1)[0]]
    return column_name


def _limited(ordered: Select[Any]) -> Select[Any]:
    return ordered.limit(bindparam("limit"))


def _many(name: str) -> Any:
    return bindparam(name, expanding=True)
