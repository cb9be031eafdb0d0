"""Search in PostgreSQL."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = ("contacts", "notes", "messages")
SHORT = 2_000
"""Bytes of folded words of which none can be too long for an index (2046 bytes)."""
GIANT = 300_000
"""Bytes of folded words from which on they do not fit into one entry of an index (1 MB)."""
WORDS = f"""
CREATE FUNCTION pomichnyk_words(folded text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$
SELECT CASE
WHEN octet_length(folded) <= {SHORT} THEN array_to_tsvector(string_to_array(folded, ' '))
WHEN octet_length(folded) < {GIANT} THEN (
    SELECT array_to_tsvector(array_agg(left(word, 500)))
    FROM unnest(string_to_array(folded, ' ')) AS word
)
ELSE array_to_tsvector(ARRAY['…'])
END
$$
"""
PARTS = f"""
CREATE FUNCTION pomichnyk_parts(folded text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$
SELECT CASE
WHEN octet_length(folded) <= {SHORT} OR octet_length(folded) < {GIANT} AND (
    SELECT max(length(word)) FROM unnest(string_to_array(folded, ' ')) AS word
) <= 1000 THEN (
    SELECT coalesce(array_to_tsvector(array_agg(substr(word, place, 3))), '')
    FROM unnest(string_to_array(folded, ' ')) AS word, generate_series(1, length(word) - 2) AS place
)
ELSE array_to_tsvector(ARRAY['…'])
END
$$
"""


def upgrade() -> None:
    """Index the folded words, and the trigrams of which they consist, without an extension."""
    if op.get_context().dialect.name == "postgresql":
        op.execute(WORDS)
        op.execute(PARTS)
        for table in TABLES:
            for index in ("words", "parts"):
                op.execute(
                    f"CREATE INDEX ix_{table}_{index} ON {table} "
                    f"USING gin (pomichnyk_{index}(folded))"
                )


def downgrade() -> None:
    """Drop the indexes."""
    if op.get_context().dialect.name == "postgresql":
        for index in ("words", "parts"):
            for table in TABLES:
                op.execute(f"DROP INDEX ix_{table}_{index}")
            op.execute(f"DROP FUNCTION pomichnyk_{index}(text)")
