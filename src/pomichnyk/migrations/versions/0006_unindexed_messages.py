"""Messages without an index of those that no search has seen: they are the last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NAME = "ix_messages_unindexed"


def upgrade() -> None:
    """Drop the index, which cost whoever received a message."""
    op.drop_index(NAME, "messages")


def downgrade() -> None:
    """Make it again."""
    unseen = sa.text("folded IS NULL")
    op.create_index(NAME, "messages", ["pk"], sqlite_where=unseen, postgresql_where=unseen)
