"""A card is its lines, and a file its cards, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomichnyk import vcard

ends = st.sampled_from(["\r\n", "\n", "\r"])
bodies = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"))
lines = st.one_of(
    bodies,
    st.builds("{}:{}".format, st.sampled_from(["FN", "NOTE", "TEL;CELL", "a.X-b;C=d"]), bodies),
    st.builds(" {}".format, bodies),
).filter(lambda line: "VCARD" not in line.upper())


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return a file of cards, each with line ends of its own."""
    text = ""
    for _ in range(draw(st.integers(0, 4))):
        end = draw(ends)
        content = draw(st.lists(lines, max_size=6))
        text += "".join(line + end for line in ("BEGIN:VCARD", *content, "END:VCARD"))
    return text


@given(files())
def test_what_is_parsed_and_formatted_is_the_same_text(text: str) -> None:
    assert vcard.format(vcard.parse(text)) == text


@given(files())
def test_the_lines_of_a_card_are_all_of_its_text(text: str) -> None:
    for card in vcard.parse(text):
        assert "".join(line.raw for line in card.lines) == card.text


def test_a_quoted_printable_line_goes_on_behind_its_soft_breaks() -> None:
    quoted = "NOTE;ENCODING=QUOTED-PRINTABLE:a=\nTEL:b=\nc\n"
    [card] = vcard.parse(f"BEGIN:VCARD\nVERSION:2.1\n{quoted}FN:x=\nTEL:1\nEND:VCARD\n")

    assert [line.text for line in card.named("NOTE", "FN")] == ["aTEL:bc", "x="]
    assert [line.value for line in card.named("TEL")] == ["1"]


def test_a_soft_break_before_the_end_of_the_text_is_kept() -> None:
    card = vcard.VCard("BEGIN:VCARD\nNOTE;QUOTED-PRINTABLE:a=\n")

    assert [line.raw for line in card.lines] == ["BEGIN:VCARD\n", "NOTE;QUOTED-PRINTABLE:a=\n"]


@pytest.mark.parametrize("start", ["AGENT:\r\nBEGIN:VCARD", "AGENT;X=1:BEGIN:VCARD"])
def test_a_nested_card_is_the_value_of_its_agent(start: str) -> None:
    inner = "TEL:2\r\nAGENT:\r\nBEGIN:VCARD\r\nTEL:3\r\nEND:VCARD\r\nEND:VCARD\r\n"
    text = f"BEGIN:VCARD\r\nFN:A\r\n{start}\r\n{inner}TEL:1\r\nEND:VCARD\r\n"
    [card] = vcard.parse(text)

    assert [line.value for line in card.named("TEL")] == ["1"]
    assert "TEL:3" in card.named("AGENT")[0].raw
    assert vcard.format([card]) == text


def test_lines_of_a_group_are_found_in_any_case() -> None:
    card = vcard.VCard("BEGIN:VCARD\nitem1.TEL:1\nITEM1.X-ABLabel:x\nFN:A\nEND:VCARD")

    assert [line.name for line in card.grouped("Item1")] == ["TEL", "X-ABLABEL"]
    assert card.grouped("") == []


@pytest.mark.parametrize(
    ("text", "version", "end"),
    [
        ("BEGIN:VCARD\nVERSION:2.1\nEND:VCARD", "2.1", "\n"),
        ("begin:vcard\rversion: 4.0\rend:vcard", "4.0", "\r"),
        ("BEGIN:VCARD\r\nFN:A\r\nEND:VCARD", "3.0", "\r\n"),
        ("", "3.0", "\r\n"),
    ],
)
def test_a_card_knows_its_version_and_line_end(text: str, version: str, end: str) -> None:
    card = vcard.VCard(text)

    assert (card.version, card.end) == (version, end)
