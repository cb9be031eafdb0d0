"""Every statement of the gradebook, by name, written once over the models.

For SQLite they are compiled ahead by ``scripts/compile_statements.py``, as those of the storages
are. The names of the twelve questions are those a person asks them by (see ``queries``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import (
    Executable,
    Float,
    Select,
    Table,
    bindparam,
    delete,
    desc,
    func,
    insert,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateIndex, DropIndex
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from pomichnyk.gradebook import models as rows
from pomichnyk.gradebook.records import KINDS

Statements = dict[str, Executable]

TABLES: Mapping[str, Any] = {
    "group": rows.GroupRow.__table__,
    "teacher": rows.TeacherRow.__table__,
    "subject": rows.SubjectRow.__table__,
    "student": rows.StudentRow.__table__,
    "grade": rows.GradeRow.__table__,
    "change": rows.ChangeRow.__table__,
}
GROUP, TEACHER, SUBJECT = (TABLES[kind].c for kind in ("group", "teacher", "subject"))
STUDENT, GRADE, CHANGE = (TABLES[kind].c for kind in ("student", "grade", "change"))
GIVEN = ("value", "day", "weight", "work")
"""The columns that say what was given."""


class mean(GenericFunction[float]):  # noqa: N801  # a function of SQL is named as one
    """The average of whole numbers: the double nearest to it, the same on every database."""

    type = Float()
    inherit_cache = True


@compiles(mean)
def _divided(element: mean, compiler: SQLCompiler, **options: Any) -> str:
    # PostgreSQL's avg() of integers is a numeric, cut off somewhere behind the point.
    value = compiler.process(element.clauses, **options)
    return f"(CAST(sum({value}) AS DOUBLE PRECISION) / count({value}))"


@compiles(mean, "sqlite")
def _averaged(element: mean, compiler: SQLCompiler, **options: Any) -> str:
    return f"avg({compiler.process(element.clauses, **options)})"


def statements() -> Statements:
    """Return all statements by name."""
    made = _averages() | _lists() | _listings() | _grades() | _transfer() | _bulk() | _marks()
    made |= _added("change")
    for kind in ("group", "teacher", "subject", "student", "grade"):
        made |= _table(kind)
    for kind in ("group", "teacher", "subject", "student"):
        made |= _lookups(kind)
    for kind in KINDS:
        made |= _records(kind)
    return made


def _averages() -> Statements:
    taught = select(SUBJECT.id).where(SUBJECT.teacher_id == bindparam("teacher"))
    by_teacher = GRADE.subject_id.in_(taught)
    return {
        "top-students": _top_students(),
        "best-in-subject": _best_in_subject(),
        "group-average": _group_average(),
        "group-averages": _group_averages(),
        "stream-average": select(mean(GRADE.value)),
        "teacher-to-student-average": select(mean(GRADE.value)).where(
            GRADE.student_id == bindparam("student"), by_teacher
        ),
        "teacher-average": select(mean(GRADE.value)).where(by_teacher),
    }


def _top_students() -> Select[Any]:
    average = mean(GRADE.value).label("average")
    best = (
        select(GRADE.student_id, average)
        .group_by(GRADE.student_id)
        .order_by(desc(average), GRADE.student_id)
        .limit(bindparam("limit"))
        .subquery("best")
    )
    return (
        select(STUDENT.id, STUDENT.name, best.c.average)
        .join_from(best, TABLES["student"], STUDENT.id == best.c.student_id)
        .order_by(best.c.average.desc(), STUDENT.id)
    )


def _best_in_subject() -> Select[Any]:
    averages = (
        select(GRADE.student_id, mean(GRADE.value).label("average"))
        .where(GRADE.subject_id == bindparam("subject"))
        .group_by(GRADE.student_id)
        .cte("averages")
    )
    highest = select(func.max(averages.c.average)).scalar_subquery()
    return (
        select(STUDENT.id, STUDENT.name, averages.c.average)
        .join_from(averages, TABLES["student"], STUDENT.id == averages.c.student_id)
        .where(averages.c.average == highest)
        .order_by(STUDENT.place, STUDENT.id)
    )


def _group_average() -> Select[Any]:
    in_subject = (GRADE.student_id == STUDENT.id) & (GRADE.subject_id == bindparam("subject"))
    return (
        select(GROUP.id, GROUP.name, mean(GRADE.value))
        .outerjoin_from(TABLES["group"], TABLES["student"], STUDENT.group_id == GROUP.id)
        .outerjoin(TABLES["grade"], in_subject)
        .where(GROUP.id == bindparam("group"))
        .group_by(GROUP.id, GROUP.name)
    )


def _group_averages() -> Select[Any]:
    # An outer join, though every grade has its student: SQLite's planner would else go through
    # all students and look for grades of each, which takes seven times as long.
    averages = (
        select(STUDENT.group_id, mean(GRADE.value).label("average"))
        .outerjoin_from(TABLES["grade"], TABLES["student"], STUDENT.id == GRADE.student_id)
        .where(GRADE.subject_id == bindparam("subject"))
        .group_by(STUDENT.group_id)
        .subquery("averages")
    )
    return (
        select(GROUP.id, GROUP.name, averages.c.average)
        .join_from(averages, TABLES["group"], GROUP.id == averages.c.group_id)
        .order_by(GROUP.place, GROUP.id)
    )


def _lists() -> Statements:
    courses = select(SUBJECT.id, SUBJECT.name).order_by(SUBJECT.place, SUBJECT.id)
    taken = select(GRADE.subject_id).where(GRADE.student_id == bindparam("student"))
    by_teacher = courses.where(SUBJECT.teacher_id == bindparam("teacher"))
    in_group = STUDENT.group_id == bindparam("group")
    return {
        "courses-of-teacher": by_teacher,
        "students-in-group": select(STUDENT.id, STUDENT.name)
        .where(in_group)
        .order_by(STUDENT.place, STUDENT.id),
        "courses-of-student": courses.where(SUBJECT.id.in_(taken)),
        "courses-by-teacher": by_teacher.where(SUBJECT.id.in_(taken)),
        **_of_group(),
    }


def _of_group() -> Statements:
    shown = (STUDENT.id, STUDENT.name, GRADE.id.label("grade"), GRADE.value, GRADE.day)
    received = (
        select(*shown, STUDENT.place)
        .join_from(TABLES["student"], TABLES["grade"], GRADE.student_id == STUDENT.id)
        .where(STUDENT.group_id == bindparam("group"), GRADE.subject_id == bindparam("subject"))
    )
    lesson = received.cte("received")
    last = select(func.max(lesson.c.day)).scalar_subquery()
    return {
        "group-grades": received.order_by(STUDENT.place, STUDENT.id, GRADE.day, GRADE.id),
        "last-lesson-grades": select(lesson)
        .where(lesson.c.day == last)
        .order_by(lesson.c.place, lesson.c.id, lesson.c.grade),
    }


def _lookups(kind: str) -> Statements:
    named = TABLES[kind].c
    found = select(named.id, named.name)
    beginning = (named.folded >= bindparam("name"), named.folded < bindparam("end"))
    return {
        f"{kind}.numbered": found.where(named.id == bindparam("number")),
        f"{kind}.named": found.where(named.folded == bindparam("name")).order_by(named.id),
        f"{kind}.beginning": found.where(*beginning)
        .order_by(named.place, named.id)
        .limit(bindparam("limit")),
    }


def _records(kind: str) -> Statements:
    """Return how to read all the records of a kind, and how many there are."""
    columns = TABLES[kind].c
    kept = select(*(columns[field.name] for field in fields(KINDS[kind])))
    return {
        f"{kind}.records": kept.order_by(columns.id),
        f"{kind}.count": select(func.count()).select_from(TABLES[kind]),
    }


def _table(kind: str) -> Statements:
    table = TABLES[kind]
    values = _values(table)
    at = table.c.id == bindparam("at")
    return {
        **_added(kind),
        f"{kind}.change": update(table).where(at).values(values),
        f"{kind}.remove": delete(table).where(at),
    }


def _added(kind: str) -> Statements:
    """Return how to add a row, and the highest number given so far, also to what is history."""
    table = TABLES[kind]
    numbers = [select(func.max(TABLES[kind].c.id).label("id"))]
    if (kept := f"{kind}_id") in CHANGE:
        numbers.append(select(func.max(CHANGE[kept])))
    last = func.max(union_all(*numbers).subquery("numbers").c.id)
    return {
        f"{kind}.add": insert(table).values(_values(table)),
        f"{kind}.last": select(func.coalesce(last, 0)),
    }


def _values(table: Table) -> dict[str, Any]:
    return {column.name: bindparam(column.name) for column in table.c}


def _listings() -> Statements:
    """Return how to list what there is, each with what it belongs to and how much it has."""
    student, subject = TABLES["student"], TABLES["subject"]
    members = select(func.count()).where(STUDENT.group_id == GROUP.id).scalar_subquery()
    taught = select(func.count()).where(SUBJECT.teacher_id == TEACHER.id).scalar_subquery()
    return {
        "subject.owner": select(SUBJECT.teacher_id).where(SUBJECT.id == bindparam("at")),
        "student.owner": select(STUDENT.group_id).where(STUDENT.id == bindparam("at")),
        "student.group": select(GROUP.name)
        .join_from(TABLES["student"], TABLES["group"])
        .where(STUDENT.id == bindparam("at")),
        "group.all": select(GROUP.id, GROUP.name, members).order_by(GROUP.place, GROUP.id),
        "teacher.all": select(TEACHER.id, TEACHER.name, taught).order_by(TEACHER.place, TEACHER.id),
        "subject.all": select(SUBJECT.id, SUBJECT.name, TEACHER.name)
        .join_from(subject, TABLES["teacher"])
        .order_by(SUBJECT.place, SUBJECT.id),
        "student.all": select(STUDENT.id, STUDENT.name, GROUP.name)
        .join_from(student, TABLES["group"])
        .order_by(STUDENT.place, STUDENT.id),
    }


def _grades() -> Statements:
    given = (GRADE[name] for name in GIVEN)
    whose = (GRADE.id, STUDENT.id, STUDENT.name, SUBJECT.id, SUBJECT.name)
    of_one = (
        select(*whose, *given)
        .join_from(TABLES["grade"], TABLES["student"])
        .join(TABLES["subject"])
        .order_by(STUDENT.place, STUDENT.id, SUBJECT.place, SUBJECT.id, GRADE.day, GRADE.id)
    )
    kept = (CHANGE[name] for name in ("grade_id", "student", "subject", *GIVEN, "at", "done"))
    history = select(*kept).order_by(CHANGE.id)
    made: Statements = {}
    for kind, column in {
        "grade": GRADE.id,
        "student": GRADE.student_id,
        "subject": GRADE.subject_id,
    }.items():
        that = column == bindparam("of")
        made[f"grades.of.{kind}"] = of_one.where(that)
        made[f"grades.remove.{kind}"] = delete(TABLES["grade"]).where(that)
        made[f"history.{kind}"] = history.where(CHANGE[f"{kind}_id"] == bindparam("of"))
    in_group = of_one.where(STUDENT.group_id == bindparam("of"))
    made["grades.of.group"] = in_group
    made["grades.of.group.subject"] = in_group.where(GRADE.subject_id == bindparam("subject"))
    return made


def _transfer() -> Statements:
    student, subject, grade = (TABLES[kind] for kind in ("student", "subject", "grade"))
    people = (STUDENT.name, STUDENT.id, GROUP.name)
    graded, taught = select(GRADE.student_id), select(GRADE.subject_id)
    return {
        "export.grades": select(
            *people, SUBJECT.name, TEACHER.name, *(GRADE[name] for name in GIVEN), GRADE.id
        )
        .join_from(grade, student)
        .join(TABLES["group"])
        .join(subject, SUBJECT.id == GRADE.subject_id)
        .join(TABLES["teacher"])
        .order_by(STUDENT.place, STUDENT.id, SUBJECT.place, SUBJECT.id, GRADE.day, GRADE.id),
        "export.students": select(*people)
        .join_from(student, TABLES["group"])
        .where(STUDENT.id.not_in(graded))
        .order_by(STUDENT.place, STUDENT.id),
        "export.subjects": select(SUBJECT.name, TEACHER.name)
        .join_from(subject, TABLES["teacher"])
        .where(SUBJECT.id.not_in(taught))
        .order_by(SUBJECT.place, SUBJECT.id),
        "export.groups": select(GROUP.name)
        .where(GROUP.id.not_in(select(STUDENT.group_id)))
        .order_by(GROUP.place, GROUP.id),
        "export.teachers": select(TEACHER.name)
        .where(TEACHER.id.not_in(select(SUBJECT.teacher_id)))
        .order_by(TEACHER.place, TEACHER.id),
    }


def _bulk() -> Statements:
    """Return how to drop the indexes of the grades and make them anew around adding very many."""
    made: Statements = {}
    for index in sorted(TABLES["grade"].indexes, key=lambda index: str(index.name)):
        column = index.columns[0].name.removesuffix("_id")
        made[f"grades.index.{column}.drop"] = text(_written(DropIndex(index)))
        made[f"grades.index.{column}.make"] = text(_written(CreateIndex(index)))
    for kind in ("grade", "student"):
        made[f"{kind}.analyze"] = text(f"ANALYZE {TABLES[kind].name}")
    return made


def _marks() -> Statements:
    marks: Any = rows.MarkRow.__table__
    return {
        "mark.read": select(marks.c.mark),
        "mark.change": update(marks).values(mark=bindparam("mark")),
    }


def _written(change: DropIndex | CreateIndex) -> str:
    return str(change).strip()
