"""The web view: fragments of HTML in which nothing that was stored is a tag."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from pomichnyk.text import Plural, Text, translations
from pomichnyk.views._html import environment
from pomichnyk.views._markdown_html import TAGS, plain, rendered
from pomichnyk.views.pages import Card, Message, Table
from pomichnyk.views.web import WebView, fragment

ENGLISH = translations("en")
HOSTILE = "<script>alert(1)</script>\"'&"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;"


def test_a_message_is_a_paragraph() -> None:
    assert fragment(Message(Text("{x}", x=HOSTILE)), ENGLISH) == (
        f'<p class="message">{ESCAPED}</p>\n'
    )


def test_a_card_has_its_values_beside_their_labels() -> None:
    card = Card(HOSTILE, [(HOSTILE, [HOSTILE, Text("two")]), ("none", [])], {}, "**x**")

    html = fragment(card, ENGLISH)

    assert f"<h1>{ESCAPED}</h1>" in html
    assert f"<dt>{ESCAPED}</dt><dd>{ESCAPED}</dd><dd>two</dd>" in html
    assert "none" not in html
    assert "<strong>x</strong>" in html


def test_a_table_has_headings_and_rows() -> None:
    rows: list[tuple[str | Text, str]] = [
        (HOSTILE, Markup('<a href="/x">y</a>')),
        (Text("name"), ""),
    ]
    table = Table((Text("a"), Text("b")), rows, lambda row: row, lambda _: {}, Text("none"))

    html = fragment(table, ENGLISH)

    assert html.count('<th scope="col">') == 2
    assert f'<td data-label="a">{ESCAPED}</td><td data-label="b"><a href="/x">y</a></td>' in html
    assert '<td data-label="a">name</td><td data-label="b"></td>' in html


def test_no_rows_are_a_word() -> None:
    table = Table([Text("a")], list[str](), list, lambda _: {}, Text("nobody"))

    assert fragment(table, ENGLISH) == '<p class="empty">nobody</p>\n'


def test_texts_are_said_in_the_language_of_the_view() -> None:
    table = Table([Text("name")], [(Text("yes"),)], list, lambda _: {}, Text("none"))

    assert "ім" in fragment(table, translations("uk"))


def test_a_stream_that_lacks_a_letter_gets_its_number() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "ascii")

    WebView(stream, stream, ENGLISH).show(Message(Text("Тарас")))

    assert raw.getvalue() == b'<p class="message">&#1058;&#1072;&#1088;&#1072;&#1089;</p>\n'


def test_a_template_says_its_words_in_its_language() -> None:
    template = environment(ENGLISH).from_string(
        '{{ Plural("{count} day", "{count} days", count=n) }} {{ nothing }} {{ 1.5 }} {{ text }}'
    )

    assert template.render(n=2, nothing=None, text=Text("<b>")) == "2 days  1.5 &lt;b&gt;"
    assert Plural("{count} day", "{count} days", count=1).said(ENGLISH) == "1 day"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# a", "<h1>a</h1>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        ("*a* **b** `c` ~~d~~", "<p><em>a</em> <strong>b</strong> <code>c</code> <s>d</s></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("![p](https://evil/p.png)", "<p></p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        (
            "[x](https://a.example)",
            '<p><a href="https://a.example" rel="noopener noreferrer nofollow">x</a></p>\n',
        ),
        ("&#x202e;x\x1b", "<p>\ufffdx\ufffd</p>\n"),
    ],
)
def test_markdown_is_shown_and_nothing_else(markdown: str, html: str) -> None:
    assert rendered(markdown) == html


SIGNS = st.text(
    st.sampled_from("<>\"'&[]()!`*_#-:/\\ \n") | st.characters(categories=["L", "C"]), max_size=60
)
WORDS = st.sampled_from(
    ["javascript:", "onerror=x ", "<script>", "<img src=x ", "</p>", "data:text/html,", "<!--"]
)


@settings(max_examples=300)
@given(st.lists(SIGNS | WORDS).map("".join))
def test_no_markdown_makes_a_tag_or_a_link_that_acts(markdown: str) -> None:
    html = rendered(markdown)

    tags = re.findall(r"<\s*/?\s*([a-zA-Z!?]\w*)([^>]*)>", html)
    assert {name for name, _ in tags} <= TAGS
    for name, attributes in tags:
        assert not attributes or name in {"a", "ol"}
        for link in re.findall(r'href="([^"]*)"', attributes):
            scheme = re.match(r"\s*([^/?#]*?):", link)
            assert scheme is None or scheme[1].lower() in {"http", "https", "mailto", "tel"}


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("просто слова", "просто слова"),
        (
            "# План\n\n- [місто](https://example.com), **важливо**\n- ~~ні~~ `код`",
            "План місто, важливо ні код",
        ),
        ("рядок\nрядок  \nрядок", "рядок рядок рядок"),
        ("| що | скільки |\n|---|---|\n| яблука | 3 |", "що скільки яблука 3"),
        ("```\nx = 1\n```\n\n> <b>жирне</b>", "x = 1 <b>жирне</b>"),
        ("![знімок](x.png) &amp; [ні", "знімок & [ні"),
        ("", ""),
    ],
)
def test_the_words_of_markdown_without_its_marks(markdown: str, words: str) -> None:
    assert plain(markdown) == words
