"""Folding: the form of a text in which equal-sounding spellings are equal, for search and order.

Stored words and asked words go through the same fold, in Python, so that every store answers
alike. Cyrillic words are also kept in Latin letters, by the Ukrainian national transliteration
(resolution 55 of the Cabinet of Ministers, 2010).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_ACCENTED_LETTERS = frozenset("йїЙЇ")  # letters of their own, not и and і with an accent
_APOSTROPHES = frozenset("'’ʼ‘`´′ʹ＇")
_ALIKE = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_WORD = re.compile(r"[^\W_]+")
_GROUPED = re.compile(r"\d(?:[\s().+-]{0,3}\d)+")
_FEWEST_DIGITS = 5  # a shorter run is a house number or an hour, not a phone
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN: dict[str, str] = dict(
    re.findall(
        r"(\w)=(\w*)",
        "а=a б=b в=v г=h ґ=g д=d е=e є=ie ж=zh з=z и=y і=i ї=i й=i к=k л=l м=m н=n о=o п=p р=r "
        "с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ь= ю=iu я=ia ъ= ы=y э=e",
    )
)
_LATIN_FIRST = _LATIN | {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_LATIN_BEHIND = str.maketrans(_LATIN)
_PLACES = {
    letter: chr(0x400 + 2 * place)
    for place, letter in enumerate("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя")
} | {"э": chr(0x400 + 13), "ы": chr(0x400 + 21), "ъ": chr(0x400 + 59)}


class _Table(dict[int, str]):
    """A table for ``str.translate`` that works a letter out when it first meets it."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__()
        self._change = change

    def __missing__(self, code: int) -> str:
        changed = self[code] = self._change(chr(code))
        return changed


def _bare(letter: str) -> str:
    """Return a letter without case, accents and Latin's own signs; nothing for an apostrophe."""
    if letter in _APOSTROPHES:
        return ""
    if letter not in _ACCENTED_LETTERS:
        parts = unicodedata.normalize("NFKD", letter)
        letter = "".join(
            part for part in parts if not (unicodedata.combining(part) or part in _APOSTROPHES)
        )
    return "".join(_ALIKE.get(small, small) for small in letter.casefold())


_BARED = _Table(_bare)
_FOLDED = _Table(lambda letter: _bare(letter).replace("ґ", "г"))
_PLACED = _Table(lambda letter: "".join(_PLACES.get(small, small) for small in _bare(letter)))


def fold(text: str) -> str:
    """Return the text in the form that is compared: no case, accents or apostrophes; ґ is г."""
    return unicodedata.normalize("NFC", text).translate(_FOLDED)


def latin(word: str) -> str:
    """Return a folded Ukrainian word in Latin letters, such as shevchenko for шевченко."""
    word = word.replace("зг", "zgh")
    return _LATIN_FIRST.get(word[:1], word[:1]) + word[1:].translate(_LATIN_BEHIND)


def latin_inside(word: str) -> str:
    """Return it as its letters are behind another one: there є is ie, and ye at a beginning."""
    return latin(f"а{word}")[1:]


def is_cyrillic(word: str) -> bool:
    """Tell whether a word has a Cyrillic letter."""
    return _CYRILLIC.search(word) is not None


def words(text: str) -> list[str]:
    """Return the folded words of a text, and its grouped numbers once more as one word each."""
    folded = fold(text)
    return [*_WORD.findall(folded), *filter(None, map(_number, _GROUPED.findall(folded)))]


def document(text: str) -> str:
    """Return what is indexed of a text: its folded words, the Cyrillic ones in Latin too.

    Each word stands once, in the order of first appearance; words are separated by a blank.
    """
    every = dict.fromkeys(word for line in text.splitlines() for word in words(line))
    every |= dict.fromkeys([latin(word) for word in every if is_cyrillic(word)])
    if "ґ" in text.lower():
        every |= dict.fromkeys(latin(word) for word in _bare_words(text) if "ґ" in word)
    return " ".join(filter(None, every))


def asked(query: str) -> list[tuple[str, ...]]:
    """Return the words of a query, each with the spellings that will do for it.

    A Cyrillic word may stand in Latin letters, and a phone number without its leading zeros.
    """
    joined = _GROUPED.sub(lambda found: _number(found[0]) or found[0], query)
    return [_spellings(word) for word in dict.fromkeys(_bare_words(joined))]


def place(text: str) -> str:
    """Return the key by which names are ordered: by the Ukrainian alphabet, Latin before it.

    Keys are compared by code point, as every store compares them.
    """
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", text).translate(_PLACED)))


def _bare_words(text: str) -> list[str]:
    """Return the words of a text as they are folded, but with ґ, which is g in Latin letters."""
    return _WORD.findall(unicodedata.normalize("NFC", text).translate(_BARED))


def _number(grouped: str) -> str:
    digits = "".join(filter(str.isdigit, grouped))
    return digits if len(digits) >= _FEWEST_DIGITS else ""


def _spellings(word: str) -> tuple[str, ...]:
    folded = fold(word)
    if is_cyrillic(word):
        return tuple(dict.fromkeys(filter(None, (folded, latin(folded), latin(word)))))
    if word.isdigit() and len(word) >= _FEWEST_DIGITS and word.startswith("0"):
        return tuple(filter(None, (word, word.lstrip("0"))))
    return (word,)
