"""The prompt: a conversation at a terminal, in the same commands as the shell's."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from pomichnyk.bootstrap import App
from pomichnyk.commands._dispatch import execute, find
from pomichnyk.config import APPLICATION
from pomichnyk.errors import PomichnykError, UsageError
from pomichnyk.repl.words import split
from pomichnyk.text import Text
from pomichnyk.views.pages import Message

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

PROMPT = "pomichnyk> "
GREETINGS = ("hello", "hi", "привіт", "вітаю")
FAREWELLS = (
    "exit",
    "quit",
    "close",
    "bye",
    "good bye",
    "goodbye",
    "вихід",
    "вийти",
    "бувай",
    "до побачення",
)
HELP = ("?", "допомога", "довідка")


def converse(app: App) -> int:
    """Ask for commands and run them until the person leaves; return the exit code.

    The storage stays open between commands, and no error ends the conversation.
    """
    from pomichnyk.repl.arrivals import Watch

    session = _session(app)
    watch = Watch(app, session)
    app.view.show(Message(Text("Hello! “help” lists the commands, TAB completes, “exit” leaves.")))
    while True:
        try:
            with watch.watching():
                line = session.prompt(PROMPT)
        except KeyboardInterrupt:
            continue
        except EOFError:
            break
        if _plain(line) in FAREWELLS:
            break
        answer(app, line)
    app.view.show(Message(Text("Good bye!")))
    return 0


def answer(app: App, line: str) -> None:
    """Run one line and show what comes of it, be it a page, an error or a bug."""
    try:
        if _plain(line) in GREETINGS:
            app.view.show(Message(Text("Hello! How can I help you?")))
        elif words := _words(line):
            execute(app, words)
    except PomichnykError as error:
        app.view.error(error)
    except KeyboardInterrupt:
        app.view.error(PomichnykError(Text("interrupted")))
    except BrokenPipeError:
        raise
    except Exception:  # noqa: BLE001  # a bug is shown whole, and costs no more than its command
        traceback.print_exc(file=app.view.err)


def _words(line: str) -> list[str]:
    """Return the words of a command, its name in small letters and without the program's."""
    words = ["help"] if _plain(line) in HELP else split(line)
    if words[:1] == [APPLICATION]:
        words = words[1:]
    try:
        command, _ = find([word.casefold() for word in words])
    except UsageError:
        return words
    name = command.name.split()
    return [*name, *words[len(name) :]]


def _plain(line: str) -> str:
    return " ".join(line.casefold().split())


def _session(app: App) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory

    from pomichnyk.commands._suggestions import Suggestions
    from pomichnyk.repl.completion import WordCompleter
    from pomichnyk.repl.history import history

    return PromptSession(
        history=history(),
        completer=WordCompleter(Suggestions(app, [*FAREWELLS[:3], GREETINGS[0]])),
        complete_while_typing=False,
        auto_suggest=AutoSuggestFromHistory(),
    )
