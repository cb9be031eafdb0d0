"""Sheets in and out: exact there and back, and bad rows told without harm to the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomichnyk.bootstrap import App
from pomichnyk.commands._dispatch import execute
from pomichnyk.config import Config
from pomichnyk.errors import InvalidValueError, UsageError
from pomichnyk.gradebook import sheets
from pomichnyk.gradebook.exporting import COLUMNS, rows
from pomichnyk.text import Text, translations
from pomichnyk.views.plain import PlainView

Run = Callable[..., tuple[int, str, str]]

NOTHING = "new: 0 grades, 0 students, 0 groups, 0 subjects, 0 teachers; 0 corrected, {} unchanged\n"


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., str]:
    """Return what writes a .csv file of lines and gives its path."""

    def write(*lines: str, encoding: str = "utf-8") -> str:
        path = tmp_path / "sheet.csv"
        path.write_text("\n".join(lines), encoding)
        return str(path)

    return write


def everything(app: App) -> list[tuple[object, ...]]:
    with app.gradebook.reading() as session:
        return [tuple(row) for row in rows(session)]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_school_comes_back_exactly(
    app: App, school: Run, empty_book: Path, tmp_path: Path, ending: str
) -> None:
    for words in (
        ("add", "student", "Бойко", "--group", "10"),  # of the same name, without grades
        ("add", "student", "=1+1", "--group", "11"),
        ("add", "group", '12 "Б", очна'),
        ("add", "teacher", "Самотній"),
        ("erase", "2"),
        ("mark", "=1+1", "Музика", "0", "--work", "00123; +x"),
    ):
        assert school(*words)[0] == 0
    file = f"{tmp_path}/school.{ending}"
    other = tmp_path / "other.db"
    other.write_bytes(empty_book.read_bytes())

    code, out, _ = school("export", file)

    assert (code, out) == (0, f"wrote 6 rows to {file}\n")
    view = PlainView(io.StringIO(), io.StringIO(), translations("en"))
    with App(Config(f"sqlite:///{other}"), view) as there:
        assert execute(there, ("grades", "import", file)) == 0
        assert everything(there) == everything(app)
    assert school("import", file)[1] == NOTHING.format(6)


def test_a_trial_tells_what_would_be_done_and_does_nothing(
    app: App, school: Run, sheet: Callable[..., str]
) -> None:
    before = everything(app)
    file = sheet("student,group,subject,grade,day", "Нова,13,Алгебра,50,2026-09-03")
    told = "new: 1 grades, 1 students, 1 groups, 0 subjects, 0 teachers; 0 corrected, 0 unchanged\n"

    assert school("import", file, "--dry-run")[:2] == (0, told)
    assert everything(app) == before
    assert school("import", file)[:2] == (0, told)
    assert len(everything(app)) == len(before) + 1


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Бойко,,,Алгебра,,101,2026-09-01,,,", "0 to 100"),
        ("Бойко,,,Алгебра,,ten,2026-09-01,,,", "0 to 100"),
        ("Бойко,,,Алгебра,,10,,,,", "YYYY-MM-DD"),
        ("Бойко,,,Алгебра,,10,2026-13-01,,,", "YYYY-MM-DD"),
        ("Бойко,,,Алгебра,,10,2026-09-01,0,,", "1 to 100"),
        ("Бойко,,,,,10,2026-09-01,,,", "subject"),
        (",,,Алгебра,,10,2026-09-01,,,", "student"),
        (",,10,Алгебра,,10,2026-09-01,,,", "student"),
        ("Нова,,,Алгебра,,10,2026-09-01,,,", "the group of “Нова”"),
        ("Нова,,13,Фізика,,10,2026-09-01,,,", "who teaches “Фізика”"),
        ("Нова,,13,Фізика,Новий,101,2026-09-01,,,", "0 to 100"),
        (",2,11,,,,,,,", "another group"),
        ("Хтось,2,,,,,,,,", "#2 is “Бойко”"),
        ("Бойко,x,,,,,,,,", "student_id"),
        (",,,Алгебра,Мороз,,,,,", "another teacher"),
        ("Бойко,,,Алгебра,,10,2026-09-01,,,1", "grade #1 is of Шевчук in Алгебра"),
        ("Шевчук,,,Музика,,10,2026-09-01,,,1", "grade #1 is of Шевчук in Алгебра"),
        ("#5,,10,,,,,,,", "begins with no #"),
        (",,,,,,,3,,", "a student, a group, a subject or a teacher"),
    ],
)
def test_a_bad_row_is_told_and_the_others_are_taken(
    app: App, school: Run, sheet: Callable[..., str], row: str, why: str
) -> None:
    before = everything(app)
    file = sheet(",".join(COLUMNS), row, "Бойко,,,Алгебра,,33,2026-09-05,,,")

    code, out, _ = school("import", file)

    assert code == 7
    assert out.startswith("new: 1 grades, 0 students, 0 groups, 0 subjects, 0 teachers;")
    assert f"row 2: {why}" in out or why in out.splitlines()[1]
    assert len(everything(app)) == len(before) + 1


def test_students_of_one_name_need_a_number(school: Run, sheet: Callable[..., str]) -> None:
    school("add", "student", "Бойко", "--group", "11")
    file = sheet(
        "student,student_id,group,subject,grade,day",
        "Бойко,,,Алгебра,1,2026-09-01",
        "Бойко,,11,Алгебра,2,2026-09-01",
        "Бойко,2,,Алгебра,3,2026-09-01",
    )

    code, out, _ = school("import", file)

    assert code == 7
    assert "row 2: “Бойко” fits several: Бойко (#2), Бойко (#3)" in out
    assert school("ask", "group-grades", "11", "Алгебра")[1] == "3\tБойко\t4\t2\t2026-09-01\n"


def test_a_name_in_another_group_is_another_student(school: Run, sheet: Callable[..., str]) -> None:
    file = sheet("student,group", "Бойко,11")

    assert "1 students" in school("import", file)[1]
    assert school("import", file)[1] == NOTHING.format(1)


def test_a_row_with_a_number_corrects_and_keeps_what_has_no_column(
    school: Run, sheet: Callable[..., str]
) -> None:
    file = sheet("Student;Subject;Grade;Day;Grade_ID", "Шевчук;Алгебра;61;02.09.2026;2")

    assert "1 corrected" in school("import", file)[1]
    assert "0 corrected, 1 unchanged" in school("import", file)[1]
    history = school("history", "grade", "2")[1]
    assert history.split("\t")[3].split() == ["60", "2026-09-02", "test"]
    assert "61  2026-09-02  test" in school("report", "Шевчук")[1]


def test_equal_grades_of_one_file_are_all_taken_but_only_once(
    school: Run, sheet: Callable[..., str]
) -> None:
    row = "Бойко,Алгебра,75,2026-09-02"  # stored once already
    file = sheet("student,subject,grade,day", row, row, row)

    assert school("import", file)[1].startswith("new: 2 grades")
    assert school("import", file)[1] == NOTHING.format(3)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_sheets_of_other_programs_are_understood(
    school: Run, sheet: Callable[..., str], encoding: str, delimiter: str
) -> None:
    lines = ["group,teacher", "12,", ",Новий"]
    told = [f"sep={delimiter}"] if delimiter == ";" else []
    file = sheet(*told, *(line.replace(",", delimiter) for line in lines), encoding=encoding)

    assert school("import", file)[1].startswith("new: 0 grades, 0 students, 1 groups")
    assert "Новий" in school("show", "teacher")[1]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"name,mark\nX,1\n", "sheet.csv"),
        (b"", "sheet.csv"),
        (b"\xff\xff", "sheet.csv"),
        (b'student\n"x"y\n', "sheet.csv"),
        (b"no workbook", "sheet.xlsx"),
    ],
)
def test_what_is_no_sheet_is_refused(
    school: Run, tmp_path: Path, content: bytes, name: str
) -> None:
    (tmp_path / name).write_bytes(content)

    code, out, error = school("import", str(tmp_path / name))

    assert (code, out, error.count("\n")) == (4, "", 1)


def test_cells_of_a_workbook_are_read_as_they_are_meant(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    path = tmp_path / "sheet.xlsx"
    day = datetime(2026, 9, 1, tzinfo=UTC).replace(tzinfo=None)
    sheets.write(path, ("student", "grade", "day", "work"), [("A", 5.0, day, None)])

    assert [*sheets.read(path, COLUMNS)] == [
        (2, {"student": "A", "grade": "5", "day": "2026-09-01", "work": ""})
    ]


@pytest.mark.parametrize(("cell", "read"), [(5.0, "5"), (5.5, "5.5"), (5, "5"), (None, "")])
def test_numbers_are_whole_where_other_programs_write_a_point(cell: object, read: str) -> None:
    assert sheets._cell(cell) == read


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        sheets.check(tmp_path / "sheet.ods")


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff"),
    max_size=8,
).map(str.strip)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(table=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=4))
def test_any_text_comes_back_from_a_sheet(
    tmp_path: Path, ending: str, table: list[tuple[str, str, str]]
) -> None:
    path, columns = tmp_path / f"sheet.{ending}", ("student", "group", "work")

    sheets.write(path, columns, table)

    back = [tuple(cells.values()) for _, cells in sheets.read(path, columns)]
    assert back == [row for row in table if any(row)]


def test_a_file_that_cannot_be_written_whole_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("kept")

    def broken() -> object:
        yield ("1",)
        raise InvalidValueError(Text("x"), 1, Text("y"))

    with pytest.raises(InvalidValueError):
        sheets.write(path, ("student",), broken())  # type: ignore[arg-type]  # a generator of rows

    assert path.read_text() == "kept"
    assert [*tmp_path.iterdir()] == [path]


def test_an_export_is_csv_as_others_read_it(school: Run, tmp_path: Path) -> None:
    school("export", f"{tmp_path}/grades.csv")

    text = (tmp_path / "grades.csv").read_text("utf-8-sig")

    found = [*csv.DictReader(io.StringIO(text))]
    assert tuple(found[0]) == COLUMNS
    assert [row["grade"] for row in found] == ["75", "90", "60", "", ""]
    assert found[-2]["subject"] == "Музика"
    assert found[-1]["group"] == "11"
