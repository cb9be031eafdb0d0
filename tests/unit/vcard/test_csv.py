"""Spreadsheets of Google and Outlook become cards and come back."""

from __future__ import annotations

import codecs
import csv as reader
import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk.errors import InvalidValueError
from pomichnyk.vcard import CardError, VCard, csv, decoding, parse
from pomichnyk.vcard.entries import entry
from pomichnyk.vcard.rows import COLUMN, iso
from pomichnyk.vcard.text import unescape

DATA = Path(__file__).parents[2] / "data"


def read(content: bytes | str, encoding: str = "", largest: int = 10**6) -> list[VCard | CardError]:
    octets = content if isinstance(content, bytes) else content.encode()
    return [*csv.read(io.BytesIO(octets), encoding=encoding, largest=largest)]


def card(content: bytes | str, encoding: str = "") -> VCard:
    [found] = read(content, encoding)
    assert isinstance(found, VCard)
    return found


def rows(cards: Iterable[VCard], dialect: str) -> list[dict[str, str]]:
    """Write a spreadsheet and read it again as rows by their headings."""
    listed = [*cards]
    text = b"".join(csv.write(lambda: listed, dialect)).decode("utf-8-sig")
    return [*reader.DictReader(io.StringIO(text, newline=""))]


def lines(found: VCard) -> list[str]:
    return found.text.replace("\r\n ", "").split("\r\n")[2:-1]


def test_an_old_spreadsheet_of_google_is_taken_whole() -> None:
    assert lines(card((DATA / "google-old.csv").read_bytes())) == [
        "FN:Ірина Мазур",
        "N:Мазур;Ірина;;;",
        "NICKNAME:Іра",
        "TEL;TYPE=CELL:+380 67 555 02 01",
        "TEL;TYPE=CELL:+380 67 555 02 02",
        "EMAIL;TYPE=HOME;TYPE=PREF:iryna@example.com",
        "item1.EMAIL:i.mazur@clinic.example",
        "item1.X-ABLabel:Праця",
        "item2.URL:https://example.com/iryna",
        "item2.X-ABLabel:Profile",
        r"ADR;TYPE=HOME:;;вул. Садова\, 3\nПолтава;;;;",
        "ORG:Клініка",
        "TITLE:хірург",
        "BDAY:--05-07",
        r'NOTE:рядок один\nрядок "два"',
        "PHOTO;VALUE=uri:https://photos.example/1",
        "CATEGORIES:Лікарі,Best Friends",
        'X-CSV-COLUMN;X-NAME="Mileage":42 km',
        'X-CSV-COLUMN;X-NAME="Occupation":лікарка',
        'X-CSV-COLUMN;X-NAME="Relation 1 - Type":Sister',
        'X-CSV-COLUMN;X-NAME="Relation 1 - Value":Олена',
    ]


def test_a_new_spreadsheet_of_google_is_taken_whole() -> None:
    assert lines(card((DATA / "google-new.csv").read_bytes())) == [
        "FN:Dr. Bjørn Åsen",
        "N:Åsen;Bjørn;;Dr.;",
        "TEL;TYPE=CELL:+47 412 34 567",
        "item1.TEL:+47 22 33 44 55",
        "item1.X-ABLabel:Hytte",
        "EMAIL;TYPE=WORK:bjorn@fjord.example",
        "ADR;TYPE=HOME:;;Strandgata 1;Bergen;;5004;NO",
        "ORG:Fjord AS;Dekk",
        "TITLE:Kaptein",
        "BDAY:1971-11-30",
        "CATEGORIES:starred,Sailing",
        'X-CSV-COLUMN;X-NAME="Phonetic First Name":Byorn',
        r'X-CSV-COLUMN;X-NAME="File As":Åsen\, Bjørn',
        'X-CSV-COLUMN;X-NAME="Custom Field 1 - Label":Boat',
        'X-CSV-COLUMN;X-NAME="Custom Field 1 - Value":Havfruen',
    ]


