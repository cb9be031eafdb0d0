"""The commands of the gradebook: what they do, what they refuse, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.commands._dispatch import execute
from pomichnyk.commands._grades_questions import QUESTIONS
from pomichnyk.commands._suggestions import Suggestions
from pomichnyk.config import Config
from pomichnyk.text import translations
from pomichnyk.views.json import JsonView
from pomichnyk.views.plain import PlainView

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("top-students", "1\tШевчук\t75.00\n2\tБойко\t75.00\n"),
        ("top-students --limit 1", "1\tШевчук\t75.00\n"),
        ("best-in-subject Алг", "2\tБойко\t75.00\n1\tШевчук\t75.00\n"),
        ("best-in-subject Музика", ""),
        ("group-average 10 Алгебра", "1\t10\t75.00\n"),
        ("group-average 11 Алгебра", "2\t11\t–\n"),
        ("group-average Алгебра", "1\t10\t75.00\n"),
        ("stream-average", "75.00\n"),
        ("courses-of-teacher Мороз", "2\tМузика\n"),
        ("students-in-group 10", "2\tБойко\n1\tШевчук\n"),
        ("students-in-group 11", ""),
        (
            "group-grades 10 Алгебра",
            "2\tБойко\t3\t75\t2026-09-02\n1\tШевчук\t1\t90\t2026-09-01\n1\tШевчук\t2\t60\t2026-09-02\n",
        ),
        (
            "last-lesson-grades 10 Алгебра",
            "2\tБойко\t3\t75\t2026-09-02\n1\tШевчук\t2\t60\t2026-09-02\n",
        ),
        ("last-lesson-grades 11 Алгебра", ""),
        ("courses-of-student Бойко", "1\tАлгебра\n"),
        ("courses-by-teacher Бойко Мороз", ""),
        ("teacher-to-student-average Мороз Бойко", "no grades\n"),
        ("teacher-to-student-average Коваль Бойко", "75.00\n"),
        ("teacher-average Мороз", "no grades\n"),
    ],
)
def test_questions_are_answered(school: Run, asked: str, answer: str) -> None:
    code, out, error = school("ask", *asked.split())

    assert (code, out) == (0, answer), error


def test_all_twelve_are_listed(school: Run) -> None:
    _, out, _ = school("list")

    assert [line.split("\t")[0] for line in out.splitlines()] == [*QUESTIONS]
    assert len(QUESTIONS) == 12


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        ("ask group-grades 10", 2, "grades ask group-grades GROUP SUBJECT"),
        ("ask stream-average 10", 2, "grades ask stream-average"),
        ("ask top-students Бойко", 2, "grades ask top-students"),
        ("ask courses-of-student Ніхто", 3, "there is no student “Ніхто”"),
        ("ask courses-of-teacher 17", 3, "there is no teacher “17”"),
        ("ask courses-of-teacher '", 3, "there is no teacher “'”"),
        ("ask nothing", 2, "nothing"),
        ("add group 10", 5, "there is “10” already (#1)"),
        ("add group #5", 4, "begins with no #"),
        ("add group '", 4, "begins with no #"),
        ("add student Хтось", 2, "--group"),
        ("add subject Фізика", 2, "--teacher"),
        ("add group 12 --teacher Коваль", 2, "belongs to nobody"),
        ("add student Хтось --teacher Коваль", 2, "a student has a group"),
        ("add student Хтось --group 99", 3, "there is no group “99”"),
        ("edit group 10", 2, "--name"),
        ("edit teacher Мороз --group 10", 2, "belongs to nobody"),
        ("edit group 10 --name 11", 5, "already"),
        ("remove group 10", 5, "10 has 2 students"),
        ("remove teacher Мороз", 5, "Мороз has 1 subject"),
        ("remove student Бойко", 5, "Бойко has 1 grade"),
        ("remove subject Алгебра", 5, "Алгебра has 3 grades"),
        ("mark Бойко Алгебра 101", 4, "0 to 100"),
        ("mark Бойко Алгебра -1", 4, "0 to 100"),
        ("mark Бойко Алгебра 50 --weight 0", 4, "1 to 100"),
        ("mark Бойко Алгебра 50 --day 2026-02-30", 4, "YYYY-MM-DD"),
        ("mark Бойко Алгебра 50 --day 20260201", 4, "YYYY-MM-DD"),
        ("correct 3", 2, "--value"),
        ("correct 9 --value 1", 3, "there is no grade “9”"),
        ("erase 99999999999", 3, "there is no grade"),
        ("history student Ніхто", 3, "there is no student"),
        ("report Ніхто", 3, "there is no student"),
        ("report Бойко --plot chart.pdf", 4, ".svg or .png"),
        ("statistics 99", 3, "there is no group"),
        ("export grades.txt", 2, ".csv, .xlsx"),
        ("import nowhere.csv", 3, "there is no nowhere.csv"),
        ("seed", 5, "not empty"),
        ("seed --students 100001", 4, "100000"),
        ("seed --year 26", 4, "2026"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    school: Run, tmp_path: Path, words: str, code: int, error: str
) -> None:
    school("export", f"{tmp_path}/before.csv")

    found, out, told = school(*words.split())

    assert (found, out) == (code, "")
    assert error in told
    assert told.count("\n") == 1
    school("export", f"{tmp_path}/after.csv")
    assert (tmp_path / "after.csv").read_text() == (tmp_path / "before.csv").read_text()


def test_several_of_one_name_are_told_apart_by_number(school: Run) -> None:
    school("add", "student", "Бойко", "--group", "11")

    code, _, error = school("report", "Бойко")

    assert code == 5
    assert "Бойко (#2), Бойко (#3)" in error
    assert school("report", "#3")[1].startswith("Бойко\ngroup\t11\n")


def test_a_name_of_digits_wins_over_a_number(school: Run) -> None:
    school("add", "group", "1")  # the third

    assert school("ask", "students-in-group", "1")[1] == ""
    assert school("ask", "students-in-group", "#1")[1] == "2\tБойко\n1\tШевчук\n"
    assert school("ask", "students-in-group", "3")[1] == ""
    assert school("ask", "students-in-group", "2")[0] == 0


def test_students_move_and_subjects_change_hands(school: Run) -> None:
    school("edit", "student", "Бойко", "--group", "11", "--name", "Бойко  Іван")
    school("edit", "subject", "Алгебра", "--teacher", "Мороз")

    assert school("show", "student")[1] == "2\tБойко Іван\t11\n1\tШевчук\t10\n"
    assert school("show", "subject")[1] == "1\tАлгебра\tМороз\n2\tМузика\tМороз\n"
    assert school("show", "group")[1] == "1\t10\t1\n2\t11\t1\n"
    assert school("show", "teacher")[1] == "1\tКоваль\t0\n2\tМороз\t2\n"


def test_only_the_empty_is_removed_without_more_ado(school: Run) -> None:
    assert school("remove", "subject", "Музика")[0] == 0
    assert school("remove", "teacher", "Мороз")[0] == 0
    assert school("remove", "group", "11")[0] == 0
    assert school("show", "teacher")[1] == "1\tКоваль\t1\n"


def test_a_corrected_grade_keeps_its_history(school: Run) -> None:
    _, out, _ = school("correct", "2", "--value", "65", "--work", "exam", "--day", "03.09.2026")
    school("correct", "2", "--weight", "4")
    school("correct", "#2", "--value", "65")  # as it is: no change

    assert out == "#2: Шевчук, Алгебра, 2026-09-03: 65\n"
    lines = [line.split("\t") for line in school("history", "grade", "2")[1].splitlines()]
    assert [(line[3].split(), line[5]) for line in lines] == [
        (["60", "2026-09-02", "test"], "corrected"),
        (["65", "2026-09-03", "exam"], "corrected"),
    ]


def test_what_was_erased_is_told_after_its_student_is_gone(school: Run) -> None:
    school("erase", "2")
    school("remove", "student", "Шевчук", "--with-grades")

    lines = [line.split("\t") for line in school("history", "student", "1")[1].splitlines()]

    assert [(line[0], line[1], line[3].split()[0], line[5]) for line in lines] == [
        ("2", "Шевчук", "60", "erased"),
        ("1", "Шевчук", "90", "erased"),
    ]
    assert school("history", "subject", "Алгебра")[1].count("erased") == 2
    assert school("history", "student", "Бойко")[1] == ""


def test_numbers_of_the_gone_are_never_given_again(school: Run) -> None:
    school("remove", "student", "Бойко", "--with-grades")

    assert school("add", "student", "Нова", "--group", "10")[1] == "added Нова (#3)\n"
    assert school("mark", "Нова", "Алгебра", "80")[1].startswith("#4: ")


def test_a_grade_is_of_today_unless_a_day_is_named(school: Run) -> None:
    before = f"{datetime.now().astimezone():%Y-%m-%d}"

    _, out, _ = school("mark", "Бойко", "Музика", "80")

    after = f"{datetime.now().astimezone():%Y-%m-%d}"
    assert out.split(", ")[2].split(":")[0] in {before, after}


def test_a_report_has_every_grade_and_its_figures(school: Run) -> None:
    _, out, _ = school("report", "Шев")

    assert out.splitlines() == [
        "Шевчук",
        "group\t10",
        "Алгебра\t 90  2026-09-01  ×3",
        "Алгебра\t 60  2026-09-02  test",
        "Алгебра\t2 grades; average 75.00, weighted 82.50, median 75.00",
        "altogether\t2 grades; average 75.00, weighted 82.50, median 75.00",
    ]


def test_a_group_is_summed_up_student_by_student(school: Run) -> None:
    assert school("statistics", "10", "Алгебра")[1].splitlines() == [
        "Бойко\t1\t75.00\t75.00\t75.00\t75\t75",
        "Шевчук\t2\t75.00\t82.50\t75.00\t60\t90",
        "10\t3\t75.00\t81.00\t75.00\t60\t90",
    ]
    assert school("statistics", "10", "Музика")[1].splitlines()[-1] == "10\t0\t–\t–\t–\t–\t–"
    assert school("statistics", "11")[1] == "11\t0\t–\t–\t–\t–\t–\n"


@pytest.mark.parametrize("ending", ["svg", "png"])
@pytest.mark.parametrize("words", ["report Шевчук", "statistics 10", "statistics 11"])
def test_charts_are_drawn(school: Run, tmp_path: Path, words: str, ending: str) -> None:
    chart = tmp_path / f"chart.{ending}"

    assert school(*words.split(), "--plot", str(chart))[0] == 0

    beginning = {"svg": b"<?xml", "png": b"\x89PNG"}[ending]
    assert chart.read_bytes().startswith(beginning)


def test_answers_are_json_for_programs(app: App, school: Run) -> None:
    out = StringIO()
    app.view = JsonView(out, StringIO(), translations("en"))

    for words in ("ask group-grades 10 Алгебра", "ask teacher-average Мороз", "list"):
        assert execute(app, ("grades", *words.split())) == 0

    assert '"day":"2026-09-02"' in out.getvalue().replace(" ", "")
    assert '"average":null' in out.getvalue().replace(" ", "")


@pytest.mark.parametrize(
    ("words", "begun", "names"),
    [
        ("grades mark", "Бо", ["Бойко"]),
        ("grades mark Бойко", "а", ["Алгебра"]),
        ("grades statistics", "1", ["10", "11"]),
        ("grades edit subject Алгебра --teacher", "М", ["Мороз"]),
        ("grades ask", "teacher-a", ["teacher-average"]),
        ("grades ask teacher-average", "м", ["Мороз"]),
        ("grades ask courses-by-teacher", "Бо", ["Бойко"]),
        ("grades ask courses-by-teacher Бойко", "М", ["Мороз"]),
        ("grades ask courses-by-teacher Бойко Мороз", "М", []),
        ("grades ask group-average", "1", ["10", "11"]),
        ("grades ask group-average", "а", ["Алгебра"]),
        ("grades ask group-average 10", "а", ["Алгебра"]),
        ("grades ask top-students", "Б", []),
        ("grades edit student", "бо", ["Бойко"]),
        ("grades remove group", "1", ["10", "11"]),
        ("grades history subject", "ал", ["Алгебра"]),
        ("grades history grade", "1", []),
    ],
)
def test_names_are_completed(
    app: App, school: Run, words: str, begun: str, names: list[str]
) -> None:
    assert [*Suggestions(app).suggested(words.split(), begun)] == names


def test_a_storage_without_a_gradebook_says_so() -> None:
    view = PlainView(StringIO(), err := StringIO(), translations("en"))
    with App(Config("memory:"), view) as app:
        assert execute(app, ("grades", "show", "group")) == 2

    assert "memory: carries no gradebook" in err.getvalue()


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    view = PlainView(StringIO(), err := StringIO(), translations("en"))
    with App(Config("postgresql://me:secret@127.0.0.1:1/book"), view) as app:
        assert execute(app, ("grades", "show", "group")) == 6

    assert "postgresql://me@127.0.0.1:1/book" in err.getvalue()
    assert "secret" not in err.getvalue()
    assert err.getvalue().count("\n") == 1
