"""Flags: the options that every command has, before its words or behind them."""

from __future__ import annotations

from collections.abc import Sequence

FLAGS = ("storage", "lang", "view")


def flagged(argv: Sequence[str]) -> tuple[dict[str, str | None], list[str]]:
    """Part the options that every command has from the words that remain.

    They are understood before and behind the words of the command, up to ``--``; an option
    at the very end, without its value, is None.
    """
    flags: dict[str, str | None] = {}
    words: list[str] = []
    rest = iter(argv)
    for word in rest:
        name, equals, value = word.removeprefix("--").partition("=")
        if word == "--":
            return flags, [*words, word, *rest]
        if word.startswith("--") and name in FLAGS:
            flags[name] = value if equals else next(rest, None)
        else:
            words.append(word)
    return flags, words
