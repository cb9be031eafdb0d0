"""The command line: words typed in a shell become a command, its page is shown, errors told."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any

from pomichnyk import config
from pomichnyk.bootstrap import App
from pomichnyk.commands._dispatch import execute
from pomichnyk.commands._flags import flagged
from pomichnyk.errors import INTERRUPTED, PomichnykError, UsageError
from pomichnyk.plugs import plug
from pomichnyk.text import Text, translations
from pomichnyk.views import View

BROKEN_PIPE = 141
"""What a shell says of a program that wrote to a pipe nobody reads: 128 + SIGPIPE."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that the shell asked for; return its exit code."""
    _open_streams()
    try:
        return _run(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE
    finally:
        _give_up_output()


def _run(argv: Sequence[str]) -> int:
    flags, words = flagged(argv)
    try:
        settings = config.read(flags, os.environ)
        view = _view(settings.view, settings.lang)
        _check(flags)
    except PomichnykError as error:
        _view("plain", config.language(flags, os.environ)).error(error)
        return error.exit_code
    with App(settings, view) as app:
        app.serve_web = _serve_web
        return _started(app, words)


def _check(flags: dict[str, str | None]) -> None:
    for name, value in flags.items():
        if value is None:
            raise UsageError(Text("--{option} needs a value", option=name))


def _started(app: App, words: list[str]) -> int:
    if words:
        return execute(app, words)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return execute(app, ["help"])
    from pomichnyk.repl import converse

    app.lasting = True
    return converse(app)


def _serve_web(app: App, *args: Any, **options: Any) -> int:
    from pomichnyk.web import serve

    app.lasting = True
    return serve(app, *args, **options)


def _view(name: str, language: str) -> View:
    name = name or ("console" if sys.stdout.isatty() else "plain")
    return plug(View, name)(sys.stdout, sys.stderr, translations(language))


def _open_streams() -> None:
    """Make the three streams usable: none is missing, none fails on a character."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  # the process's own
    for stream, errors in (
        (sys.stdin, "surrogateescape"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=errors)


def _give_up_output() -> None:
    """Let go of what cannot be written, or the interpreter complains of it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
