"""Commands: one class each, run alike by the shell, the prompt and scripts.

A command lives in the module named as its first word; its ``name`` is what a person types.
It takes its arguments from argparse, calls a service, and returns a page: it prints nothing.
"""

from __future__ import annotations

from abc import abstractmethod
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import ClassVar

from pomichnyk.bootstrap import App
from pomichnyk.meta import Meta
from pomichnyk.text import Text, Translations
from pomichnyk.views.pages import Page


class Command(metaclass=Meta):
    """Something a person can ask for.

    Attributes:
        name: the words that are typed, such as ``contact add``.
        summary: what it does, in one sentence.
        examples: lines that a person might type, without the program's name.
    """

    name: ClassVar[str]
    summary: ClassVar[Text]
    examples: ClassVar[Sequence[str]] = ()

    @classmethod
    def arguments(cls, parser: ArgumentParser, catalogue: Translations) -> None:
        """Declare the arguments; help is given in the language of the catalogue."""

    @abstractmethod
    def run(self, app: App, args: Namespace) -> Page | None:
        """Do it, and return what there is to show.

        Raises:
            PomichnykError: it cannot be done; nothing was changed.
        """
