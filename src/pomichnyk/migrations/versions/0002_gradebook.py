"""The gradebook."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = ("student_groups", "teachers", "subjects", "students", "grades", "grade_changes")
"""Every table, each after those it refers to."""


def upgrade() -> None:
    """Make the tables and the indexes that answer the questions."""
    for table, unique in (("student_groups", True), ("teachers", True)):
        _named(table, unique=unique)
    _named("subjects", _number("teacher_id"), _refers("subjects", "teacher_id", "teachers"))
    _index("subjects", "teacher_id", "place", "id", "name")
    _named(
        "students",
        _number("group_id"),
        _refers("students", "group_id", "student_groups"),
        unique=False,
    )
    _index("students", "group_id", "place", "id", "name")
    _index("students", "folded")
    op.create_table(
        "grades",
        *map(_number, ("id", "student_id", "subject_id")),
        *_given(),
        _refers("grades", "student_id", "students"),
        _refers("grades", "subject_id", "subjects"),
        sa.PrimaryKeyConstraint("id", name="pk_grades"),
    )
    _index("grades", "student_id", "subject_id", "value")
    _index("grades", "subject_id", "student_id", "value", "day")
    op.create_table(
        "grade_changes",
        *map(_number, ("id", "grade_id", "student_id", "subject_id")),
        *map(_text, ("student", "subject")),
        *_given(),
        *map(_key, ("at", "done")),
        sa.PrimaryKeyConstraint("id", name="pk_grade_changes"),
    )
    for column in ("grade_id", "student_id", "subject_id"):
        _index("grade_changes", column)


def downgrade() -> None:
    """Drop everything."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _named(table: str, *more: Any, unique: bool = True) -> None:
    unequal = (sa.UniqueConstraint("folded", name=f"uq_{table}_folded"),) if unique else ()
    op.create_table(
        table,
        *(_number("id"), _text("name"), _key("place"), _key("folded"), *more),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        *unequal,
    )


def _given() -> tuple[sa.Column[Any], ...]:
    return _number("value"), _key("day"), _number("weight"), _text("work")


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, [*columns])


def _key(name: str) -> sa.Column[Any]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False, autoincrement=False)
