"""The contact commands, as lines that a person types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.domain.contact import Contact
from pomichnyk.domain.fields import Name

Run = Callable[..., tuple[int, str, str]]
OLENA = (
    "contact", "add", "Олена Пчілка", "--phone", "work=067 123-45-67", "--email", "o@example.com",
    "--address", "вул. Франка=5", "--messenger", "home=10.0.0.7", "--birthday", "1849-07-17",
    "--tag", "друзі", "--comment", "a\nb",
)  # fmt: skip


def test_contact_is_added_and_shown_whole(run: Run, app: App) -> None:
    code, out, err = run(*OLENA)
    contact = app.contacts.get("Олена Пчілка")
    shown = run("contact", "show", str(contact.id)[:6])[1].splitlines()

    assert (code, out, err) == (0, f"added Олена Пчілка ({str(contact.id)[:8]})\n", "")
    assert shown[:9] == [
        "Олена Пчілка",
        "phones\t+380671234567 (work)",
        "e-mails\to@example.com",
        "addresses\tвул. Франка=5",
        "messengers\t10.0.0.7 (home)",
        "birthday\t1849-07-17",
        "tags\tдрузі",
        "comment\ta",
        "comment\tb",
    ]
    assert [line.partition("\t")[0] for line in shown[9:]] == ["id", "added", "changed"]


def test_shown_contact_has_the_notes_that_mention_them(run: Run) -> None:
    run(*OLENA)
    run("note", "add", "call @Олена Пчілка")

    assert "notes\tcall @Олена Пчілка (" in run("contact", "show", "Олена Пчілка")[1]


def test_shown_contact_has_what_else_is_on_its_card(run: Run, app: App) -> None:
    app.storage.contacts.add(Contact(name=Name("Jim"), keywords="Acme\nhttps://example.com"))
    shown = run("contact", "show", "Jim")[1]

    assert "on the card\tAcme\non the card\thttps://example.com\n" in shown


def test_contact_is_edited(run: Run, app: App) -> None:
    run(*OLENA)
    code, out, _ = run(
        "contact", "edit", "Олена Пчілка", "--name", "Ольга Косач", "--birthday", "",
        "--comment", "", "--remove-phone", "0671234567", "--remove-email", "o@example.com",
        "--remove-address", "вул. Франка=5", "--remove-messenger", "10.0.0.7",
        "--remove-tag", "друзі", "--tag", "поети",
    )  # fmt: skip
    contact = app.contacts.get("Ольга Косач")

    assert (code, out.startswith("saved Ольга Косач (")) == (0, True)
    assert (contact.phones, contact.emails, contact.addresses) == ((), (), ())
    assert contact.messengers == ()
    assert (contact.birthday, contact.comment, contact.tags) == (None, "", ("поети",))


def test_edit_of_nothing_is_refused(run: Run) -> None:
    run(*OLENA)

    assert run("contact", "edit", "Олена Пчілка")[0] == 2


def test_contact_is_removed(run: Run, app: App) -> None:
    run(*OLENA)

    assert run("contact", "remove", "олена пчілка")[1].startswith("removed Олена Пчілка (")
    assert [*app.contacts.all()] == []


def test_contacts_are_listed_and_found(run: Run) -> None:
    run(*OLENA)
    run("contact", "add", "Adam", "--tag", "x", "--tag", "y")
    everyone = run("contact", "list")[1].splitlines()

    assert [line.split("\t")[1:] for line in everyone] == [
        ["Adam", "", "", "", "x y"],
        ["Олена Пчілка", "+380671234567", "o@example.com", "1849-07-17", "друзі"],
    ]
    assert run("contact", "list", "--tag", "Друзі")[1].splitlines() == everyone[1:]
    assert (
        run("contact", "list", "--sort", "birthday", "--limit", "1")[1].splitlines() == everyone[1:]
    )
    assert run("contact", "find", "067", "olena")[1].splitlines() == everyone[1:]
    assert run("contact", "find", "xyzzy") == (0, "", "")


def test_birthdays_are_told_from_today(run: Run) -> None:
    today = date.today()  # noqa: DTZ011  # the person's own day
    for name, day in (("A", today), ("B", today + timedelta(days=1)), ("C", today + timedelta(6))):
        run("contact", "add", name, "--birthday", f"--{day:%m-%d}")
    run("contact", "add", "D", "--birthday", f"--{today + timedelta(days=7):%m-%d}")
    told = [line.split("\t")[1:] for line in run("contact", "birthdays")[1].splitlines()]

    assert told == [["A", "", "today"], ["B", "", "in 1 day"], ["C", "", "in 6 days"]]


def test_birthdays_are_told_from_another_day(run: Run) -> None:
    run(*OLENA)
    told = run("contact", "birthdays", "--from", "2026-07-10", "--days", "8")[1]

    assert told == "2026-07-17\tОлена Пчілка\t177\tin 7 days\n"
    assert run("contact", "birthdays", "--from", "2026-07-10", "--days", "7") == (0, "", "")


@pytest.mark.parametrize("option", [("--days", "0"), ("--days", "-1"), ("--from", "soon")])
def test_days_that_are_none_are_refused(run: Run, option: tuple[str, str]) -> None:
    code, out, err = run("contact", "birthdays", *option)

    assert (code, out) == (4, "")
    assert option[1] in err


def test_birthdays_are_written_to_a_calendar(run: Run, tmp_path: Path) -> None:
    run(*OLENA)
    run("contact", "add", "Adam")
    path = tmp_path / "birthdays.ics"
    code, out, _ = run("contact", "birthdays", "--ics", str(path))

    assert (code, out) == (0, f"wrote 1 birthday to {path}\n")
    assert path.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert "SUMMARY:Олена Пчілка\r\n".encode() in path.read_bytes()


def test_calendar_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    code, out, err = run("contact", "birthdays", "--ics", str(tmp_path / "none" / "b.ics"))

    assert (code, out) == (3, "")
    assert "none" in err
