"""Contacts in and out as files, by a browser."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest

from pomichnyk.bootstrap import App
from pomichnyk.domain.changes import Changes
from pomichnyk.web import uploads
from web import ORIGIN, Answer, Browser, hidden

CARDS = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Тарас\r\nN:;Тарас;;;\r\nEND:VCARD\r\n"


def sent(browser: Browser, name: str, content: bytes, **fields: str) -> Answer:
    """Choose a file on the page of files, and send it."""
    data = {**hidden(browser.get("/contacts/files").text), **fields}
    files = {"file": (name, content)}
    return browser.client.post(
        "/contacts/files", data=data, files=files, headers={"Origin": ORIGIN}
    )


def confirmed(browser: Browser, preview: Answer, **fields: str) -> Answer:
    """Answer the preview."""
    data = {**hidden(preview.text), **fields}
    return browser.client.post("/contacts/files/taken", data=data, headers={"Origin": ORIGIN})


def test_a_file_is_looked_at_first_and_then_taken(browser: Browser, app: App) -> None:
    preview = sent(browser, "phone.vcf", CARDS.encode())
    assert "1 new, 0 updated, 0 unchanged" in preview.text
    assert [*app.contacts.all()] == []

    taken = confirmed(browser, preview)
    assert "1 new, 0 updated, 0 unchanged" in taken.text
    assert [contact.name for contact in app.contacts.all()] == ["Тарас"]

    assert "There is nothing new to take in." in sent(browser, "phone.VCF", CARDS.encode()).text


def test_a_preview_may_be_left(browser: Browser, app: App) -> None:
    preview = sent(browser, "phone.vcf", CARDS.encode())

    confirmed(browser, preview, cancel="1")

    assert [*app.contacts.all()] == []
    assert confirmed(browser, preview).status_code == 404


def test_a_file_waits_for_its_owner_alone(browser: Browser, app: App) -> None:
    key = hidden(sent(browser, "phone.vcf", CARDS.encode()).text)["key"]
    other = Browser(browser.site)

    answer = other.post("/contacts/files/taken", {"key": key}, page="/contacts/files")

    assert answer.status_code == 404
    assert [*app.contacts.all()] == []


def test_an_old_encoding_is_remembered_from_the_preview(browser: Browser, app: App) -> None:
    preview = sent(browser, "old.vcf", CARDS.encode("cp1251"), encoding="windows-1251")
    confirmed(browser, preview)

    assert [contact.name for contact in app.contacts.all()] == ["Тарас"]


def test_what_cannot_be_read_is_told_beside_the_field(browser: Browser) -> None:
    for name, content in (("x.vcf", b"nothing"), ("x.exe", b"x"), ("", b""), ("x.csv", b"\0\1")):
        answer = sent(browser, name, content)
        assert answer.status_code in {400, 422}, name
        assert 'id="file-error"' in answer.text, name


def test_names_of_files_lead_nowhere_and_are_shown_as_text(browser: Browser) -> None:
    for name in ("../../../tmp/evil.vcf", "..\\..\\evil.vcf", "<img src=x onerror=alert(1)>.vcf"):
        answer = sent(browser, name, CARDS.encode())
        assert answer.status_code == 200
        assert "<img src=x" not in answer.text
    waiting = browser.site.uploads
    assert {upload.path.name for upload in waiting._waiting.values()} == {"file.vcf"}


def test_files_that_wait_go_with_the_site(browser: Browser) -> None:
    sent(browser, "phone.vcf", CARDS.encode())
    (upload,) = browser.site.uploads._waiting.values()
    assert upload.path.exists()

    browser.site.close()

    assert not upload.path.exists()
    assert not upload.path.parent.exists()


def test_the_oldest_file_makes_room(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST", 1)
    first = sent(browser, "phone.vcf", CARDS.encode())
    (upload,) = browser.site.uploads._waiting.values()

    sent(browser, "phone.vcf", CARDS.encode())

    assert confirmed(browser, first).status_code == 404
    assert not upload.path.parent.exists()
    browser.site.uploads.forget("unknown")


def test_a_download_that_fails_leaves_nothing_behind(
    browser: Browser, app: App, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "made"))
    (tmp_path / "made").mkdir()
    app.contacts.add(Changes(name="Тарас"))
    assert browser.get("/contacts/export").status_code == 200
    assert [*(tmp_path / "made").iterdir()] == []
    app.storage.close()
    (tmp_path / "book.db").write_bytes(b"no database")

    assert browser.get("/contacts/export").status_code == 503
    assert [*(tmp_path / "made").iterdir()] == []


def test_contacts_are_given_out(browser: Browser, app: App, tmp_path: Path) -> None:
    app.contacts.add(Changes(name="Тарас", tags=["x"]))
    app.contacts.add(Changes(name="Леся"))

    for kind, ending in (("vcf", "vcf"), ("google", "csv"), ("outlook", "csv"), ("json", "json")):
        answer = browser.get(f"/contacts/export?kind={kind}&tag=x")
        assert f'filename="contacts.{ending}"' in answer.headers["content-disposition"]
        assert "Тарас" in answer.text
        assert "Леся" not in answer.text
    assert browser.get("/contacts/export?kind=../../etc/passwd").status_code == 400
    assert re.search("Леся", browser.get("/contacts/export").text)
