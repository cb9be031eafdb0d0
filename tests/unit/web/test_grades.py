"""The gradebook in a browser: the questions, charts, forms, sheets."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from pomichnyk.bootstrap import App
from pomichnyk.commands._dispatch import execute
from pomichnyk.commands._grades_questions import QUESTIONS
from web import Browser

SCHOOL = (
    "add teacher Коваль",
    "add teacher Мороз",
    "add subject Алгебра --teacher Коваль",
    "add subject Музика --teacher Мороз",
    "add group 10-А",
    "add group 11",
    "add student Шевчук --group 10-А",
    "add student Бойко --group 10-А",
    "mark Шевчук Алгебра 90 --day 2026-09-01 --weight 3",
    "mark Шевчук Музика 60 --day 2026-09-02 --work test",
    "mark Бойко Алгебра 75 --day 2026-09-02",
)


@pytest.fixture
def school(app: App) -> App:
    for line in SCHOOL:
        assert execute(app, ("grades", *line.split())) == 0
    return app


def test_an_empty_gradebook_says_how_to_begin(browser: Browser) -> None:
    page = browser.get("/grades")

    assert "The gradebook is empty." in page.text
    filled = browser.post("/grades/seed", page="/grades")
    assert "30 students" in filled.text
    assert "not empty" in browser.post("/grades/seed", page="/grades/files").text


def test_everybody_is_on_the_first_page(browser: Browser, school: App) -> None:
    page = browser.get("/grades").text

    for name in ("10-А", "11", "Алгебра", "Музика", "Коваль", "Мороз", "2 students"):
        assert name in page
    for question in QUESTIONS:
        assert f'href="/grades/questions/{question}"' in page


def test_students_are_found_by_the_beginning_of_the_name(browser: Browser, school: App) -> None:
    assert "Бойко" in browser.get("/grades/students").text
    found = browser.get("/grades/students?q=ше", headers={"X-Part": "results"}).text
    assert "Шевчук" in found
    assert "Бойко" not in found
    assert "there are none" in browser.get("/grades/students?q=zz").text


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_is_answered_on_its_page(browser: Browser, school: App, name: str) -> None:
    whom = {"student": "Шев", "group": "#1", "subject": "#1", "teacher": "#1"}
    kinds = QUESTIONS[name].kinds
    asked = {kind: whom[kind] for kind in kinds}

    page = browser.get(f"/grades/questions/{name}", params={**asked, "ask": "1"})

    assert page.status_code == 200
    assert "<td" in page.text or 'class="message"' in page.text
    if kinds:
        assert "<td" not in browser.get(f"/grades/questions/{name}").text


def test_whom_a_question_does_not_find_is_said_beside_the_field(
    browser: Browser, school: App
) -> None:
    page = browser.get("/grades/questions/courses-of-student?student=Nobody&ask=1")

    assert page.status_code == 422
    assert 'id="student-error">there is no student “Nobody”' in page.text
    missing = browser.get("/grades/questions/group-grades?group=%231&subject=&ask=1")
    assert 'id="subject-error"' in missing.text
    assert browser.get("/grades/questions/nothing").status_code == 404
    every = browser.get("/grades/questions/group-average?group=&subject=%231&ask=1").text
    assert "10-А" in every
    assert "82.50" in every


def test_a_group_has_its_averages_and_a_chart(browser: Browser, school: App) -> None:
    page = browser.get("/grades/group/1").text

    assert "Шевчук" in page
    assert 'aria-label="Grades of 10-А: 60–69: 1; 70–79: 1; 90–100: 1' in page
    music = browser.get("/grades/group/1?subject=2").text
    assert 'aria-label="Grades of 10-А: 60–69: 1' in music
    assert "There is nobody in this group yet." in browser.get("/grades/group/2").text
    assert browser.get("/grades/group/99").status_code == 404


def test_a_student_has_every_grade_and_a_chart(browser: Browser, school: App) -> None:
    page = browser.get("/grades/student/1").text

    assert "average 75.00, weighted 82.50, median 75.00" in page
    assert "<title>Алгебра, 2026-09-01: 90</title>" in page
    assert '<a href="/grades/mark/1">90</a>' in page
    empty = browser.get("/grades/student/99")
    assert empty.status_code == 404


def test_a_grade_is_given_corrected_and_erased(browser: Browser, school: App) -> None:
    form = "/grades/student/2/mark"
    wrong = browser.post(form, {"subject": "", "value": "101", "day": "x", "weight": "1"})
    assert wrong.status_code == 422
    for field in ("subject", "value", "day"):
        assert f'id="{field}-error"' in wrong.text
    assert 'value="101"' in wrong.text

    given = {"subject": "2", "value": "88", "day": "2026-10-01", "weight": "2", "work": "song"}
    page = browser.post(form, given)
    assert "Saved." in page.text
    assert '<a href="/grades/mark/4">88</a>' in page.text

    changed = {"value": "99", "day": "2026-10-02", "weight": "1", "work": ""}
    bad = browser.post("/grades/mark/4", {**changed, "weight": "0"})
    assert bad.status_code == 422
    assert '<a href="/grades/mark/4">99</a>' in browser.post("/grades/mark/4", changed).text
    assert "88" in browser.get("/grades/student/2/history").text
    erased = browser.post("/grades/mark/4", {"erase": "1"})
    assert "/grades/mark/4" not in erased.text
    assert browser.get("/grades/mark/4").status_code == 404


def test_people_are_added_changed_and_removed(browser: Browser, school: App) -> None:
    page = browser.post("/grades/student/new?owner=2", {"name": "Нова", "owner": "2"})
    assert "Нова" in page.text
    assert "11" in page.text
    unnamed = browser.post("/grades/group/new", {"name": " "})
    assert unnamed.status_code == 422
    assert 'id="name-error"' in unnamed.text
    assert browser.post("/grades/subject/new", {"name": "X", "owner": "99"}).status_code == 404
    moved = browser.post("/grades/student/3/edit", {"name": "Новіша", "owner": "1"})
    assert "Новіша <small>10-А" in moved.text

    kept = browser.post("/grades/group/1/edit", {"remove": "1"})
    assert kept.status_code == 409
    assert browser.post("/grades/student/1/edit", {"remove": "1"}).status_code == 409
    gone = browser.post("/grades/student/1/edit", {"remove": "1", "erase": "1"})
    assert "Removed." in gone.text
    assert browser.get("/grades/student/1").status_code == 404
    assert browser.get("/grades/nobody/new").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sheet_goes_out_and_comes_in_after_a_look(
    browser: Browser, school: App, kind: str
) -> None:
    sheet = browser.get(f"/grades/export?kind={kind}")
    assert sheet.headers["content-disposition"] == f'attachment; filename="grades.{kind}"'
    browser.post("/grades/student/1/edit", {"remove": "1", "erase": "1"})

    look = browser.post("/grades/files", files={"file": (f"<i>.{kind}", sheet.content)})
    assert "new: 2 grades, 1 students" in look.text
    assert "<i>" not in look.text
    assert browser.get("/grades/students?q=ше").text.count("Шевчук") == 0
    done = browser.client.post(
        "/grades/files/taken",
        data=hidden_of(look.text),
        headers={"Origin": "http://localhost"},
    )
    assert "new: 2 grades, 1 students" in done.text
    assert "Шевчук" in browser.get("/grades/students").text


def hidden_of(page: str) -> dict[str, str]:
    from web import hidden

    return hidden(page)


def test_a_file_that_is_no_sheet_is_told_beside_the_field(browser: Browser, school: App) -> None:
    workbook, file = Workbook(), io.BytesIO()
    workbook.save(file)
    for name, content in (("x.csv", b"\xff\x00"), ("x.txt", b"x"), ("x.xlsx", file.getvalue())):
        answer = browser.post("/grades/files", files={"file": (name, content)})
        assert answer.status_code in {400, 422}, name
        assert 'id="file-error"' in answer.text
    assert browser.get("/grades/export?kind=exe").status_code == 400


def test_a_store_without_a_gradebook_says_so(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pomichnyk.errors import UsageError
    from pomichnyk.text import Text

    def none(_app: App) -> None:
        raise UsageError(Text("no gradebook here"))

    browser.site.app.__dict__.pop("gradebook", None)
    monkeypatch.setattr(type(browser.site.app), "gradebook", property(none))
    answer = browser.get("/grades")
    assert answer.status_code == 400
    assert "no gradebook here" in answer.text
