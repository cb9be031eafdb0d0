"""Runs migrations on the connection that it is given, in the transaction that is open there."""

from __future__ import annotations

from alembic import context

import pomichnyk.gradebook.models
import pomichnyk.storage._sql.models  # noqa: F401  # their tables enter the metadata
from pomichnyk.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
