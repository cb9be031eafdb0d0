"""The assistant in a real browser: every page walked as a person would, by hand and by ear."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from starlette.routing import Match, Route

from browser_driver import Served, Visitor, book, fill, visitor
from messages import serving
from pomichnyk.domain.message import Message, State
from pomichnyk.messenger import send
from pomichnyk.web.application import routes

Say = Callable[[str], str]

DATA = Path(__file__).parents[1] / "data"
LONG = "Олена Нечуй-Левицька-Переяславо-Хмельницька"
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
NOTE = f"""# План

- [посилання](javascript:alert(3)) {HOSTILE}
- <a href="https://example.com" onclick="alert(4)">далі</a>

| що | скільки |
|---|---|
| яблука | 3 |

`код` **важливо**
"""
LOST = "Маруся Чурай"
NEW = {"en": "iphone.vcf", "uk": "android.vcf"}
"""A file for each, whose contacts are not there yet."""
NARROW: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 800}
NOT_SHOWN = {"/contacts/export", "/contacts/birthdays.ics", "/grades/export", "/storage/backup"}
"""Pages that give a file."""
UNLINKED = {"/login", "/health", "/favicon.ico", "/static/{digest}/{name}", "/tidy/jobs/{key}"}
"""What no page leads to; tests of their own see most of them."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a book with somebody in it, notes, messages and grades."""
    folder = tmp_path_factory.mktemp("browser")
    served = Served(folder)
    person = ("contact", "add", LONG, "--phone", "mobile=0671234567", "--tag", "друзі")
    fill(
        served.storage,
        (*person, "--email", "work=olena.nechui-levytska@example.com", "--birthday", "--11-23"),
        ("contact", "add", LOST),
        ("note", "add", NOTE, "--tag", "друзі"),
        ("grades", "seed", "--seed", "7"),
    )
    with book(served.storage) as app:
        app.storage.messages.receive([came(f"привіт {HOSTILE}")])
    with served:
        yield served


def came(text: str) -> Message:
    """Return a message as it comes from another computer."""
    return Message(text=text, sender="kitchen", peer="192.168.0.7", key=text, state=State.RECEIVED)


@pytest.fixture(params=["en-GB", "uk-UA"])
def anna(request: pytest.FixtureRequest, chromium: Browser, here: Served) -> Iterator[Visitor]:
    """Return somebody who reads English, and somebody who reads Ukrainian."""
    with visitor(chromium, here.url, locale=request.param) as made:
        yield made


@pytest.fixture
def page(anna: Visitor) -> Page:
    return anna.page


@pytest.fixture
def say(anna: Visitor) -> Say:
    """Return what says words of ours in the language that is read."""
    return anna.say


def box(page: Page, name: str) -> Locator:
    """Return the field of that very name."""
    return page.get_by_role("textbox", name=name, exact=True)


@pytest.mark.parametrize(
    ("locale", "looks"),
    [("en-GB", {"light": WIDE, "dark": NARROW}), ("uk-UA", {"dark": WIDE, "light": NARROW})],
)
def test_no_page_hinders_anybody(
    chromium: Browser, here: Served, locale: str, looks: dict[Any, Any]
) -> None:
    hindrances: list[str] = []
    seen: set[str] = set()
    with visitor(chromium, here.url, locale=locale) as anna:
        to_see = ["/", "/help/contact-add"]  # the one with the most to tell
        while to_see:
            path = to_see.pop()
            if (kind := pattern(path)) in seen | NOT_SHOWN or kind.startswith("/api"):
                continue
            seen.add(kind)
            anna.page.goto(path)
            assert anna.page.locator("html").get_attribute("lang") == locale[:2]
            for scheme, size in looks.items():
                anna.page.emulate_media(color_scheme=scheme)
                anna.page.set_viewport_size(size)
                hindrances += [f"{scheme}: {one}" for one in anna.hindrances()]
            to_see += anna.page.locator("a[href^='/']").evaluate_all(
                "links => links.map(link => link.getAttribute('href'))"
            )
    assert hindrances == []
    pages = {
        one.path
        for one in routes()
        if isinstance(one, Route) and "GET" in (one.methods or ()) and "/api" not in one.path
    }
    assert pages - seen == NOT_SHOWN | UNLINKED


def pattern(path: str) -> str:
    """Return the path of the route that answers."""
    scope = {"type": "http", "method": "GET", "path": urlsplit(path).path, "headers": []}
    for one in routes():
        if one.matches(scope)[0] is Match.FULL:
            assert isinstance(one, Route)
            return one.path
    raise AssertionError(path)


