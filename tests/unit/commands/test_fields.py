"""Fields behind a command: labels are told from what only looks like one."""

from __future__ import annotations

from argparse import Namespace

import pytest

from pomichnyk.commands._fields import changes, labelled
from pomichnyk.domain.changes import Changes


@pytest.mark.parametrize(
    ("typed", "label", "value"),
    [
        ("work=0671234567", "work", "0671234567"),
        ("робота=a@b.c", "робота", "a@b.c"),
        ("home-fax=1", "home-fax", "1"),
        ("work=a=b@c.d", "work", "a=b@c.d"),
        ("=work=a@b.c", "", "work=a@b.c"),
        ("work=", "work", ""),
        ("work=Київ\nЛьвів", "work", "Київ\nЛьвів"),
        ("a.b=c@d.e", "", "a.b=c@d.e"),
        ("вул. Франка=5", "", "вул. Франка=5"),
        ("Франка 5=7", "", "Франка 5=7"),
        ("+380671234567;ext=12", "", "+380671234567;ext=12"),
        ("1a=b@c.d", "", "1a=b@c.d"),
        ("-a=b", "", "-a=b"),
        ("plain", "", "plain"),
        ("", "", ""),
    ],
)
def test_label_is_one_word_of_letters(typed: str, label: str, value: str) -> None:
    assert labelled(typed) == (label, value)


def test_options_not_given_ask_for_nothing() -> None:
    assert changes(Namespace(ref="a", birthday=None, phones=[], tags=[])) == Changes()


def test_empty_text_asks_to_clear() -> None:
    assert changes(Namespace(comment="", birthday="")) == Changes(comment="", birthday="")
