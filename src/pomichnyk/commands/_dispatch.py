"""Dispatch: finds the command that words name, runs it, and shows its page or its error.

Shared by the edges that take words from a person: the command line and the prompt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile

from pomichnyk import __version__
from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._parser import Parser
from pomichnyk.errors import PomichnykError, UnavailableError, UsageError
from pomichnyk.text import Text
from pomichnyk.views import View
from pomichnyk.views.pages import Message, Page

HELP = frozenset(("-h", "--help"))
VERSION = "--version"
LONGEST_NAME = 2
ALIKE = 0.6
SUGGESTED = 3


def find(words: Sequence[str]) -> tuple[type[Command], list[str]]:
    """Return the command that the words begin with, and the words that remain for it.

    Raises:
        UsageError: they name no command; the message says which ones may be meant.
    """
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        try:
            return Command.named(" ".join(words[:length])), [*words[length:]]
        except LookupError:
            continue
    raise _unknown(words)


def execute(app: App, words: Sequence[str]) -> int:
    """Run the command that the words name, show its page or its error; return the exit code.

    Raises:
        BrokenPipeError: whoever reads the output has gone.
    """
    try:
        page = _page(app, words)
        with writing(app.view):
            if page:
                app.view.show(page)
    except PomichnykError as error:
        app.view.error(error)
        return error.exit_code
    return page.exit_code if page else 0


def _page(app: App, words: Sequence[str]) -> Page | None:
    if VERSION in words[:1]:
        return Message(Text("pomichnyk {version}", version=__version__), {"version": __version__})
    if HELP.intersection(takewhile("--".__ne__, words)):
        named = (word for word in words if word not in HELP)
        words = ["help", *takewhile(lambda word: not word.startswith("-"), named)]
    command, rest = find(words)
    return command().run(app, Parser(command, app.view.catalogue).parse_args(rest))


@contextmanager
def writing(view: View) -> Iterator[None]:
    """Tell it when what the block writes to a view's output cannot be written.

    Raises:
        BrokenPipeError: whoever reads the output has gone.
        UnavailableError: the disk is full, or the like.
    """
    try:
        yield
        view.out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UnavailableError(
            Text("the output cannot be written: {reason}", reason=error.strerror or error)
        ) from error


def _unknown(words: Sequence[str]) -> UsageError:
    names = [command.name for command in Command.plugs()]
    inner = [name.partition(" ")[2] for name in names if name.split()[0] in words[:1]]
    if inner and len(words) == 1:
        return UsageError(
            Text("“{word}” needs one of: {names}", word=words[0], names=", ".join(inner))
        )
    if not (alike := _alike(words, names)):
        return UsageError(
            Text("there is no command “{words}”; “help” lists them", words=" ".join(words[:2]))
        )
    return UsageError(
        Text(
            "there is no command “{words}”; did you mean {names}?",
            words=" ".join(words[:2]),
            names=tuple(Text("“{name}”", name=name) for name in alike),
        )
    )


def _alike(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the few names that are most like the words that were typed, the best first."""
    from difflib import SequenceMatcher

    typed = {" ".join(words[:length]) for length in range(1, LONGEST_NAME + 1)}

    def likeness(name: str) -> float:
        if name.rsplit(maxsplit=1)[-1] in words[:1]:
            return 1.0
        return max(SequenceMatcher(None, one, name).ratio() for one in typed)

    best = sorted(names, key=likeness, reverse=True)[:SUGGESTED]
    return [name for name in best if likeness(name) >= max(ALIKE, likeness(best[0]) - 0.1)]
