"""Makes docs/images: the pages of the assistant, with invented people, as a browser shows them.

PYTHONPATH=tests/support python scripts/screenshots.py      needs Chromium
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page

from browser_driver import Served, Visitor, book, fill, started, visitor
from pomichnyk.domain.message import Message, State

IMAGES = Path(__file__).parents[1] / "docs" / "images"
MOST = 60_000
"""Bytes that a picture may have."""
COLOURS = 64
"""How many a picture is reduced to; pages have few, and shades of letters."""
WINDOW, PHONE = {"width": 1000, "height": 640}, {"width": 390, "height": 780}
PEOPLE = (
    "Ада Лавлейс|ada@example.com|050 123 45 67|12-10|математика робота",
    "Тарас Ґалаґан|taras@example.org|067 234 56 78|03-09|друзі",
    "Соломія Їжакевич|solomiia@example.com|093 345 67 89|11-25|друзі робота",
    "Марія Приймаченко|maria@example.org|066 456 78 90|01-12|мистецтво",
    "Iryna Kovalenko|iryna@example.com|097 567 89 01|11-23|family",
    "James Baker|james@example.org|+44 20 7946 0018|06-01|work",
    "Zoë Müller|zoe@example.com|+49 30 901820|05-17|work друзі",
    "Юрій Кондратюк|yurii@example.org|063 678 90 12|06-21|математика",
)
NOTES = (
    "# Сад\n\n- яблуня **Ренет Симиренка**\n- бузок біля вікна\n\nСпитати @Соломія|дім весна",
    "# Trip to Lviv\n\nTrain at 7:42, seats by the window. Ask @James about the hotel.|travel",
    "# Рецепт борщу\n\nБуряк, квасоля, копчена груша; варити на малому вогні.|дім кухня",
    "# Meeting on Monday\n\n1. the budget\n2. who speaks first\n3. lunch|work",
    "# Books to read\n\nLem, *The Cyberiad*; Підмогильний, *Місто*.|books",
    "# Wi-Fi of the workshop\n\nThe code is `on the fridge`.|дім",
)
MESSAGES = (
    ("kitchen", "192.168.0.12", State.RECEIVED, "Вечеря готова, спускайся!"),
    ("me", "192.168.0.12:20380", State.DELIVERED, "П'ять хвилин."),
    ("workshop", "192.168.0.31", State.RECEIVED, "The print is done; the lid can be opened."),
    ("me", "192.168.0.31:20380", State.DELIVERED, "Thank you, coming down."),
    ("me", "192.168.0.44:20380", State.WAITING, "Не забудь про квитки на суботу."),
)
FILES = "photo.jpg beach.jpg report.pdf ticket.pdf song.mp3 talk.mp4 notes.txt data.csv cat.png"


@dataclass(frozen=True)
class Shot:
    """A picture: of which page, in which colours and language, how large."""

    name: str
    path: str
    click: str = ""
    centre: str = ""
    scheme: str = "light"
    locale: str = "en-GB"
    phone: bool = False


SHOTS = (
    Shot("contacts", "/contacts"),
    Shot("card", "/contacts?q=Соломія", click="td a", scheme="dark"),
    Shot("notes", "/notes", scheme="dark"),
    Shot("gradebook", "/grades/group/1", centre=".chart"),
    Shot("student", "/grades/student/1", centre=".chart", scheme="dark"),
    Shot("tidy", "/tidy"),
    Shot("messages", "/messages"),
    Shot("phone", "/contacts", locale="uk-UA", phone=True),
)


def main() -> int:
    """Fill a store, serve it, and take every picture."""
    chromium = shutil.which("chromium")
    if not chromium:
        print("there is no browser: apt-get install chromium", file=sys.stderr)
        return 6
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        served = Served(Path(folder))
        invent(served)
        with served, started(chromium) as browser:
            for shot in SHOTS:
                options = {"viewport": PHONE if shot.phone else WINDOW, "locale": shot.locale}
                with visitor(browser, served.url, color_scheme=shot.scheme, **options) as anna:
                    take(anna, shot, served.folder)
    return 0


def invent(served: Served) -> None:
    """Fill a store with people, notes, messages, grades, and a folder with files."""
    commands = [person(line) for line in PEOPLE]
    for line in NOTES:
        text, _, tags = line.partition("|")
        commands.append(("note", "add", text, *labelled("--tag", tags)))
    fill(served.storage, *commands, ("grades", "seed", "--seed", "7"))
    with book(served.storage) as app:
        for place, (sender, peer, state, text) in enumerate(MESSAGES):
            moment = datetime.now(UTC) - timedelta(minutes=7 * (len(MESSAGES) - place))
            one = Message(
                text=text, sender=sender, peer=peer, state=state, created=moment, changed=moment
            )
            app.storage.messages.put([one])
    (served.folder / "Downloads").mkdir()
    for name in FILES.split():
        (served.folder / "Downloads" / name).touch()


def person(line: str) -> tuple[str, ...]:
    """Return the command that adds somebody."""
    name, mail, phone, born, tags = line.split("|")
    words = ("--phone", f"mobile={phone}", "--email", f"home={mail}", "--birthday", f"--{born}")
    return ("contact", "add", name, *words[:4], f"--birthday=--{born}", *labelled("--tag", tags))


def labelled(flag: str, words: str) -> list[str]:
    """Return the flag before every word."""
    return [part for word in words.split() for part in (flag, word)]


def take(anna: Visitor, shot: Shot, folder: Path) -> None:
    """Open a page and take its picture."""
    page = anna.page
    page.goto(shot.path)
    if shot.click:
        page.locator(shot.click).first.click()
    if shot.name == "tidy":
        planned(page, folder)
    page.wait_for_load_state("networkidle")
    path = IMAGES / f"{shot.name}.png"
    if shot.centre:
        page.locator(shot.centre).evaluate("one => one.scrollIntoView({block: 'center'})")
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.name}: {size} bytes{' (too many)' if size > MOST else ''}")


def planned(page: Page, folder: Path) -> None:
    """Ask for the plan of the folder; it is named by its short name."""
    page.get_by_label("Folder").fill("~/Downloads")
    page.get_by_label("kind").check()
    page.get_by_role("button", name="Show the plan").click()
    page.get_by_role("table").wait_for()
    assert str(folder) not in page.locator("h1").inner_text()


if __name__ == "__main__":
    sys.exit(main())
