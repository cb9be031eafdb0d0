"""The history of the schema: one Alembic tree for everything relational.

Revisions are named ``0001``, ``0002``, ... so that their order is that of their names.
"""

from __future__ import annotations

HEAD = "0006"
"""The newest revision; known here without loading Alembic, and held right by a test."""
