"""Pages of the gradebook: how figures, grades and their changes are shown."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from pomichnyk.gradebook.grades import Change, Grade
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Record, Table

NOTHING = "–"


def figure(value: Any) -> str:
    """Return a value as it is shown: an average with two digits behind the point."""
    if value is None:
        return NOTHING
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def given(grade: Grade | Change) -> str:
    """Return what was given, such as ``95  2026-11-19  ×2  test``; a weight of 1 goes unsaid."""
    weight = f"×{grade.weight}" if grade.weight > 1 else ""
    return "  ".join(filter(None, (f"{grade.value:>3}", str(grade.day), weight, grade.work)))


def grade_record(grade: Grade) -> Record:
    """Return what a program reads of a grade."""
    return {**grade._asdict(), "day": str(grade.day)}


def grade_text(grade: Grade) -> dict[str, object]:
    """Return the values by which a message names a grade."""
    return {
        "number": grade.id,
        "student": grade.student,
        "subject": grade.subject,
        "value": grade.value,
        "day": grade.day,
    }


def history_table(changes: Iterable[Change]) -> Table[Change]:
    """Return a page of changes: what each grade was, until when, and what was done then."""
    done = {"corrected": Text("corrected"), "erased": Text("erased")}
    return Table(
        (
            *(Text("grade no."), Text("student"), Text("subject"), Text("was")),
            *(Text("until"), Text("then")),
        ),
        changes,
        lambda one: (
            *(str(one.grade), one.student, one.subject, given(one)),
            *(f"{one.at.astimezone():%Y-%m-%d %H:%M}", done[one.done]),
        ),
        lambda one: {**one._asdict(), "day": str(one.day), "at": one.at.isoformat()},
        Text("nothing was changed"),
    )


def ref_argument(parser: ArgumentParser, catalogue: Translations, name: str, what: Text) -> None:
    """Declare a reference to somebody, read under its name in small letters."""
    parser.add_argument(name.lower(), metavar=name, help=what.said(catalogue))
