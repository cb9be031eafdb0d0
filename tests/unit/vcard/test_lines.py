"""A line and what it is made of."""

from __future__ import annotations

import pytest

from pomichnyk.vcard import ContentLine


@pytest.mark.parametrize(
    ("raw", "group", "name", "params", "value"),
    [
        ("FN:Олена\r\n", "", "FN", [], "Олена"),
        ("fn:low\n", "", "FN", [], "low"),
        ("TEL;CELL;PREF:1\r\n", "", "TEL", [("TYPE", "CELL"), ("TYPE", "PREF")], "1"),
        ("item1.TEL;type=pref:1\r\n", "item1", "TEL", [("TYPE", "pref")], "1"),
        (
            'ADR;LABEL="a;b:c";TYPE=home:;;x',
            "",
            "ADR",
            [("LABEL", '"a;b:c"'), ("TYPE", "home")],
            ";;x",
        ),
        ("PHOTO;BASE64:AA==\r", "", "PHOTO", [("ENCODING", "BASE64")], "AA=="),
        ('X;A="open:rest', "", "X", [("A", '"open')], "rest"),
        ("URL:http://a.example:80/", "", "URL", [], "http://a.example:80/"),
        ("no property at all\r\n", "", "", [], "no property at all"),
        ("\r\n", "", "", [], ""),
        ("NO\r\n TE;X=1:a\r\n b\r\n", "", "NOTE", [("X", "1")], "ab"),
        (":value", "", "", [], "value"),
    ],
)
def test_a_line_is_taken_apart(
    raw: str, group: str, name: str, params: list[tuple[str, str]], value: str
) -> None:
    line = ContentLine(raw)

    assert (line.group, line.name, line.params, line.value) == (group, name, params, value)
    assert line.raw == raw


def test_types_are_those_of_every_version() -> None:
    assert ContentLine('TEL;TYPE="voice,cell";TYPE=HOME:1').types == ["voice", "cell", "home"]
    assert ContentLine("TEL;CELL;VOICE:1", "2.1").types == ["cell", "voice"]
    assert ContentLine("TEL:1").types == []


def test_a_parameter_loses_its_quotes_and_carets() -> None:
    line = ContentLine("ADR;LABEL=\"a^nb ^^ ^'c^'\";X=\\n:")

    assert line.param("LABEL") == 'a\nb ^ "c"'
    assert line.param("X") == "\n"
    assert line.param("Y") == ""


def test_quoted_printable_is_text_to_be_unquoted() -> None:
    line = ContentLine("NOTE;CHARSET=UTF-8;QUOTED-PRINTABLE:=D0=9A=\r\n=D0=B8\r\n", "2.1")

    assert line.quoted
    assert line.text == "Ки"
    assert line.value == "=D0=9A=\r\n=D0=B8"


@pytest.mark.parametrize(
    ("raw", "binary"),
    [
        ("PHOTO;ENCODING=b:AA", True),
        ("PHOTO;BASE64:AA", True),
        ("PHOTO:data:image/png;base64,AA", True),
        ("NOTE:data is here", False),
    ],
)
def test_binary_values_are_told_from_text(raw: str, binary: bool) -> None:
    assert ContentLine(raw).binary is binary