def test_a_spreadsheet_of_outlook_is_taken_whole() -> None:
    marko, anna = read((DATA / "outlook.csv").read_bytes(), "windows-1251")
    assert isinstance(marko, VCard)
    assert isinstance(anna, VCard)

    assert lines(marko) == [
        "FN:Марко Вовчок",
        "N:Вовчок;Марко;;;",
        "EMAIL:marko@example.com",
        "EMAIL:vovchok@example.net",
        "TEL;TYPE=CELL:0975550173",
        "TEL;TYPE=WORK:0445550172",
        "TEL;TYPE=WORK,FAX:0445550171",
        r"ADR;TYPE=HOME:;;вул. Тиха\, 9;Богуслав;;;",
        r"ADR;TYPE=WORK:;;вул. Лесі Українки\, 2;Київ;;01133;Україна",
        "ORG:Журнал;Проза",
        "TITLE:редактор",
        "URL:https://example.com",
        "BDAY:1983-12-22",
        r"NOTE:пише\nповільно",
        "CATEGORIES:Друзі,Колеги по роботі",
        'X-CSV-COLUMN;X-NAME="Priority":Normal',
    ]
    assert "BDAY;VALUE=text:4/5/1990" in lines(anna)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1990-04-15", "1990-04-15"),
        ("--04-15", "--04-15"),
        ("15.04.1990", "1990-04-15"),
        ("4/15/1990", "1990-04-15"),
        ("15/4/1990", "1990-04-15"),
        ("5/5/1990", "1990-05-05"),
        ("4/5/1990", ""),
        ("31.02.1990", ""),
        ("circa 1800", ""),
    ],
)
def test_a_day_is_read_only_if_it_is_sure_which(text: str, day: str) -> None:
    assert iso(text) == day


def test_no_birthday_is_written_in_many_ways() -> None:
    assert "BDAY" not in card("First Name,E-mail Address,Birthday\nA,,0/0/00\n").text


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(b"", "utf-8"), (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")],
)
def test_what_separates_cells_rows_and_bytes_is_found_out(
    delimiter: str, end: str, mark: bytes, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "CHUNK", 5)
    table = [["First Name", "E-mail Address"], ['Оле;на, "x"', "o@x.ua"], ["", ""], ["Ян", ""]]
    quoted = (
        delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in table
    )
    cards = read(mark + "".join(row + end for row in quoted).encode(encoding))

    assert [one.named("FN")[0].text for one in cards if isinstance(one, VCard)] == [
        r'Оле\;на\, "x"',
        "Ян",
    ]


def test_a_line_that_names_the_separator_is_passed_over() -> None:
    assert card("sep=;\nFirst Name;E-mail Address\nA;a@b.ua\n").named("FN")[0].text == "A"


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "Name,Phone\nx,1\n", "\0\0\n"])
def test_unknown_columns_are_refused_with_those_that_are_known(content: str) -> None:
    with pytest.raises(InvalidValueError, match=r"those of Google .* or Outlook"):
        read(content)


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="lines of a readable length"):
        read("E-mail Address\n" + "x" * 3_000_000)


def test_a_row_that_cannot_be_read_is_told_of_and_the_others_are_taken() -> None:
    head = "First Name,E-mail Address\n"
    content = f'{head}A,\n"B"b,\nВ,\n\nC,\n"D,\n'.replace("В", "\udcff").encode(
        "utf-8", "surrogateescape"
    )
    found = read(content)

    assert [
        str(one.text) if isinstance(one, CardError) else one.named("FN")[0].text for one in found
    ] == [
        "A",
        "card 2: the row is broken: ',' expected after '\"'",
        "card 3: it is not UTF-8; --encoding names another encoding",
        "C",
        "card 5: the row is broken: unexpected end of data",
    ]


def test_cells_beyond_the_headings_and_under_repeated_ones_are_kept() -> None:
    found = card("First Name,E-mail Address,Hobby,Hobby\nA,,chess,go,extra\n")

    assert {line.param("X-NAME"): line.text for line in found.named(COLUMN)} == {
        "Hobby": "chess",
        "Hobby (2)": "go",
        "Column 5": "extra",
    }


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n")).map(str.strip)
)
def test_any_heading_is_kept(heading: str) -> None:
    text = io.StringIO()
    reader.writer(text).writerows([["E-mail Address", "First Name", heading], ["", "A", "cell"]])
    found = card(text.getvalue())

    if found.named(COLUMN):
        assert [line.param("X-NAME") for line in found.named(COLUMN)] == [heading]
        assert parse(found.text)[0].named(COLUMN)[0].text == "cell"
    else:
        assert "cell" in found.text


def test_a_spreadsheet_of_google_comes_back_by_the_new_headings() -> None:
    [row] = rows([card((DATA / "google-old.csv").read_bytes())], "google")

    assert {heading: cell for heading, cell in row.items() if cell} == {
        "Name": "Ірина Мазур",
        "First Name": "Ірина",
        "Last Name": "Мазур",
        "Nickname": "Іра",
        "Organization Name": "Клініка",
        "Organization Title": "хірург",
        "Birthday": "--05-07",
        "Notes": 'рядок один\nрядок "два"',
        "Photo": "https://photos.example/1",
        "Labels": "* myContacts ::: Лікарі ::: Best Friends",
        "E-mail 1 - Label": "* Home",
        "E-mail 1 - Value": "iryna@example.com",
        "E-mail 2 - Label": "Праця",
        "E-mail 2 - Value": "i.mazur@clinic.example",
        "Phone 1 - Label": "Mobile",
        "Phone 1 - Value": "+380 67 555 02 01",
        "Phone 2 - Label": "Mobile",
        "Phone 2 - Value": "+380 67 555 02 02",
        "Address 1 - Label": "Home",
        "Address 1 - Street": "вул. Садова, 3\nПолтава",
        "Website 1 - Label": "Profile",
        "Website 1 - Value": "https://example.com/iryna",
        "Mileage": "42 km",
        "Occupation": "лікарка",
        "Relation 1 - Type": "Sister",
        "Relation 1 - Value": "Олена",
    }


