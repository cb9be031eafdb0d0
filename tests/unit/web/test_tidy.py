"""Tidying in a browser: the plan, the sorting and its progress, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from pomichnyk.errors import NotFoundError, PomichnykError
from pomichnyk.text import Text
from pomichnyk.views.pages import Message
from pomichnyk.web.jobs import MOST, Job, Jobs
from web import Answer, Browser, hidden


@pytest.fixture
def junk(tmp_path: Path) -> Path:
    folder = tmp_path / "junk <i>"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.jpg", "b.txt", "deep/c.jpg", "x.part"):
        (folder / name).write_text(name)
    return folder


def ended(browser: Browser, page: Answer) -> Answer:
    """Return the page of a job once it has ended."""
    path = str(page.url)
    for job in browser.site.jobs._jobs.values():
        job.thread.join()
    return browser.get(path)


def sort(browser: Browser, folder: Path, **fields: str) -> Answer:
    plan = browser.post("/tidy", {"folder": str(folder), "by": "extension", **fields})
    assert plan.status_code == 200
    page = browser.client.post(
        "/tidy/sort", data=hidden(plan.text), headers={"Origin": "http://localhost"}
    )
    return ended(browser, page)


def names(folder: Path) -> set[str]:
    return {
        str(one.relative_to(folder))
        for one in folder.rglob("*")
        if one.is_file() and not one.name.startswith(".")
    }


def test_the_plan_is_shown_and_nothing_is_moved(browser: Browser, junk: Path) -> None:
    page = browser.post("/tidy", {"folder": str(junk), "by": "category", "exclude": "*.part"})

    assert "3 files to move" in page.text
    assert "images" in page.text
    assert "x.part" not in page.text.partition("<table")[2]
    assert "<i>" not in page.text
    assert names(junk) == {"a.jpg", "b.txt", "deep/c.jpg", "x.part"}


def test_a_folder_is_sorted_and_put_back(browser: Browser, junk: Path) -> None:
    before = names(junk)

    page = sort(browser, junk, exclude="*.part\n")

    assert "3 files" in page.text
    assert names(junk) == {"jpg/a.jpg", "jpg/c.jpg", "txt/b.txt", "x.part"}
    fields = {**hidden(page.text), "folder": str(junk)}
    undone = browser.client.post("/tidy/undo", data=fields, headers={"Origin": "http://localhost"})
    assert "3 files" in ended(browser, undone).text
    assert names(junk) == before
    again = browser.client.post("/tidy/undo", data=fields, headers={"Origin": "http://localhost"})
    assert "there is nothing to undo" in ended(browser, again).text


@pytest.mark.parametrize(
    ("folder", "said"),
    [
        ("", "a whole path"),
        ("junk", "a whole path"),
        ("/nowhere/at/all", "/nowhere/at/all"),
        ("/etc/hostname\0", "a whole path"),
    ],
)
def test_what_is_no_folder_is_told_beside_the_field(
    browser: Browser, folder: str, said: str
) -> None:
    for path in ("/tidy", "/tidy/sort"):
        answer = browser.post(path, {"folder": folder, "by": "extension"}, page="/tidy")
        assert answer.status_code in {404, 422}
        assert 'id="folder-error"' in answer.text
        assert said in answer.text


def test_a_job_is_shown_to_its_owner_alone(browser: Browser, junk: Path) -> None:
    page = sort(browser, junk)
    other = Browser(browser.site)

    assert other.get(str(page.url)).status_code == 404
    assert browser.get("/tidy/jobs/none").status_code == 404


def test_the_progress_is_shown_while_it_lasts(browser: Browser) -> None:
    from threading import Event

    go, on = Event(), Event()
    browser.get("/")
    cookie = next(iter(browser.client.cookies.values()))

    def work(job: Job) -> Message:
        for number in job.track(range(4), Text("Tidying"), 4):
            if number == 1:
                on.set()
                go.wait()
        return Message(Text("all done"))

    key = browser.site.jobs.start(cookie, "/some/folder", work)
    on.wait()
    page = browser.get(f"/tidy/jobs/{key}").text
    assert "1 of 4" in page
    assert "data-again" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    go.set()
    browser.site.jobs.close()
    page = browser.get(f"/tidy/jobs/{key}").text
    assert "all done" in page
    assert "data-again" not in page


def test_a_job_that_fails_says_why_and_old_ones_are_forgotten() -> None:
    jobs = Jobs()

    def fail(_job: Job) -> Message:
        raise PomichnykError(Text("no room"))

    first = jobs.start("me", "x", fail)
    jobs.close()
    error = jobs.get("me", first).error
    assert error
    assert str(error) == "no room"
    for _ in range(MOST):
        jobs.start("me", "x", lambda _: Message(Text("done")))
        jobs.close()
    with pytest.raises(NotFoundError):
        jobs.get("me", first)
