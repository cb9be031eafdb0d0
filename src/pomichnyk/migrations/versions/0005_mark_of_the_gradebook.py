"""The mark of the gradebook, which every change makes anew."""

from __future__ import annotations

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table with its only row."""
    made = op.create_table(
        "gradebook_mark",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "mark",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_gradebook_mark"),
    )
    op.bulk_insert(made, [{"id": 1, "mark": token_hex(16)}])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("gradebook_mark")
