"""The tables of the gradebook, the same for SQLite and PostgreSQL.

Numbers of rows are given by the program (see ``editing``), days are ISO 8601 text, and texts that
are compared or ordered are compared by code point (``Key``).
"""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from pomichnyk.database import Base

Key = Annotated[str, mapped_column(Text().with_variant(Text(collation="C"), "postgresql"))]
Body = Annotated[str, mapped_column(Text())]
Number = Annotated[int, mapped_column(primary_key=True, autoincrement=False)]


class NamedRow:
    """What groups, teachers, subjects and students have in common.

    Attributes:
        folded: the name as it is compared (``folding.fold``).
        place: the key by which the name is ordered (``folding.place``).
    """

    id: Mapped[Number]
    name: Mapped[Body]
    place: Mapped[Key]


class GroupRow(NamedRow, Base):
    """A group of students."""

    __tablename__ = "student_groups"

    folded: Mapped[Key] = mapped_column(unique=True)


class TeacherRow(NamedRow, Base):
    """A teacher."""

    __tablename__ = "teachers"

    folded: Mapped[Key] = mapped_column(unique=True)


class SubjectRow(NamedRow, Base):
    """A subject, taught by one teacher."""

    __tablename__ = "subjects"
    __table_args__ = (Index(None, "teacher_id", "place", "id", "name"),)

    folded: Mapped[Key] = mapped_column(unique=True)
    teacher_id: Mapped[int] = mapped_column(ForeignKey("teachers.id"))


class StudentRow(NamedRow, Base):
    """A student of one group; students alone may share a name."""

    __tablename__ = "students"
    __table_args__ = (Index(None, "group_id", "place", "id", "name"),)

    folded: Mapped[Key] = mapped_column(index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("student_groups.id"))


class GradeRow(Base):
    """A grade that a student got in a subject; both indexes answer questions without the table.

    Attributes:
        value: 0 to 100.
        weight: how much it counts in a weighted average.
        work: what it was given for, such as ``exam``; may be empty.
        day: when it was received, ``YYYY-MM-DD``.
    """

    __tablename__ = "grades"
    __table_args__ = (
        Index(None, "student_id", "subject_id", "value"),
        Index(None, "subject_id", "student_id", "value", "day"),
    )

    id: Mapped[Number]
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("subjects.id"))
    value: Mapped[int]
    day: Mapped[Key]
    weight: Mapped[int]
    work: Mapped[Body]


class ChangeRow(Base):
    """What a grade was before it was corrected or erased; outlives the student and the subject.

    Attributes:
        at: the moment of the change, ISO 8601 in UTC.
        done: ``corrected`` or ``erased``.
    """

    __tablename__ = "grade_changes"

    id: Mapped[Number]
    grade_id: Mapped[int] = mapped_column(index=True)
    student_id: Mapped[int] = mapped_column(index=True)
    subject_id: Mapped[int] = mapped_column(index=True)
    student: Mapped[Body]
    subject: Mapped[Body]
    value: Mapped[int]
    day: Mapped[Key]
    weight: Mapped[int]
    work: Mapped[Body]
    at: Mapped[Key]
    done: Mapped[Key]


class MarkRow(Base):
    """The one row that every change of the gradebook marks anew; see ``keeping``."""

    __tablename__ = "gradebook_mark"

    id: Mapped[Number]
    mark: Mapped[Key]