def test_a_contact_is_added_found_edited_and_removed(anna: Visitor, page: Page, say: Say) -> None:
    page.goto("/contacts")
    page.get_by_role("link", name=say("Add a contact")).click()
    page.get_by_label(say("Name")).fill("Марко Вовчок")
    page.get_by_label(f"{say('phones')}, 1").fill("12")
    page.get_by_label(say("birthday")).fill("1833-13-40")
    page.get_by_role("button", name=say("Save")).last.click()

    anna.expect("422 POST /contacts/new")
    assert anna.hindrances() == []
    for field in (f"{say('phones')}, 1", say("birthday")):
        assert page.get_by_label(field).get_attribute("aria-invalid") == "true"
        described = page.get_by_label(field).get_attribute("aria-describedby")
        expect(page.locator(f"#{described}")).to_be_visible()
    assert page.get_by_label(say("Name")).input_value() == "Марко Вовчок"

    page.get_by_label(f"{say('phones')}, 1").fill("050 123 45 67")
    page.get_by_label(say("birthday")).fill("1833-12-22")
    page.get_by_role("button", name=say("Save")).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Марко Вовчок")
    expect(page.get_by_text("+380501234567")).to_be_visible()

    page.get_by_role("link", name=say("Edit")).click()
    page.get_by_label(say("tags")).fill("письменники")
    page.get_by_role("button", name=say("Save")).last.click()
    expect(page.get_by_role("link", name="письменники")).to_be_visible()

    page.goto("/contacts")
    page.get_by_role("searchbox").press_sequentially("вовч")
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page).to_have_url(re.compile("q=%D0%B2%D0%BE%D0%B2%D1%87"))
    page.get_by_role("searchbox").press_sequentially("щщщщ")
    expect(
        page.get_by_text(say("Nothing is found for “{query}”.").partition("{")[0])
    ).to_be_visible()
    page.get_by_role("searchbox").fill("письменники")
    page.get_by_role("link", name="Марко Вовчок").click()

    page.get_by_role("link", name=say("Remove")).click()
    page.get_by_role("link", name=say("Keep")).click()
    page.get_by_role("link", name=say("Remove")).click()
    page.get_by_role("button", name=say("Remove")).click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_text("Марко Вовчок")).to_have_count(0)


