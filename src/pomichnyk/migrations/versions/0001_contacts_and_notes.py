"""Contacts and notes."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPLICATION = 0x506F6D69
TABLES = {
    "contact": ("contact_words", "contact_cards", "contact_tags", "contact_details", "contacts"),
    "note": ("note_words", "note_links", "note_tags", "notes"),
}
"""Every table of a kind of record, the records themselves last."""
TOKENS = "unicode61 remove_diacritics 0 categories ''L* M* N* P* S* Co Cn Cs Cc Cf''"
INDEXES = {
    "index": f"columnsize=0, detail=none, prefix='1 2 3 4 5 6 7 8', tokenize='{TOKENS}'",
    "parts": "columnsize=0, tokenize='trigram case_sensitive 1'",
}
"""Words, cut at blanks alone, with their beginnings; and the trigrams of which they consist."""


def upgrade() -> None:
    """Make the tables, and on SQLite the full-text indexes with what keeps them in step."""
    _contacts()
    _notes()
    for kind, tables in TABLES.items():
        _tags(f"{kind}_tags", kind, tables[-1])
        _words(f"{kind}_words")
    if op.get_context().dialect.name == "sqlite":
        for kind, tables in TABLES.items():
            _search(kind, tables[-1])
        op.execute(f"PRAGMA application_id = {APPLICATION}")


def downgrade() -> None:
    """Drop everything."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("PRAGMA application_id = 0")
        for name in (f"{kind}_{index}" for kind in TABLES for index in INDEXES):
            op.execute(f"DROP TABLE {name}")
    for table in (table for tables in TABLES.values() for table in tables):
        op.drop_table(table)


def _contacts() -> None:
    _records(
        "contacts",
        _key("name"),
        _key("birthday", nullable=True),
        _number("birthday_day", nullable=True),
        _text("comment"),
        _text("keywords"),
    )
    _index("contacts", "place", "id")
    _index("contacts", "birthday_day", "place", "id")
    op.create_table(
        "contact_details",
        *(_number("contact"), _key("kind"), _number("position"), _text("label"), _key("value")),
        *_belongs("contact_details", "contact", "contacts", "kind", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact_cards",
        *(_number("contact"), _key("uid"), _key("digest"), _text("text")),
        *_belongs("contact_cards", "contact", "contacts"),
    )
    _index("contact_cards", "uid")
    _index("contact_cards", "digest")


def _notes() -> None:
    _records("notes", _text("text"))
    op.create_table(
        "note_links",
        *(_number("note"), _number("position"), _key("contact")),
        *_belongs("note_links", "note", "notes", "position"),
        sqlite_with_rowid=False,
    )
    _index("note_links", "contact")


def _records(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        _number("pk"),
        *map(_key, ("id", "place", "folded_name", "created", "changed")),
        *columns,
        _text("folded"),
        sa.PrimaryKeyConstraint("pk", name=f"pk_{table}"),
        sa.UniqueConstraint("id", name=f"uq_{table}_id"),
    )
    _index(table, "folded_name")


def _tags(table: str, owner: str, records: str) -> None:
    op.create_table(
        table,
        *(_number(owner), _number("position"), _key("tag"), _key("folded"), _key("place")),
        *_belongs(table, owner, records, "position"),
        sqlite_with_rowid=False,
    )
    _index(table, "folded")


def _words(table: str) -> None:
    key = sa.PrimaryKeyConstraint("word", name=f"pk_{table}")
    op.create_table(table, _key("word"), _number("count"), key, sqlite_with_rowid=False)


def _search(kind: str, records: str) -> None:
    """Index the folded words of records; triggers keep the indexes in step, whoever writes."""
    add, drop = [], []
    for index, options in INDEXES.items():
        name = f"{kind}_{index}"
        op.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5("
            f"folded, content='{records}', content_rowid='pk', {options})"
        )
        add.append(f"INSERT INTO {name} (rowid, folded) VALUES (new.pk, new.folded);")
        drop.append(
            f"INSERT INTO {name} ({name}, rowid, folded) VALUES ('delete', old.pk, old.folded);"
        )
    changed = "UPDATE OF folded, pk ON {} WHEN old.folded IS NOT new.folded OR old.pk <> new.pk"
    for moment, statements in (
        (f"INSERT ON {records}", add),
        (f"DELETE ON {records}", drop),
        (changed.format(records), drop + add),
    ):
        name = f"{records}_{moment.split(maxsplit=1)[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {moment} BEGIN {' '.join(statements)} END")


def _belongs(table: str, owner: str, records: str, *key: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint(owner, *key, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            [owner], [f"{records}.pk"], name=f"fk_{table}_{owner}_{records}", ondelete="CASCADE"
        ),
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, [*columns])


def _key(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=nullable)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)
