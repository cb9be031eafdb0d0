"""Completion: suggestions where the cursor stands."""

from __future__ import annotations

from collections.abc import Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from pomichnyk.commands._suggestions import Suggestions
from pomichnyk.errors import PomichnykError
from pomichnyk.repl.words import Word, quoted, scan


class WordCompleter(Completer):
    """Completes the word before the cursor, putting it in quotes where it needs them."""

    def __init__(self, suggestions: Suggestions) -> None:
        self._suggestions = suggestions

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
        """Yield what the word before the cursor may become."""
        del event
        before = document.text_before_cursor
        words, begun = _typed(before)
        try:
            for value in self._suggestions.suggested(words, begun.text):
                end = "" if value.endswith("/") else " "
                yield Completion(quoted(value) + end, begun.start - len(before), display=value)
        except PomichnykError:
            # What is typed will tell what is wrong, and more clearly than a menu can.
            return


def _typed(line: str) -> tuple[list[str], Word]:
    """Return the whole words of a line, and the one that is begun at its end."""
    words = scan(line)
    if not words or (line[-1].isspace() and not words[-1].unclosed):
        words.append(Word("", len(line)))
    return [word.text for word in words[:-1]], words[-1]