def test_contacts_come_by_file_and_go_by_file(
    anna: Visitor, page: Page, say: Say, tmp_path: Path
) -> None:
    page.goto("/contacts/files")
    page.get_by_label(say("File"), exact=True).set_input_files(DATA / "tricky.vcf")
    page.get_by_role("button", name=say("Look at it first")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("tricky.vcf")
    page.get_by_role("button", name=say("Leave it")).click()
    page.get_by_label(say("File"), exact=True).set_input_files(DATA / NEW[anna.language])
    page.get_by_role("button", name=say("Look at it first")).click()
    page.get_by_role("button", name=say("Take them in")).click()
    expect(page.get_by_role("status")).to_be_visible()

    for kind in ("vcf", "google", "outlook", "json"):
        page.get_by_label(say("Kind of file")).select_option(kind)
        with page.expect_download() as given:
            page.get_by_role("button", name=say("Download")).click()
        path = tmp_path / given.value.suggested_filename
        given.value.save_as(path)
        assert LONG.partition(" ")[0] in path.read_text("utf-8-sig")
    page.goto("/contacts/birthdays?days=366")
    expect(page.get_by_role("link", name=LONG)).to_be_visible()
    with page.expect_download() as given:
        page.get_by_role("link", name=say("All of them, for a calendar")).click()
    assert given.value.suggested_filename == "birthdays.ics"


def test_a_note_is_shown_as_markdown_and_nothing_in_it_runs(
    anna: Visitor, page: Page, say: Say
) -> None:
    page.goto("/notes")
    page.get_by_role("link", name=say("Write a note")).click()
    page.get_by_label(say("Text")).fill(NOTE.replace("План", f"Задум {HOSTILE}"))
    page.get_by_label(say("tags")).fill("думки")
    page.get_by_role("button", name=say("Save")).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Задум")
    expect(page.get_by_role("cell", name="яблука")).to_be_visible()
    expect(page.locator("main strong")).to_have_text("важливо")
    assert page.locator("main").locator("script, img, [onclick], [href^=javascript]").count() == 0
    assert anna.hindrances() == []

    page.get_by_role("link", name=say("Edit")).click()
    assert HOSTILE in page.get_by_label(say("Text")).input_value()
    page.get_by_label(say("Text")).fill("просто слова")
    page.get_by_role("button", name=say("Save")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("просто слова")
    page.goto("/notes?tag=думки")
    page.get_by_role("searchbox").press_sequentially("просто")
    page.get_by_role("link", name="просто слова").click()
    page.get_by_role("link", name=say("Remove")).click()
    page.get_by_role("button", name=say("Remove")).click()
    page.goto("/notes")
    expect(page.get_by_text("просто слова")).to_have_count(0)


def test_messages_go_and_come_while_one_looks(
    anna: Visitor, page: Page, say: Say, here: Served, tmp_path: Path
) -> None:
    with serving(tmp_path / "neighbour.db") as (_, port):
        page.goto("/messages")
        page.get_by_text(say("Write a message")).click()
        box(page, say("To")).fill(f"127.0.0.1:{port}")
        box(page, say("message")).fill(f"туди {HOSTILE}")
        page.get_by_role("button", name=say("Send")).click()
        expect(page.get_by_role("status")).to_contain_text(say("Delivered."))
    with book(f"sqlite:///{tmp_path}/neighbour.db") as app:
        assert [one.text for one in app.mailbox.all()] == [f"туди {HOSTILE}"]

    listening(page)
    with serving(here.folder / "book.db") as (_, port):
        send("127.0.0.1", port, f"сюди {HOSTILE}")
        expect(page.get_by_role("link", name="сюди")).to_be_visible()
    assert anna.hindrances() == []

    page.get_by_role("link", name="сюди").click()
    page.get_by_role("link", name=say("Remove")).click()
    page.get_by_role("button", name=say("Remove")).click()
    expect(page.get_by_role("link", name="сюди")).to_have_count(0)

    page.get_by_text(say("Write a message")).click()
    box(page, say("To")).fill("nobody at all")
    box(page, say("message")).fill("слово")
    with page.expect_response("**/messages") as answer:
        page.get_by_role("button", name=say("Send")).click()
    anna.expect(f"{answer.value.status} POST /messages")
    assert box(page, say("To")).get_attribute("aria-invalid") == "true"
    assert box(page, say("message")).input_value() == "слово"
    assert anna.hindrances() == []


def listening(page: Page) -> None:
    """Open the messages, and wait until the page would hear of new ones."""
    with page.expect_websocket():
        page.goto("/messages")
    page.wait_for_timeout(500)


@pytest.mark.slow
def test_a_message_comes_while_a_query_takes_its_time(
    chromium: Browser, postgresql_url: str, tmp_path: Path
) -> None:
    served = Served(tmp_path, postgresql_url)
    with served, visitor(chromium, served.url) as anna:
        listening(anna.page)
        with closing(psycopg.connect(postgresql_url)) as locker:
            locker.execute("LOCK TABLE notes IN ACCESS EXCLUSIVE MODE")
            slow = anna.context.new_page()
            slow.goto("/help")
            slow.evaluate("location.href = '/notes'")
            with book(postgresql_url) as app:
                app.storage.messages.receive([came("попри все")])
            expect(anna.page.get_by_role("link", name="попри все")).to_be_visible()
            assert slow.url.endswith("/help")
            locker.rollback()
        expect(slow.get_by_text("No notes yet")).to_be_visible()


def test_the_gradebook_answers_and_takes_grades(anna: Visitor, page: Page, say: Say) -> None:
    page.goto("/grades")
    questions = page.locator("a[href^='/grades/questions/']")
    expect(questions).to_have_count(12)
    for place in range(12):
        questions.nth(place).click()
        for chooser in page.locator("main select").all():
            chooser.select_option(index=1)
        for field in page.locator("main input").all():
            field.fill("#1")
        if (ask := page.get_by_role("button", name=say("Ask"))).count():
            ask.click()
            page.wait_for_url("**ask=1**")
        expect(page.locator("main :is(table, .after, .message, p, td)").first).to_be_visible()
        page.goto("/grades")

    page.locator("a[href^='/grades/group/']:not([href$=new])").first.click()
    expect(page.get_by_role("img")).to_be_visible()
    page.get_by_label(say("Subject")).select_option(index=1)
    page.wait_for_url("**subject=**")
    page.get_by_role("cell").get_by_role("link").first.click()
    expect(page.get_by_role("img")).to_be_visible()

    page.get_by_role("link", name=say("Give a grade")).click()
    box(page, say("grade")).fill("101")
    page.get_by_role("button", name=say("Save")).click()
    anna.expect(f"422 POST {urlsplit(page.url).path}")
    assert anna.hindrances() == []
    page.get_by_label(say("Subject")).select_option(index=1)
    box(page, say("grade")).fill("99")
    page.get_by_label(say("what for")).fill("сходинка")
    page.get_by_role("button", name=say("Save")).click()
    row = page.get_by_role("row").filter(has_text="сходинка")
    expect(row).to_contain_text("99")

    row.get_by_role("link").click()
    box(page, say("grade")).fill("98")
    page.get_by_role("button", name=say("Save")).click()
    expect(row).to_contain_text("98")
    row.get_by_role("link").click()
    page.get_by_role("button", name=say("Erase")).click()
    expect(row).to_have_count(0)
    page.get_by_role("link", name=say("History")).click()
    expect(page.get_by_role("row").filter(has_text="99").first).to_be_visible()


@pytest.mark.slow
def test_an_empty_gradebook_is_filled_to_try_it(chromium: Browser, tmp_path: Path) -> None:
    served = Served(tmp_path)
    fill(served.storage)
    with served, visitor(chromium, served.url) as anna:
        for path in ("/", "/contacts", "/notes", "/messages", "/grades", "/grades/students"):
            anna.page.goto(path)
            assert anna.hindrances() == []
        anna.page.goto("/grades")
        anna.page.get_by_role("button", name="Fill it with random people").click()
        expect(anna.page.locator("a[href^='/grades/group/']:not([href$=new])")).not_to_have_count(0)


def test_a_folder_is_planned_sorted_and_put_back(
    anna: Visitor, page: Page, say: Say, tmp_path: Path
) -> None:
    folder = tmp_path / "Завантаження"
    folder.mkdir()
    names = {f"файл {number} {HOSTILE.replace('/', '')}.txt" for number in range(3)}
    names |= {f"{number}.jpg" for number in range(3000)}
    for name in names:
        (folder / name).touch()
    page.goto("/tidy")
    page.get_by_label(say("Folder")).fill("nowhere")
    page.get_by_role("button", name=say("Show the plan")).click()
    anna.expect("422 POST /tidy")
    assert anna.hindrances() == []

    page.get_by_label(say("Folder")).fill(str(folder))
    page.get_by_role("button", name=say("Show the plan")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3003")
    assert anna.hindrances() == []
    with page.expect_response(
        lambda answer: answer.request.headers.get("x-part") == "progress" and answer.ok
    ):
        page.get_by_role("button", name=say("Sort them")).click()
    expect(page.get_by_role("link", name=say("Tidy another folder"))).to_be_visible()
    assert anna.hindrances() == []
    assert {one.name for one in (folder / "jpg").iterdir()} == {f"{n}.jpg" for n in range(3000)}

    page.get_by_role("button", name=say("Undo the latest sorting")).click()
    expect(page.get_by_role("link", name=say("Tidy another folder"))).to_be_visible()
    assert {one.name for one in folder.iterdir() if not one.name.startswith(".")} == names


def test_a_backup_brings_back_what_was_lost(
    anna: Visitor, page: Page, say: Say, tmp_path: Path
) -> None:
    page.goto("/storage")
    page.get_by_role("button", name=say("Look for damage")).click()
    expect(page.get_by_role("status")).to_be_visible()
    for kind in ("json", "bin"):
        page.get_by_label(say("Kind of file")).select_option(kind)
        with page.expect_download() as given:
            page.get_by_role("button", name=say("Download")).click()
        given.value.save_as(tmp_path / f"backup.{kind}")

        page.goto("/contacts?q=Чурай")
        page.get_by_role("link", name=LOST).click()
        page.get_by_role("link", name=say("Remove")).click()
        page.get_by_role("button", name=say("Remove")).click()
        expect(page.get_by_role("link", name=LOST)).to_have_count(0)

        page.goto("/storage")
        page.get_by_label(say("File"), exact=True).set_input_files(tmp_path / f"backup.{kind}")
        page.get_by_role("button", name=say("Go on")).click()
        expect(page.get_by_role("button", name=say("Put it back"))).to_be_visible()
        assert anna.hindrances() == []
        page.get_by_role("button", name=say("Put it back")).click()
        expect(page.get_by_role("status")).to_be_visible()
        page.goto("/contacts")
        expect(page.get_by_role("link", name=LOST)).to_be_visible()
        page.goto("/storage")

    (tmp_path / "no.json").write_text("{")
    page.get_by_label(say("File"), exact=True).set_input_files(tmp_path / "no.json")
    page.get_by_role("button", name=say("Go on")).click()
    page.get_by_role("button", name=say("Put it back")).click()
    anna.expect("422 POST /storage/restored")
    assert page.get_by_label(say("File"), exact=True).get_attribute("aria-invalid") == "true"


def test_only_who_knows_the_password_comes_in(chromium: Browser, tmp_path: Path) -> None:
    served = Served(tmp_path)
    served.tell("web", "--set-password", typed="correct horse\n")
    with served, visitor(chromium, served.url) as anna:
        page = anna.page
        page.goto("/contacts?tag=x")
        assert anna.hindrances() == []
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(NARROW)
        page.get_by_label("Password").fill("wrong")
        page.keyboard.press("Enter")
        anna.expect("403 POST /login")
        assert anna.hindrances() == []
        page.get_by_label("Password").fill("correct horse")
        page.keyboard.press("Enter")
        page.wait_for_url("**/contacts?tag=x")
        page.get_by_role("button", name="Log out").click()
        page.goto("/contacts")
        expect(page.get_by_label("Password")).to_be_visible()
        assert "/login" in page.url


def test_a_page_that_is_not_there_is_told(anna: Visitor, page: Page) -> None:
    page.goto("/nothing")

    anna.expect("404 GET /nothing")
    assert anna.hindrances() == []
    page.get_by_role("main").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(anna.say("Today"))


def test_the_language_is_chosen_and_kept(anna: Visitor, page: Page) -> None:
    buttons = {"en": "EN", "uk": "УК"}
    (other,) = buttons.keys() - {anna.language}
    page.goto("/contacts?sort=name")
    page.get_by_role("button", name=buttons[other]).click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    assert page.url.endswith("/contacts?sort=name")
    page.goto("/notes")
    page.get_by_role("button", name=buttons[anna.language]).click()
    expect(page.locator("html")).to_have_attribute("lang", anna.language)


def test_everything_is_reached_by_the_keyboard(page: Page, say: Say) -> None:
    page.goto("/help")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=say("Skip to the content"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    page.goto("/contacts")
    stops = walked(page)
    assert stops == in_order(page)

    page.get_by_role("link", name=say("Add a contact")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/contacts/new")
    expect(page.get_by_label(say("Name"))).to_be_focused()
    page.keyboard.type("Клавіша")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Клавіша")
    page.get_by_role("link", name=say("Remove")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/remove")
    page.get_by_role("button", name=say("Remove")).focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/contacts?**")
    expect(page.get_by_text("Клавіша")).to_have_count(0)


FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [Boolean(seen), [...document.querySelectorAll("*")].indexOf(one)];
}"""


def walked(page: Page) -> list[int]:
    """Return where the key Tab leads, one after the other; each must be seen."""
    stops: list[int] = []
    page.locator("body").press("Tab")
    while (found := page.evaluate(FOCUSED))[1] not in stops and len(stops) < 200:
        assert found[0], f"stop {len(stops)} is not seen"
        stops.append(found[1])
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
    return stops


def in_order(page: Page) -> list[int]:
    """Return what can be used, as it stands in the page."""
    found: list[int] = page.evaluate("""() => {
      const all = [...document.querySelectorAll("*")];
      const usable =
        "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
      return all.filter(one => one.matches(usable) && one.tabIndex >= 0 && one.checkVisibility())
        .map(one => all.indexOf(one));
    }""")
    return found


def test_it_works_without_a_script(chromium: Browser, here: Served, tmp_path: Path) -> None:
    with visitor(chromium, here.url, java_script_enabled=False) as anna:
        page = anna.page
        page.goto("/contacts/new")
        page.get_by_label("Name").fill("Безмовна Машина")
        page.get_by_role("button", name="More rows").click()
        page.get_by_label("phones, 2").fill("0501112233")
        page.get_by_role("button", name="Save").last.click()
        expect(page.get_by_text("+380501112233")).to_be_visible()

        page.goto("/contacts")
        page.get_by_label("Order").select_option("added")
        page.get_by_role("button", name="Sort").click()
        page.get_by_role("searchbox").fill("безмовна")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("link", name="Безмовна Машина").click()
        page.get_by_role("link", name="Remove").click()
        page.get_by_role("button", name="Remove").click()

        page.goto("/notes/new")
        page.get_by_label("Text").fill("без скрипту")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("без скрипту").first).to_be_visible()

        with closing(socket.socket()) as nobody:
            nobody.bind(("127.0.0.1", 0))
            page.goto("/messages")
            page.get_by_text("Write a message").click()
            box(page, "To").fill(f"127.0.0.1:{nobody.getsockname()[1]}")
            box(page, "message").fill("пізніше")
            page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_contain_text("outbox")

        (tmp_path / "a.txt").touch()
        page.goto("/tidy")
        page.get_by_label("Folder").fill(str(tmp_path))
        page.get_by_role("button", name="Show the plan").click()
        page.get_by_role("button", name="Sort them").click()
        expect(page.get_by_role("link", name="Tidy another folder")).to_be_visible()
        assert (tmp_path / "txt" / "a.txt").exists()
