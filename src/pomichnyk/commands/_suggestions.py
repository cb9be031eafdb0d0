"""Suggestions: what the word that is being typed may become; knows no terminal."""

from __future__ import annotations

import os
from argparse import Action
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, pairwise
from pathlib import Path

from pomichnyk.bootstrap import App
from pomichnyk.commands import Command
from pomichnyk.commands._pages import short
from pomichnyk.commands._parser import Parser
from pomichnyk.domain.folding import fold
from pomichnyk.gradebook.references import KINDS, beginning

FOUND = 20


class Suggestions:
    """Suggests commands, their options, and values from the stores and the disk."""

    def __init__(self, app: App, also: Iterable[str] = ()) -> None:
        """Suggest for an app; the words in ``also`` may stand where a command may."""
        self._app, self._also = app, [word.split() for word in also]
        self._commands = {command.name: command for command in Command.plugs()}

    def suggested(self, words: Sequence[str], begun: str) -> Iterator[str]:
        """Yield what the word that is begun behind these words may become.

        Raises:
            PomichnykError: the store cannot be read.
        """
        if following := self._following(words):
            return _beginning(begun, following)
        for name in (" ".join(words[:2]), *words[:1]):
            if name in self._commands:
                return self._arguments(name, words[len(name.split()) :], begun)
        return iter(())

    def _following(self, words: Sequence[str]) -> Iterable[str]:
        """Return the words of commands' names that may follow these."""
        place = len(words)
        names = [*map(str.split, self._commands), *(self._also)]
        return dict.fromkeys(
            name[place] for name in names if name[:place] == [*words] and len(name) > place
        )

    def _arguments(self, name: str, given: Sequence[str], begun: str) -> Iterator[str]:
        parser = Parser(self._commands[name], self._app.view.catalogue)
        actions = [*parser.shown()]
        if begun.startswith("-"):
            return _beginning(begun, (option for one in actions for option in one.option_strings))
        action = _asked(actions, given)
        if action is None:
            return iter(())
        if action.choices:
            return _beginning(begun, map(str, action.choices))
        return self._values(name, action, given, begun)

    def _values(self, name: str, action: Action, given: Sequence[str], begun: str) -> Iterator[str]:
        """Yield the values of an argument: its metavar tells what a person is asked for."""
        values: Iterator[str] = iter(())
        match action.metavar:
            case "QUERY" if name.startswith("message"):
                pass  # any word of thousands of messages
            case "REF" | "QUERY":
                values = self._records(name, begun)
            case "TAG":
                keeper = self._app.notes if name.startswith("note") else self._app.contacts
                values = _beginning(begun, keeper.tags())
            case "WHOM" if name.startswith("grades"):
                values = self._pupils(given, begun)
            case "WHOM":
                values = self._reachable(begun)
            case "COMMAND":
                values = _beginning(begun, self._following(given))
            case "STUDENT" | "GROUP" | "SUBJECT" | "TEACHER" as kind:
                values = self._school(kind.lower(), begun)
            case "FILE" | "DIR":
                values = _paths(begun)
        return values

    def _records(self, name: str, begun: str) -> Iterator[str]:
        """Yield names of contacts, first lines of notes or ids of messages that begin so."""
        if name.startswith("message"):
            return _beginning(begun, (short(one.id) for one in self._app.mailbox.all(limit=FOUND)))
        if name.startswith("note"):
            return (note.title for note in self._app.notes.find(begun, FOUND))
        contacts = self._app.contacts
        return iter(
            contacts.names(begun) or [contact.name for contact in contacts.find(begun, FOUND)]
        )

    def _reachable(self, begun: str) -> Iterator[str]:
        """Yield the names of contacts who take messages, and of computers found lately."""
        mailbox = self._app.mailbox
        names = (name for name in self._app.contacts.names(begun) if mailbox.reaches(name))
        return chain(names, _beginning(begun, (peer.name for peer in mailbox.peers.lately())))

    def _pupils(self, given: Sequence[str], begun: str) -> Iterator[str]:
        """Yield those of the kind that is asked for: by its name, or by that of a question."""
        from pomichnyk.commands._grades_questions import QUESTIONS

        about, *named = [word for word in given if not word.startswith("-")]
        question = QUESTIONS.get(about)
        kinds = question.kinds if question else (about,)
        either = question is not None and question.optional and not named
        asked = {*kinds[len(named) : len(named) + 1 + either]}
        return (name for kind in KINDS if kind in asked for name in self._school(kind, begun))

    def _school(self, kind: str, begun: str) -> Iterator[str]:
        """Yield the names of a kind in the gradebook that begin so."""
        with self._app.gradebook.reading() as session:
            found = beginning(session, kind, begun, FOUND)
        return (name for _, name in found)


def _asked(actions: Sequence[Action], given: Sequence[str]) -> Action | None:
    """Return the argument that the next word is for."""
    valued = _valued(actions)
    if given and given[-1] in valued:
        return valued[given[-1]]
    filled = sum(
        not word.startswith("-") and before not in valued for before, word in pairwise(["", *given])
    )
    positionals = [action for action in actions if not action.option_strings]
    if positionals and positionals[-1].nargs in {"+", "*"}:
        filled = min(filled, len(positionals) - 1)
    return positionals[filled] if filled < len(positionals) else None


def _valued(actions: Iterable[Action]) -> dict[str, Action]:
    """Return the options that a value follows."""
    return {
        option: action
        for action in actions
        for option in action.option_strings
        if action.nargs != 0
    }


def _beginning(begun: str, values: Iterable[str]) -> Iterator[str]:
    start = fold(begun)
    return (value for value in values if fold(value).startswith(start))


def _paths(begun: str) -> Iterator[str]:
    """Yield the paths that begin so, folders with a slash behind; hidden ones if asked for."""
    folder, slash, name = begun.rpartition("/")
    with suppress(OSError), os.scandir(Path(f"{folder}{slash}" or ".").expanduser()) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith(name) and (name or not entry.name.startswith(".")):
                yield f"{folder}{slash}{entry.name}{'/' if entry.is_dir() else ''}"