@pytest.mark.parametrize(
    ("name", "dialect", "encoding"),
    [
        ("google-old", "google", ""),
        ("google-new", "google", ""),
        ("outlook", "outlook", "windows-1251"),
        ("outlook", "google", "windows-1251"),
    ],
)
def test_a_card_written_and_read_again_is_the_same_contact(
    name: str, dialect: str, encoding: str
) -> None:
    first = [
        one for one in read((DATA / f"{name}.csv").read_bytes(), encoding) if isinstance(one, VCard)
    ]
    octets = b"".join(csv.write(lambda: first, dialect))
    second = [one for one in read(octets) if isinstance(one, VCard)]

    assert len(second) == len(first)
    for one, other in zip(first, second, strict=True):
        assert sorted(map(unescape, lines(one))) == sorted(map(unescape, lines(other)))


def test_columns_come_in_order_and_as_many_as_are_needed() -> None:
    several = [
        VCard("BEGIN:VCARD\nFN:A\nTEL:1\nEND:VCARD"),
        VCard("BEGIN:VCARD\nFN:B\nTEL:1\nTEL:2\nEMAIL:b@x.ua\nX-CSV-COLUMN;X-NAME=Z:z\nEND:VCARD"),
    ]
    first, second = rows(several, "google")
    headings = [*first]

    assert headings[:2] == ["Name", "First Name"]
    assert headings[-7:-1] == [
        "E-mail 1 - Label",
        "E-mail 1 - Value",
        "Phone 1 - Label",
        "Phone 1 - Value",
        "Phone 2 - Label",
        "Phone 2 - Value",
    ]
    assert (headings[-1], first["Z"], second["Z"]) == ("Z", "", "z")


def test_outlook_gets_what_has_no_column_in_the_notes() -> None:
    text = "".join(f"TEL;TYPE=CELL:+3806712345{n:02}\n" for n in range(4))
    mails = "".join(f"EMAIL:{n}@x.ua\n" for n in range(4))
    places = "ADR;TYPE=HOME:;Flat;Street;City;;;\n" * 2 + "ADR;TYPE=X-дача:;;Far;;;;\n"
    fax = "TEL;TYPE=HOME;TYPE=FAX:1\nTEL;TYPE=HOME;TYPE=FAX:2\nTEL;TYPE=PAGER:3\nNOTE:mine\n"
    [row] = rows([VCard(f"BEGIN:VCARD\nFN:A\n{text}{mails}{places}{fax}END:VCARD")], "outlook")

    assert row["Notes"] == (
        "mine\nmobile: +380671234503\n3@x.ua\nhome fax: 2\nhome: Flat, Street, City\nдача: Far"
    )
    assert row["Home Street"] == "Flat\nStreet"
    assert (row["Mobile Phone"], row["Other Phone"]) == ("+380671234500", "+380671234501")
    assert (row["Home Fax"], row["Pager"], row["E-mail 3 Address"]) == ("1", "3", "2@x.ua")


def test_old_columns_of_outlook_are_read() -> None:
    found = card(
        "First Name,E-mail Address,Home Street,Home Street 2,Home Country,Home Address PO Box,"
        "Web Page,Personal Web Page\nA,,Street,Second,UA,12,https://a.ua,https://b.ua\n"
    )

    assert found.named("ADR")[0].value == r"12;;Street\nSecond;;;;UA"
    assert [line.value for line in found.named("URL")] == ["https://a.ua", "https://b.ua"]


def test_a_formatted_address_is_kept_if_its_parts_do_not_say_it() -> None:
    head = "First Name,Address 1 - Label,Address 1 - Formatted,Address 1 - City"
    found = card(f'{head}\nA,Work,"Street 1\nBergen",Bergen\n')

    assert found.named(COLUMN)[0].text == r"Street 1\nBergen"
    assert entry(found).contact.addresses[0].value == "Bergen"


def test_a_number_that_is_left_out_does_not_hide_the_next() -> None:
    found = card("Given Name,Phone 1 - Value,Phone 3 - Type,Phone 3 - Value\nA,,Work,123\n")

    assert [line.raw for line in found.named("TEL")] == ["TEL;TYPE=WORK:123\r\n"]
