"""Messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TOKENS = "unicode61 remove_diacritics 0 categories ''L* M* N* P* S* Co Cn Cs Cc Cf''"
INDEXES = {
    "message_index": f"columnsize=0, detail=none, prefix='1 2 3 4 5 6 7 8', tokenize='{TOKENS}'",
    "message_parts": "columnsize=0, tokenize='trigram case_sensitive 1'",
}
"""Words with their beginnings, and trigrams, as of contacts and notes."""


def upgrade() -> None:
    """Make the tables, and on SQLite the full-text indexes with what keeps them in step."""
    op.create_table(
        "messages",
        sa.Column("pk", sa.Integer(), nullable=False),
        *map(_key, ("id", "state", "sender", "peer", "sender_key", "sent")),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _key("due", nullable=True),
        _text("why"),
        *map(_key, ("created", "changed")),
        _text("text"),
        _text("folded", nullable=True),
        sa.PrimaryKeyConstraint("pk", name="pk_messages"),
        sa.UniqueConstraint("id", name="uq_messages_id"),
    )
    op.create_index("ix_messages_created", "messages", ["created"])
    _partial("uq_messages_received", ["sender", "sender_key"], "state = 'received'", unique=True)
    _partial("ix_messages_state_created", ["state", "created"], "state <> 'received'")
    _partial("ix_messages_due", ["due"], "state = 'waiting'")
    _partial("ix_messages_unindexed", ["pk"], "folded IS NULL")
    op.create_table(
        "message_words",
        *(_key("word"), sa.Column("count", sa.Integer(), nullable=False)),
        sa.PrimaryKeyConstraint("word", name="pk_message_words"),
        sqlite_with_rowid=False,
    )
    if op.get_context().dialect.name == "sqlite":
        _search()


def downgrade() -> None:
    """Drop everything."""
    if op.get_context().dialect.name == "sqlite":
        for name in INDEXES:
            op.execute(f"DROP TABLE {name}")
    op.drop_table("message_words")
    op.drop_table("messages")


def _search() -> None:
    """Index the folded words, once there are any: none is kept when a message is stored."""
    for name, options in INDEXES.items():
        op.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5("
            f"folded, content='messages', content_rowid='pk', {options})"
        )
    changed = "UPDATE OF folded, pk ON messages WHEN"
    was, is_now = "old.folded IS NOT NULL", "new.folded IS NOT NULL"
    unequal = "(old.folded <> new.folded OR old.pk <> new.pk)"
    _trigger("deleted", f"DELETE ON messages WHEN {was}", _drop)
    _trigger("indexed", f"{changed} NOT {was} AND {is_now}", _add)
    _trigger("forgotten", f"{changed} {was} AND NOT {is_now}", _drop)
    _trigger("changed", f"{changed} {was} AND {is_now} AND {unequal}", _drop, _add)


def _trigger(name: str, moment: str, *statements: Callable[[str], str]) -> None:
    body = " ".join(statement(index) for statement in statements for index in INDEXES)
    op.execute(f"CREATE TRIGGER messages_{name} AFTER {moment} BEGIN {body} END")


def _add(index: str) -> str:
    return f"INSERT INTO {index} (rowid, folded) VALUES (new.pk, new.folded);"


def _drop(index: str) -> str:
    return f"INSERT INTO {index} ({index}, rowid, folded) VALUES ('delete', old.pk, old.folded);"


def _partial(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    chosen = sa.text(where)
    op.create_index(
        name, "messages", columns, unique=unique, sqlite_where=chosen, postgresql_where=chosen
    )


def _key(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)
