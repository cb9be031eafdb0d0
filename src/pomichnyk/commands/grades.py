"""The grades commands: what a teacher does with the gradebook all day."""

from __future__ import annotations

from pomichnyk.commands._grades_ask import GradesAsk, GradesList, GradesShow
from pomichnyk.commands._grades_files import GradesExport, GradesImport, GradesSeed
from pomichnyk.commands._grades_marks import (
    GradesCorrect,
    GradesErase,
    GradesHistory,
    GradesMark,
)
from pomichnyk.commands._grades_people import GradesAdd, GradesEdit, GradesRemove
from pomichnyk.commands._grades_reports import GradesReport, GradesStatistics

__all__ = [
    "GradesAdd",
    "GradesAsk",
    "GradesCorrect",
    "GradesEdit",
    "GradesErase",
    "GradesExport",
    "GradesHistory",
    "GradesImport",
    "GradesList",
    "GradesMark",
    "GradesRemove",
    "GradesReport",
    "GradesSeed",
    "GradesShow",
    "GradesStatistics",
]
