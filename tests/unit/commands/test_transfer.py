"""The commands of import and export, as lines that a person types."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from pomichnyk.bootstrap import App

Run = Callable[..., tuple[int, str, str]]
DATA = Path(__file__).parents[2] / "data"
NAMES = "one of FN, N, NICKNAME, ORG, EMAIL, TEL"
BROKEN = "BEGIN:VCARD\nFN:Олена\nEND:VCARD\nBEGIN:VCARD\nFN:Тарас\nBEGIN:VCARD\nEND:VCARD\n"


def test_cards_are_taken_in_and_counted(run: Run, app: App) -> None:
    file = str(DATA / "iphone.vcf")

    assert run("contact", "import", file) == (0, "2 new, 0 updated, 0 unchanged\n", "")
    assert run("contact", "import", file) == (0, "0 new, 0 updated, 2 unchanged\n", "")
    assert app.contacts.get("Соломія Гончар").birthday


def test_a_dry_run_tells_and_does_nothing(run: Run, app: App) -> None:
    code, out, _ = run("contact", "import", str(DATA / "iphone.vcf"), "--dry-run")

    assert (code, out) == (0, "2 new, 0 updated, 0 unchanged\n")
    assert [*app.contacts.all()] == []


def test_what_is_not_taken_is_told_with_its_place_and_exit_code_7(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.vcf").write_text(BROKEN, encoding="utf-8")
    code, out, err = run("contact", "import", str(tmp_path / "broken.vcf"))

    assert (code, err) == (7, "")
    assert out.splitlines() == [
        "1 new, 0 updated, 0 unchanged",
        "not taken\tcard 2 (Тарас): END:VCARD is missing",
        f"not taken\tcard 3: name: '' is not valid; expected: {NAMES}",
    ]


def test_a_program_reads_the_same_report(run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.vcf").write_text(BROKEN, encoding="utf-8")
    said = json.loads(run("contact", "import", str(tmp_path / "broken.vcf"), view="json")[1])

    assert (said["new"], said["updated"], said["unchanged"]) == (1, 0, 0)
    assert said["failed"][0] == {"card": 2, "name": "Тарас", "why": "END:VCARD is missing"}


def test_an_old_spreadsheet_is_read_in_its_encoding(run: Run) -> None:
    file = str(DATA / "outlook.csv")
    _, out, _ = run("contact", "import", file)
    assert "not UTF-8" in out.splitlines()[1]

    assert run("contact", "import", file, "--encoding", "cp1251")[1].startswith("1 new")


def test_files_that_are_no_contacts_are_refused_with_their_exit_codes(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "junk.vcf").write_bytes(bytes(range(256)))
    (tmp_path / "book.db").touch()

    assert run("contact", "import", str(tmp_path / "junk.vcf"))[0] == 4
    assert run("contact", "import", str(tmp_path))[0] == 4
    assert run("contact", "import", str(tmp_path / "none.vcf"))[0] == 3
    assert run("contact", "import", str(tmp_path / "book.db"))[0] == 2


def test_contacts_are_written_and_counted(run: Run, tmp_path: Path) -> None:
    run("contact", "import", str(DATA / "iphone.vcf"))
    run("contact", "edit", "Соломія Гончар", "--tag", "друзі")
    path = tmp_path / "out.vcf"

    assert run("contact", "export", str(path)) == (0, f"wrote 2 contacts to {path}\n", "")
    assert (
        run("contact", "export", str(path), "--tag", "друзі")[1] == f"wrote 1 contact to {path}\n"
    )
    assert path.read_bytes().count(b"BEGIN:VCARD") == 1


def test_the_columns_are_googles_or_outlooks(run: Run, tmp_path: Path) -> None:
    run("contact", "import", str(DATA / "iphone.vcf"))
    run("contact", "export", str(tmp_path / "google.csv"))
    run("contact", "export", str(tmp_path / "outlook.csv"), "--csv", "outlook")

    assert b"Phone 1 - Value" in (tmp_path / "google.csv").read_bytes()
    assert (tmp_path / "outlook.csv").read_bytes().startswith("\ufeffTitle,First Name".encode())
