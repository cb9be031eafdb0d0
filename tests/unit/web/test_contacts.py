"""Contacts in a browser: found, shown, added, changed and removed by forms."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

from pomichnyk.bootstrap import App
from pomichnyk.domain.changes import Changes
from pomichnyk.domain.contact import Card, Contact, Entry
from pomichnyk.domain.fields import Email, Name, Phone
from web import Answer, Browser, hidden


def values(answer: Answer, name: str) -> list[str]:
    """Return what stands in the fields of one name."""
    return re.findall(rf'name="{name}"[^>]*? value="([^"]*)"', answer.text)


def beside(answer: Answer, field: str) -> str:
    """Return the error beside a field."""
    found = re.search(rf'<p class="error" id="{field}-error">(.*?)</p>', answer.text)
    return found[1] if found else ""


def names(answer: Answer) -> list[str]:
    """Return the names in the list."""
    return re.findall(r'<a href="/contacts/[0-9a-f-]{36}">(.*?)</a>', answer.text)


def test_an_empty_book_says_how_to_begin(browser: Browser) -> None:
    answer = browser.get("/contacts")

    assert answer.status_code == 200
    assert "The address book is empty." in answer.text
    assert 'href="/contacts/new"' in answer.text


def test_a_contact_is_added_and_shown(browser: Browser, app: App) -> None:
    answer = browser.post(
        "/contacts/new",
        {
            "name": "Олена Пчілка",
            "phone_label": ["work", ""],
            "phone": ["067 123-45-67", ""],
            "email_label": [""],
            "email": ["Olena@Example.COM"],
            "address_label": ["home"],
            "address": ["Гадяч"],
            "messenger_label": "",
            "messenger": "desk.lan:4000",
            "birthday": "17.07.1849",
            "tags": "рід, #друзі",
            "comment": "a\r\nb",
        },
    )

    (contact,) = app.contacts.all()
    assert answer.url.path == f"/contacts/{contact.id}"
    assert "Added." in answer.text
    assert (contact.name, str(contact.birthday)) == ("Олена Пчілка", "1849-07-17")
    assert contact.phones == (Phone("+380671234567", "work"),)
    assert contact.emails == (Email("Olena@example.com"),)
    assert [(one.label, one.value) for one in contact.addresses] == [("home", "Гадяч")]
    assert [one.value for one in contact.messengers] == ["desk.lan:4000"]
    assert (contact.tags, contact.comment) == (("рід", "друзі"), "a\nb")
    for shown in ("tel:+380671234567", "mailto:Olena@example.com", "Гадяч", "1849-07-17"):
        assert shown in answer.text


def test_every_error_stands_beside_its_field_and_what_was_typed_stays(
    browser: Browser, app: App
) -> None:
    typed: dict[str, str | list[str]] = {
        "name": " ",
        "phone_label": ["work", ""],
        "phone": ["067 123-45-67", "12"],
        "email_label": [""],
        "email": ["nobody"],
        "birthday": "31.02.2000",
        "tags": "good #",
        "comment": "a comment",
    }

    answer = browser.post("/contacts/new", typed)

    assert answer.status_code == 422
    assert [*app.contacts.all()] == []
    assert beside(answer, "phone-0") == ""
    assert "+380 67 123 45 67" in beside(answer, "phone-1")
    for field in ("name", "email-0", "birthday", "tags"):
        assert beside(answer, field), field
    assert values(answer, "phone") == ["067 123-45-67", "12", ""]
    assert values(answer, "phone_label") == ["work", "", ""]
    assert values(answer, "email") == ["nobody", ""]
    assert values(answer, "birthday") == ["31.02.2000"]
    assert "a comment</textarea>" in answer.text


def test_a_namesake_without_details_is_told_above_the_form(browser: Browser, app: App) -> None:
    app.contacts.add(Changes(name="Тарас"))

    answer = browser.post("/contacts/new", {"name": "тарас"})

    assert answer.status_code == 422
    assert "is in the address book already" in answer.text
    assert values(answer, "name") == ["тарас"]


def test_more_rows_come_without_a_script_and_nothing_is_stored(browser: Browser, app: App) -> None:
    answer = browser.post(
        "/contacts/new", {"name": "x", "phone_label": "a", "phone": "1", "more": "1"}
    )

    assert values(answer, "phone") == ["1", "", "", ""]
    assert [*app.contacts.all()] == []


def test_a_form_saved_as_it_came_changes_nothing(browser: Browser, app: App) -> None:
    # What an old card brought in may be what no form would take, or be there twice.
    contact = Contact(
        name=Name("Тарас"),
        phones=(Phone("+380671234567", "a"), Phone("+380671234567", "b"), Phone("+12345678")),
        emails=(Email("root@localhost"),),
        comment="\n\nfirst\r\nsecond ",
        keywords="Просвіта",
    )
    app.storage.contacts.put([Entry(contact, Card("BEGIN:VCARD\r\nEND:VCARD\r\n", "u", "d"))])
    page = browser.get(f"/contacts/{contact.id}/edit")

    answer = browser.post(f"/contacts/{contact.id}/edit", whole(page))

    assert answer.url.path == f"/contacts/{contact.id}"
    assert app.contacts.get(str(contact.id)) == contact


def whole(page: Answer) -> dict[str, str | list[str]]:
    """Return all that a form holds, as a browser would send it unchanged."""
    fields: dict[str, str | list[str]] = {
        name: [*map(unescape, values(page, name))]
        for name in re.findall(r'<input (?:id="\w+" )?name="(\w+)"', page.text)
    }
    areas = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    fields |= hidden(page.text)
    return fields | {name: unescape(text).replace("\n", "\r\n") for name, text in areas}


def test_values_are_changed_relabelled_and_taken_away(browser: Browser, app: App) -> None:
    contact = app.contacts.add(
        Changes(
            name="Тарас",
            phones=[("work", "0671234567"), ("home", "0501112233")],
            emails=[("", "a@example.com")],
            tags=["x", "y"],
            birthday="1990-01-02",
        )
    )

    browser.post(
        f"/contacts/{contact.id}/edit",
        {
            "name": "Тарас Бульба",
            "phone_label": ["mobile", ""],
            "phone": ["+380671234567", "0931112233"],
            "email_label": "",
            "email": "",
            "tags": "y z",
            "birthday": "",
            "comment": "",
        },
    )

    edited = app.contacts.get(str(contact.id))
    assert edited.name == "Тарас Бульба"
    assert edited.phones == (Phone("+380671234567", "mobile"), Phone("+380931112233"))
    assert (edited.emails, edited.birthday, edited.tags) == ((), None, ("y", "z"))


def test_what_somebody_else_changed_meanwhile_is_told_and_nothing_is_lost(
    browser: Browser, app: App
) -> None:
    contact = app.contacts.add(Changes(name="Тарас"))
    stale = whole(browser.get(f"/contacts/{contact.id}/edit"))
    app.contacts.edit(str(contact.id), Changes(comment="theirs"))

    answer = browser.post(f"/contacts/{contact.id}/edit", {**stale, "comment": "mine"})

    assert answer.status_code == 409
    assert "Somebody else changed" in answer.text
    assert "theirs" in answer.text
    assert "mine</textarea>" in answer.text
    assert app.contacts.get(str(contact.id)).comment == "theirs"

    again = browser.client.post(
        f"/contacts/{contact.id}/edit", data=whole(answer), headers={"Origin": "http://localhost"}
    )

    assert again.status_code == 200
    assert app.contacts.get(str(contact.id)).comment == "mine"


def test_what_is_wrong_with_a_change_is_told_and_nothing_is_stored(
    browser: Browser, app: App
) -> None:
    contact = app.contacts.add(Changes(name="Тарас", emails=[("", "a@example.com")]))
    fields = whole(browser.get(f"/contacts/{contact.id}/edit"))

    answer = browser.post(f"/contacts/{contact.id}/edit", {**fields, "birthday": "tomorrow"})
    assert answer.status_code == 422
    assert beside(answer, "birthday")
    assert values(answer, "birthday") == ["tomorrow"]

    more = browser.post(f"/contacts/{contact.id}/edit", {**fields, "more": "1"})
    assert values(more, "email") == ["a@example.com", "", "", ""]
    assert app.contacts.get(str(contact.id)) == contact


def test_who_was_removed_meanwhile_is_not_found(browser: Browser, app: App) -> None:
    contact = app.contacts.add(Changes(name="Тарас"))
    stale = whole(browser.get(f"/contacts/{contact.id}/edit"))
    app.contacts.remove(str(contact.id))

    answer = browser.post(f"/contacts/{contact.id}/edit", stale, page="/contacts")

    assert answer.status_code == 404


def test_removing_is_asked_about_first(browser: Browser, app: App) -> None:
    contact = app.contacts.add(Changes(name="Тарас"))

    asked = browser.get(f"/contacts/{contact.id}/remove")
    assert "Remove Тарас from the address book?" in asked.text
    assert app.storage.contacts.count() == 1

    answer = browser.post(f"/contacts/{contact.id}/remove")
    assert answer.url.path == "/contacts"
    assert app.storage.contacts.count() == 0


def test_the_list_is_paged_sorted_and_parted_by_tags(browser: Browser, app: App) -> None:
    for number in range(53):
        app.contacts.add(Changes(name=f"n{number:02}", tags=["even"] if number % 2 == 0 else []))

    first, second = browser.get("/contacts"), browser.get("/contacts?page=2")
    assert names(first) == [f"n{number:02}" for number in range(50)]
    assert names(second) == ["n50", "n51", "n52"]
    assert names(browser.get("/contacts?sort=added"))[0] == "n52"
    assert len(names(browser.get("/contacts?tag=even"))) == 27
    assert "even <small>27</small>" in first.text
    assert names(browser.get("/contacts?page=999&sort=%3Cb%3E")) == []
    assert names(browser.get("/contacts?page=no")) == names(first)


def test_a_search_answers_a_whole_page_or_its_part(browser: Browser, app: App) -> None:
    app.contacts.add(Changes(name="Тарас Шевченко"))
    app.contacts.add(Changes(name="Леся Українка"))

    whole_page = browser.get("/contacts?q=шевч")
    part = browser.get("/contacts?q=шевч", headers={"X-Part": "results"})

    assert names(whole_page) == names(part) == ["Тарас Шевченко"]
    assert "<html" in whole_page.text
    assert "<html" not in part.text
    assert "Nothing is found for “&lt;b&gt;”." in browser.get("/contacts?q=<b>").text


def test_birthdays_lead_to_their_contacts(browser: Browser, app: App) -> None:
    today = datetime.now().astimezone().date()
    contact = app.contacts.add(Changes(name="Тарас", birthday=f"--{today:%m-%d}"))

    for path in ("/contacts/birthdays", "/"):
        assert f'<a href="/contacts/{contact.id}">Тарас</a>' in browser.get(path).text
    calendar = browser.get("/contacts/birthdays.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "Тарас" in calendar.text
