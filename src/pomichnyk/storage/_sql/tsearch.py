"""What is asked of PostgreSQL's indexes of words and of trigrams.

An index may answer too much: of trigrams, records that have them apart from each other; of what
is too long to be indexed, every such record. So what it answers is compared with patterns. Words
of a query are letters and digits alone, and quoted: no operator gets through.
"""

from __future__ import annotations

from collections.abc import Iterable

from pomichnyk.storage._rules import Words, fewest, within
from pomichnyk.storage._sql.sessions import Values

LONGEST = 500
"""Letters of a word that are looked at: an index holds 2046 bytes of each."""
NUMBER_FROM = 4
"""Digits that most records do not have: fewer stand in many numbers."""
TRIGRAMS = 50
"""How many trigrams of a word are asked for: more would tell hardly more."""
UNINDEXED = "'…'"
"""What stands in an index for the words of a record that is too long."""


def matching(inside: Words, others: Words, whole: bool) -> tuple[str, Values]:
    """Return the search of PostgreSQL's indexes, and what it asks for."""
    others = [fewest(word) for word in others]
    listed = _every(
        (_either(f"'{one}'{'' if whole else ':*'}" for one in cut(word))) for word in others
    )
    patterns = [f"({'|'.join(cut(word))})" for word in inside]
    patterns += [_pattern(word, whole) for word in others]
    if not inside:
        return "index", {"match": listed, "patterns": patterns}
    trigrams = _every(_either(map(_trigrams, cut(word))) for word in inside)
    if not others:
        return "parts", {"match": trigrams, "patterns": patterns}
    return "both", {"match": trigrams, "beginnings": listed, "patterns": patterns}


def number(words: Words) -> Values | None:
    """Return what is asked to find and to rank the records with a number, few as a rule.

    None if something else is looked for.
    """
    word = words[0]
    if len(words) > 1 or len(word[0]) < NUMBER_FROM or within(word) != word or not _digits(word):
        return None
    _, asked = matching(words, (), False)
    return {**asked, "whole": _pattern(word, True), "beginning": _pattern(word, False)}


def _digits(word: Iterable[str]) -> bool:
    return all(map(str.isdigit, word))


def cut(word: Iterable[str]) -> list[str]:
    """Return the spellings of a word as far as they are looked at."""
    return [one[:LONGEST] for one in word]


def _pattern(word: Iterable[str], whole: bool) -> str:
    ends = ("( |$)" if whole and len(one) < LONGEST else "" for one in word)
    return f"(^| )({'|'.join(map(str.__add__, cut(word), ends))})"


def _trigrams(spelling: str) -> str:
    every = dict.fromkeys(spelling[at : at + 3] for at in range(len(spelling) - 2))
    return " & ".join(f"'{one}'" for one in [*every][:TRIGRAMS])


def _either(spellings: Iterable[str]) -> str:
    return " | ".join(f"({one})" for one in spellings)


def _every(words: Iterable[str]) -> str:
    return f"{' & '.join(f'({one})' for one in words)} | {UNINDEXED}"
